import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import {
  runRecallAnswer,
  runRecallAsk,
  runRecallList,
  runRecallShow,
  type RecallAnswerOptions,
  type RecallFilter,
  type RecallOptions,
} from './recall.js';

/** `tonle recall`: payments that are asked back. */
export function addRecallCommands(program: Command, bind: Bind): void {
  const recall = program
    .command('recall')
    .description('Ask payments back that were sent, and answer those of others.');
  recall
    .command('ask <id>')
    .description('Ask a payment back that you sent, by its id, UETR or a partner reference.')
    .requiredOption(
      '--reason <reason>',
      'duplicate, technical-problem, fraud, customer-request, wrong-account ...',
    )
    .option('--text <text>', 'in words')
    .option('--key <key>', 'idempotency key: the same key never asks twice (default: a new one)')
    .action(
      bind((context, options, args) => runRecallAsk(context, args[0]!, options as unknown as RecallOptions)),
    );
  recall
    .command('list')
    .description("List yours, asked and to answer; everybody's for an operator.")
    .option('--role <role>', 'of a bank: asked, or to_answer')
    .option('--state <state>', 'received, pending, accepted, refused or expired')
    .option('--due-before <instant>', 'for an operator: open ones whose deadline comes before this')
    .option('--money-missing <true>', 'for an operator: accepted by a network, which did not pay in time')
    .option('--participant <participant>', 'for an operator: as asker or answerer')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'recalls per page')
    .action(bind((context, options) => runRecallList(context, options as RecallFilter)));
  recall
    .command('show <recallId>')
    .description('Show one with what happened to it.')
    .action(bind((context, _options, args) => runRecallShow(context, args[0]!)));
  for (const [name, answer, what] of [
    ['accept', 'accepted', 'Give back all that is left of the payment'],
    ['refuse', 'refused', 'Say no, and why'],
    ['pending', 'pending', 'Say that it is being looked into'],
  ] as const) {
    const command = recall
      .command(`${name} <recallId>`)
      .description(`${what}; for an operator: record that a network has answered so.`);
    if (answer === 'refused')
      command.requiredOption(
        '--because <reason>',
        'customer-refuses, no-funds, account-closed, legal-reason ...',
      );
    command
      .option('--text <text>', 'in words')
      .option('--reason <text>', 'of an operator: why it is recorded')
      .option('--evidence <text>', 'of an operator: what shows it')
      .action(
        bind((context, options, args) =>
          runRecallAnswer(context, answer, args[0]!, options as RecallAnswerOptions),
        ),
      );
  }
}
