import type { Command } from 'commander';
import {
  runApprovals,
  runApprovalShow,
  runApprovalVerdict,
  type ApprovalListOptions,
  type ApprovalVerdictOptions,
} from './approvals.js';
import type { Bind } from './command-context.js';

const VERDICTS = {
  approve: 'Approve what another operator proposed; the last approval does it.',
  reject: 'Reject what another operator proposed.',
  withdraw: 'Withdraw what you proposed.',
} as const;

/** `tonle approvals`: what one operator proposes and others decide, of all kinds. */
export function addApprovalCommands(program: Command, bind: Bind): void {
  const approvals = program
    .command('approvals')
    .description('Look at what operators propose, and approve, reject or withdraw it.');
  approvals
    .command('list')
    .description('List what waits for another operator, the newest first.')
    .option('--state <state>', 'what has become of them', 'pending')
    .option('--kind <kind>', 'such as settlement.window')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'approvals per page')
    .action(bind((context, options) => runApprovals(context, options as ApprovalListOptions)));
  approvals
    .command('show <approval>')
    .description('Show what a proposal would do, its warnings, and who has decided what.')
    .action(bind((context, _options, [id]) => runApprovalShow(context, id!)));
  for (const [verdict, description] of Object.entries(VERDICTS)) {
    const command = approvals
      .command(`${verdict} <approval>`)
      .description(description)
      .requiredOption('--reason <text>', 'why');
    if (verdict === 'approve')
      command.option('--acknowledge <code...>', 'warnings that you have looked at, each by its code');
    command.action(
      bind((context, options, [id]) =>
        runApprovalVerdict(
          context,
          verdict as keyof typeof VERDICTS,
          id!,
          options as unknown as ApprovalVerdictOptions,
        ),
      ),
    );
  }
}
