import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import { runExplain, type ExplainOptions } from './explain.js';
import { runOpsReport, type ReportOptions } from './day-report.js';
import { runOpsActions, runOpsBreaks, runOpsPayment, runOpsPayments, type Filter } from './ops.js';
import { runOpsLookups } from './ops-lookups.js';
import { runOpsPartners } from './ops-partners.js';
import { runOpsStatus } from './ops-status.js';
import { addSwitchCommands } from './ops-switches.js';
import { runCorrectionPropose } from './ops-corrections.js';
import { runOpsUnknowns } from './ops-unknowns.js';
import { addTrustedKeyCommands } from './trusted-keys.js';
import { runSwitchFault, type SwitchFaultOptions } from './switch-fault.js';
import { runReviewList, runReviewPropose, type ProposeOptions } from './review.js';

/** `tonle review`: what two operators decide. */
export function addReviewCommands(program: Command, bind: Bind): void {
  const review = program
    .command('review')
    .description(
      'Decide payments that no answer of a partner ends: propose here, others decide by `approvals`.',
    );
  review
    .command('list')
    .description('List payments awaiting a decision, and what is proposed.')
    .action(bind((context) => runReviewList(context)));
  review
    .command('propose <paymentId>')
    .description('Propose the outcome of the leg under review; another operator decides.')
    .requiredOption('--decision <decision>', 'paid, not-paid or reverse')
    .requiredOption('--reason <text>', 'why')
    .requiredOption('--evidence <text>', 'what proves it: a statement line, a letter, a ticket')
    .option('--reference <reference>', "the partner's reference; required for paid")
    .option('--booked <amount>', '"100340 KHR": what the partner booked, when it is not what was asked for')
    .action(
      bind((context, options, args) =>
        runReviewPropose(context, args[0]!, options as unknown as ProposeOptions),
      ),
    );
}

/** `tonle explain`: all that is known of one payment. */
export function addExplainCommand(program: Command, bind: Bind): void {
  program
    .command('explain [payment]')
    .description(
      'Tell the story of a payment, by its id, UETR, message id or a reference: messages, decisions, transfers, in order.',
    )
    .option('--raw', 'with the bytes of every message; needs --reason')
    .option('--bundle <file>', 'write its evidence as a signed zip; needs --reason')
    .option('--reason <text>', 'why the messages, which name people, are read; it is recorded')
    .option('--verify <file>', 'check that such a zip is what the switch has made, without a switch')
    .option(
      '--key <file>',
      "with --verify: the switch's public key, as its operator gave it (default: of --home)",
    )
    .action(bind((context, options, args) => runExplain(context, args[0], options as ExplainOptions)));
}

/** `tonle ops`: what operators look at and do. */
export function addOpsCommands(program: Command, bind: Bind): void {
  const ops = program.command('ops').description('What operators look at.');
  ops
    .command('status')
    .description('Show what is under way and what needs people; exit 1 when something does.')
    .action(bind((context) => runOpsStatus(context)));
  ops
    .command('payments')
    .description('Search payments of any participant, newest first.')
    .option('--id <id>', "payment id, UETR, quote, message id or a partner's reference")
    .option('--state <state>', 'processing, completed, failed or blocked')
    .option('--step <step>', 'state inside the switch, such as CREDIT_UNKNOWN')
    .option('--corridor <corridor>')
    .option('--participant <participant>', 'as sender, debtor agent or creditor agent')
    .option('--from <instant>', 'received at or after this')
    .option('--until <instant>', 'received before this')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'payments per page')
    .action(bind((context, options) => runOpsPayments(context, options as Filter)));
  ops
    .command('payment <id>')
    .description('Show a payment by any of its ids, with attempts and enquiries of its legs.')
    .action(bind((context, _options, args) => runOpsPayment(context, args[0]!)));
  ops
    .command('switch-fault <id>')
    .description(
      'Find this switch at fault with a completed payment: its refund may say so, and the scheme pays.',
    )
    .requiredOption('--reason <text>', 'why')
    .requiredOption('--evidence <text>', 'what shows it: an incident, a ticket')
    .action(
      bind((context, options, args) =>
        runSwitchFault(context, args[0]!, options as unknown as SwitchFaultOptions),
      ),
    );
  ops
    .command('partners')
    .description('List corridors with what is under way, and whether each network answers.')
    .action(bind((context) => runOpsPartners(context)));
  ops
    .command('lookups')
    .description("List who asks for payees' names, and whether payments follow; who asks most first.")
    .action(bind((context) => runOpsLookups(context)));
  ops
    .command('unknowns')
    .description('List payments whose outcome is not known, by age and network.')
    .action(bind((context) => runOpsUnknowns(context)));
  ops
    .command('breaks')
    .description('List breaks, gravest first.')
    .option('--day <day>')
    .option('--type <type>')
    .option('--state <state>', 'such as OPEN')
    .option('--severity <severity>', '1 is the gravest')
    .action(bind((context, options) => runOpsBreaks(context, options as Filter)));
  ops
    .command('actions')
    .description('List what operators did, with who and why, newest first.')
    .option('--subject <id>', 'a payment, corridor or proposal')
    .option('--operator <key>', 'key id of the operator')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'actions per page')
    .action(bind((context, options) => runOpsActions(context, options as Filter)));
  ops
    .command('report')
    .description('Sum up the payments received on a day, or write them as CSV.')
    .requiredOption('--day <day>', '2026-11-28')
    .option('--csv', 'one line per payment')
    .option('--utc-offset <offset>', 'where the day begins', '+07:00')
    .action(bind((context, options) => runOpsReport(context, options as unknown as ReportOptions)));
  addSwitchCommands(ops, bind);
  addTrustedKeyCommands(ops, bind);
  addCorrectionCommands(ops, bind);
}

function addCorrectionCommands(ops: Command, bind: Bind): void {
  const correction = ops
    .command('correction')
    .description('Read files that say something else than was taken of them; it takes two operators.');
  correction
    .command('propose <partner> <currency> <day>')
    .description('Propose to read what the files of a day say now; another operator decides.')
    .requiredOption('--reason <text>', 'why')
    .action(
      bind((context, options, [partner, currency, day]) =>
        runCorrectionPropose(
          context,
          { partner: partner!, currency: currency!, day: day! },
          options as { reason: string },
        ),
      ),
    );
}
