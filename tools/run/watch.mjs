// Tells when sources, or the data that the switch reads, have changed.
import { watch } from 'chokidar';

const SETTLE_MS = 150;

/**
 * Calls `changed` with the files of each burst of changes below `folders`. Editors save by writing a new file over the
 * old name, which a bare fs.watch sees once and never again. Resolves with the watcher when every folder is watched.
 */
export async function watchSources(folders, changed) {
  const files = new Set();
  let timer;
  const watcher = watch(folders, { ignoreInitial: true, ignored: /\/(dist|node_modules)$/, atomic: true });
  watcher.on('all', (_event, file) => {
    if (!/\.(ts|json|csv|txt|xml)$/.test(file)) return;
    files.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed([...files]);
      files.clear();
    }, SETTLE_MS);
  });
  await new Promise((done) => watcher.once('ready', done));
  return watcher;
}
