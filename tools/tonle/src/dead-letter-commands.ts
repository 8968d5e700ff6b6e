import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import {
  runDeadLetterDecision,
  runDeadLetterGroups,
  runDeadLetters,
  runDeadLetterShow,
  runDeadLetterTry,
  runDiscardGroup,
  runRedrive,
  runRedrives,
  runStopRedrive,
  type RedriveOptions,
} from './dead-letters.js';

interface Why {
  readonly reason: string;
}

/** `tonle deadletter`: records that could not be handled or not be sent, one at a time or all of one cause. */
export function addDeadLetterCommands(program: Command, bind: Bind): void {
  const letters = program
    .command('deadletter')
    .description('Look at records that could not be handled or not be sent, replay or discard them.');
  letters
    .command('list')
    .description('List those that nobody has decided about, the latest first.')
    .option('--group <groupId>', 'of this group')
    .action(bind((context, options) => runDeadLetters(context, options as { group?: string })));
  letters
    .command('groups')
    .description('List them by cause, the largest group first.')
    .action(bind((context) => runDeadLetterGroups(context)));
  letters
    .command('show <id>')
    .description('Show one with its headers and its whole cause.')
    .option('--reveal <reason>', 'and what it says, which may hold personal data: your reason is recorded')
    .action(
      bind((context, options, [id]) => runDeadLetterShow(context, id!, options as { reveal?: string })),
    );
  letters
    .command('try <id>')
    .description('Show what a replay would do now, without doing it; exit 1 when it would fail.')
    .action(bind((context, _options, [id]) => runDeadLetterTry(context, id!)));
  for (const decision of ['replay', 'discard'] as const) {
    letters
      .command(`${decision} <id>`)
      .description(decision === 'replay' ? 'Give a record to where it failed again.' : 'End a record unread.')
      .requiredOption('--reason <text>', 'why')
      .action(
        bind((context, options, [id]) =>
          runDeadLetterDecision(context, decision, id!, options as unknown as Why),
        ),
      );
  }
  addGroupCommands(letters, bind);
}

function addGroupCommands(letters: Command, bind: Bind): void {
  letters
    .command('redrive <groupId>')
    .description('Replay all of a group in the background, the oldest first.')
    .requiredOption('--reason <text>', 'why')
    .option('--rate <n>', 'letters a second, 1 to 100', '10')
    .option('--keep-going', 'go on when a letter fails again; else that ends it')
    .action(
      bind((context, options, [group]) => runRedrive(context, group!, options as unknown as RedriveOptions)),
    );
  letters
    .command('discard-group <groupId>')
    .description('End all of a group unread.')
    .requiredOption('--reason <text>', 'why')
    .action(bind((context, options, [group]) => runDiscardGroup(context, group!, options as unknown as Why)));
  letters
    .command('redrives')
    .description('List redrives and how far they are, the latest first.')
    .action(bind((context) => runRedrives(context)));
  letters
    .command('stop <redriveId>')
    .description('Stop a redrive; what it has replayed stays replayed.')
    .requiredOption('--reason <text>', 'why')
    .action(bind((context, options, [id]) => runStopRedrive(context, id!, options as unknown as Why)));
}
