import { resolve } from 'node:path';
import { printable } from '@tonle/contracts';
import { launcherArguments, USAGE, type LauncherArguments } from './arguments.js';
import { startFault, StartFault } from '@tonle/tool-servers';
import { LaunchError } from './ports.js';
import type { LaunchOptions, Running } from './running.js';

/** Logs and answers of others may be in it. Progress goes to stderr, results to stdout. */
function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** What the banner says before its last line when something is not as it was asked for. */
export function noticeOf(running: Pick<Running, 'notice'>): string {
  const notice = running.notice();
  return notice === undefined ? '' : `\n${notice}\n\n`;
}

/**
 * Resolves at Ctrl-C, SIGTERM, or when the terminal is closed: servers have groups of their own and would stay. So it does
 * when whoever reads what we say has seen enough (`npm start | head`).
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((done) => {
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => done());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
}

/** What is wrong with a folder, a file or what stands in it is told in a line; a fault of ours with its stack. */
export function toldAs(error: unknown, home: string): string {
  if (!(error instanceof Error)) return String(error);
  if ('syscall' in error) return startFault('Tonle', home, error.message).message;
  const isUsers = [LaunchError, StartFault, RangeError].some((kind) => error instanceof kind);
  return isUsers ? error.message : (error.stack ?? error.message);
}

/**
 * Runs a launcher to its end: starts, lets `work` use what runs, stops everything, exits. `work` resolves
 * with the exit code; one that was to end by itself and was ended before it did exits 1. A LaunchError is told without a stack and exits 1.
 */
export async function runLauncher(
  start: (options: LaunchOptions) => Promise<Running>,
  work: (running: Running, args: LauncherArguments) => Promise<number>,
): Promise<never> {
  let running: Running | undefined;
  let code = 1;
  let home = '.tonle';
  try {
    const args = launcherArguments(process.argv.slice(2));
    if (args.help) {
      print(USAGE);
      process.exit(0);
    }
    home = resolve(args.home);
    const asked = untilAskedToStop();
    running = await start({ ...args, say });
    code = await Promise.race([work(running, args), asked.then(() => (args.once ? 1 : 0))]);
  } catch (error) {
    say(toldAs(error, home));
    code = 1;
  }
  await running?.stop();
  process.exit(code);
}
