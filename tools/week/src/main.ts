// `npm run business-week`: a week of finance on an installation of its own, and what became of it.
import { rmSync } from 'node:fs';
import { printable } from '@tonle/contracts';
import { LaunchError, startCluster, startSingle } from '@tonle/tool-launcher';
import { USAGE, WeekError, weekOptions } from './options.js';
import { wantingOf } from './outcome.js';
import { playWeek } from './week.js';
import { adjustForWeek, weekFrom } from './week.table.js';

const say = (text: string): void => void process.stderr.write(`${printable(text)}\n`);
const print = (text: string): void => void process.stdout.write(`${printable(text)}\n`);

async function main(): Promise<number> {
  const { mode, home, portBase, help } = weekOptions(process.argv.slice(2));
  if (help) {
    print(USAGE);
    return 0;
  }
  rmSync(home, { recursive: true, force: true });
  const week = weekFrom(Date.now());
  const start = mode === 'single' ? startSingle : startCluster;
  const adjustDirectory = (directory: Parameters<typeof adjustForWeek>[0]) => adjustForWeek(directory, week);
  const running = await start({ home, portBase, say, adjustDirectory });
  try {
    const played = await playWeek(running, week, say);
    const wanting = wantingOf(played);
    for (const problem of wanting) say(`not as it should be: ${problem}`);
    print(JSON.stringify({ ...played, wanting }));
    return wanting.length === 0 ? 0 : 1;
  } finally {
    await running.stop();
  }
}

let code = 1;
try {
  code = await main();
} catch (error) {
  const plain = error instanceof WeekError || error instanceof LaunchError;
  say(plain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (error instanceof Error && error.cause !== undefined) say(`because: ${String(error.cause)}`);
  code = error instanceof WeekError ? 2 : 1;
}
process.exit(code);
