import type { Command } from 'commander';
import { runAudit } from './audit.js';
import {
  runAuditLogExport,
  runAuditLogHeads,
  runAuditLogShow,
  runAuditLogVerify,
  type AuditLogOptions,
} from './audit-log.js';
import type { Bind } from './command-context.js';

/** `tonle audit`: whether the books are right, and what was done by whom. */
export function addAuditCommands(program: Command, bind: Bind): void {
  const audit = program
    .command('audit')
    .description('Check the invariants of money across all services.')
    .action(bind((context) => runAudit(context)));
  const log = audit
    .command('log')
    .description('What people, keys and the auditor did, each deed bound to the one before it.');
  const ofDays = (command: Command): Command =>
    command
      .requiredOption('--day <day>', '2026-11-28, by the clock of Phnom Penh')
      .option('--until <day>', 'last day, when it is not --day')
      .option('--service <service>', 'one service');
  ofDays(log.command('show'))
    .description('List what was done on a day.')
    .action(bind((context, options) => runAuditLogShow(context, options as unknown as AuditLogOptions)));
  ofDays(log.command('export'))
    .description('Write the log of a day, one JSON object a line.')
    .action(bind((context, options) => runAuditLogExport(context, options as unknown as AuditLogOptions)));
  log
    .command('heads')
    .description('Show where the log of each service stands; keep it elsewhere, with --json.')
    .option('--day <day>', 'at the end of this day')
    .action(bind((context, options) => runAuditLogHeads(context, options)));
  log
    .command('verify <files...>')
    .description(
      'Check exports without the switch: was anything altered, taken out, put in, moved or cut off?',
    )
    .option('--heads <files...>', 'heads that were kept elsewhere')
    .option('--service <service>', 'of an export of one service')
    .action(bind((context, options, args) => runAuditLogVerify(context, args, options)));
}
