import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import { runSandboxTime, type SandboxTimeOptions } from './sandbox-time.js';

/** What only a sandbox has. */
export function addSandboxCommands(program: Command, bind: Bind): void {
  program
    .command('sandbox')
    .description('The sandbox as a whole.')
    .command('time')
    .description(
      'Show what time it is in the sandbox, and move it on: for the switch, networks and banks alike.',
    )
    .option('--forward <time>', 'how much further: 90m, 8h, 1d')
    .option('--to <instant>', 'to an instant that is still to come: 2026-12-01T09:00:00+07:00')
    .action(
      bind((context, options) => Promise.resolve(runSandboxTime(context, options as SandboxTimeOptions))),
    );
}
