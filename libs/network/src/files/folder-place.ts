import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFolders } from './file-place.js';

/** Folders of this machine, below `root`. */
export function localFolders(root: string): FileFolders {
  return {
    list: async (folder) => {
      const path = join(root, folder);
      const found = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const files = found.filter((each) => each.isFile());
      return Promise.all(
        files.map(async ({ name }) => ({ name, bytes: (await stat(join(path, name))).size })),
      );
    },
    read: (path) => readFile(join(root, path)),
  };
}
