import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import { runEvents, type EventsOptions } from './events.js';

/** `tonle events` and `tonle webhooks`: what participants are told by themselves. */
export function addNoticeCommands(program: Command, bind: Bind): void {
  program
    .command('events')
    .description('List what you were told, oldest first: ends of payments, and what keeps one from its end.')
    .option('--after <cursor>', 'only what follows this place (default: all that is kept)')
    .option('--types <types>', 'only these: payment.completed,payment.failed')
    .option('--limit <n>', 'events per page')
    .option('--follow', 'then wait for what comes, until it is stopped')
    .option('--count <n>', 'with --follow: end after so many')
    .action(bind((context, options) => runEvents(context, options as EventsOptions)));
}
