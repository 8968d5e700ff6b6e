import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import type { Filter } from './ops.js';
import {
  runReconAgeing,
  runReconBreaks,
  runReconBulk,
  runReconDecision,
  runReconProposal,
  runReconRules,
  runReconRuns,
  runReconShow,
  type BreakDecisionOptions,
  type BreakProposalOptions,
} from './recon.js';

const DECISIONS = {
  assign: 'Give a break an owner.',
  note: 'Note something about a break.',
  resolve: 'End a break.',
  reopen: 'Open a break again that has ended; once.',
} as const;
const REASON = ['--reason <text>', 'why'] as const;

/** `tonle recon`: results of reconciled days, breaks and what people do about them. */
export function addReconCommands(program: Command, bind: Bind): void {
  const recon = program
    .command('recon')
    .description('Look at reconciled days and breaks, and decide about them.');
  addLists(recon, bind);
  for (const [decision, description] of Object.entries(DECISIONS)) {
    const command = recon
      .command(`${decision} <break>`)
      .description(description)
      .requiredOption(...REASON);
    if (decision === 'assign')
      command.option('--owner <owner>', 'who looks after it; you, when nobody is named');
    command.action(
      bind((context, options, [id]) =>
        runReconDecision(context, decision, id!, options as unknown as BreakDecisionOptions),
      ),
    );
  }
  recon
    .command('propose <breaks...>')
    .description('Propose how breaks are to end; another operator approves it.')
    .requiredOption('--action <action>', 'how it is to end')
    .option('--result <result>', 'of a write-off: loss or gain')
    .requiredOption('--evidence <text>', 'where it can be seen that this is right')
    .requiredOption(...REASON)
    .action(
      bind((context, options, ids) =>
        runReconProposal(context, ids, options as unknown as BreakProposalOptions),
      ),
    );
  for (const decision of ['assign', 'resolve'])
    recon
      .command(`${decision}-all <breaks...>`)
      .description(
        `${decision === 'assign' ? 'Give' : 'End'} breaks of one type together, each below the value limit.`,
      )
      .requiredOption('--type <type>', 'the type of all of them')
      .option('--owner <owner>', 'who looks after them')
      .requiredOption(...REASON)
      .action(
        bind((context, options, ids) =>
          runReconBulk(context, decision, ids, options as unknown as BreakDecisionOptions & { type: string }),
        ),
      );
}

function addLists(recon: Command, bind: Bind): void {
  recon
    .command('breaks')
    .description('List breaks that stand, the gravest and oldest first.')
    .option('--day <day>', 'of this day')
    .option('--type <type>', 'of this type alone')
    .option('--severity <n>', '1 is the most severe')
    .option('--partner <partner>', 'of this network or bank')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'breaks per page')
    .action(bind((context, options) => runReconBreaks(context, options as Filter)));
  recon
    .command('show <break>')
    .description('Show a break and all that was done with it.')
    .action(bind((context, _options, [id]) => runReconShow(context, id!)));
  recon
    .command('ageing')
    .description('Count open breaks by partner, type and age.')
    .action(bind((context) => runReconAgeing(context)));
  recon
    .command('runs')
    .description('List results of reconciled days: the same digest is the same result.')
    .option('--day <day>', 'of this day')
    .option('--partner <partner>', 'of this network or bank')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'results per page')
    .action(bind((context, options) => runReconRuns(context, options as Filter)));
  recon
    .command('rules')
    .description('List the versions of the rules that days are compared by.')
    .action(bind((context) => runReconRules(context)));
}
