// `npm run business-week`: a week of finance on an installation of its own, and what became of it.
import { rmSync } from 'node:fs';
import { printable } from '@tonle/contracts';
import { LaunchError, startCluster, startSingle, type SandboxDirectory } from '@tonle/tool-launcher';
import { USAGE, WeekError, weekOptions } from './options.js';
import { wantingOf } from './outcome.js';
import { ReportDrop } from './report-drop.js';
import { summaryOf } from './summary.js';
import { playWeek } from './week.js';
import { adjustForWeek, weekFrom } from './week.table.js';

const say = (text: string): void => void process.stderr.write(`${printable(text)}\n`);
const print = (text: string): void => void process.stdout.write(`${printable(text)}\n`);

async function main(): Promise<number> {
  const { mode, home, portBase, from, help } = weekOptions(process.argv.slice(2));
  if (help) {
    print(USAGE);
    return 0;
  }
  rmSync(home, { recursive: true, force: true });
  const week = weekFrom(from ?? Date.now());
  const drop = await ReportDrop.open();
  try {
    const start = mode === 'single' ? startSingle : startCluster;
    const adjustDirectory = (directory: SandboxDirectory) => adjustForWeek(directory, week);
    const running = await start({ home, portBase, say, adjustDirectory, settings: drop.settings });
    try {
      const played = await playWeek(running, week, drop, say);
      const wanting = wantingOf(played);
      print(summaryOf(played, wanting));
      print(JSON.stringify({ ...played, wanting }));
      return wanting.length === 0 ? 0 : 1;
    } finally {
      await running.stop();
    }
  } finally {
    await drop.close();
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
