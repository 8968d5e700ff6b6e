import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import { addSettlementBankCommands } from './settlement-bank-commands.js';
import {
  proposeDeed,
  runDispute,
  runFinalise,
  runInstruct,
  runInstructionDead,
  runNetWithout,
  runProposeWindow,
} from './settlement-deeds.js';
import {
  runInstruction,
  runInstructionFile,
  runInstructions,
  runWindow,
  runWindows,
  type InstructionListOptions,
  type WindowListOptions,
} from './settlement.js';

interface Reasoned {
  readonly reason: string;
}

/** `tonle settlement`: windows after their netting, and instructions to settlement banks. */
export function addSettlementCommands(program: Command, bind: Bind): void {
  const settlement = program
    .command('settlement')
    .description('Look at settlement windows and instructions to banks, and see them through.');
  addReading(settlement, bind);
  addDeeds(settlement, bind);
  addSettlementBankCommands(settlement, bind);
}

function addReading(settlement: Command, bind: Bind): void {
  settlement
    .command('windows')
    .description('List windows: where each stands, and what it waits for.')
    .option('--day <day>', 'of this day alone, YYYY-MM-DD')
    .option('--state <state>', 'in this state alone')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'windows per page')
    .action(bind((context, options) => runWindows(context, options as WindowListOptions)));
  settlement
    .command('window <window>')
    .description('Show a window: nets, instructions, what bank lines cover, finalisations.')
    .action(bind((context, _options, [id]) => runWindow(context, id!)));
  settlement
    .command('instructions')
    .description('List instructions to settlement banks, the newest first.')
    .option('--bank <bank>', 'of this bank alone')
    .option('--currency <currency>', 'in this currency alone')
    .option('--state <state>', 'in this state alone')
    .option('--window <window>', 'of this window alone')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'instructions per page')
    .action(bind((context, options) => runInstructions(context, options as InstructionListOptions)));
  settlement
    .command('instruction <instruction>')
    .description('Show an instruction with its lines.')
    .action(bind((context, _options, [id]) => runInstruction(context, id!)));
  settlement
    .command('file <instruction> <file>')
    .description('Write the bytes of an instruction to a new file, to look at them.')
    .action(bind((context, _options, [id, file]) => runInstructionFile(context, id!, file!)));
}

function addDeeds(settlement: Command, bind: Bind): void {
  const deed = (name: string, description: string) =>
    settlement.command(name).description(description).requiredOption('--reason <text>', 'why');
  deed('propose <window>', 'Propose that the nets of a window are paid; other operators approve.').action(
    bind((context, options, [id]) => runProposeWindow(context, id!, options as unknown as Reasoned)),
  );
  deed(
    'without <window> [participants...]',
    'Propose to net a window without participants who do not pay; without any: with everybody again.',
  ).action(
    bind((context, options, [id, ...participants]) =>
      runNetWithout(context, id!, participants, options as unknown as Reasoned),
    ),
  );
  deed('dispute <window>', 'Mark a window as disputed: it is neither approved nor instructed.')
    .option('--end', 'end the dispute')
    .action(
      bind((context, options, [id]) =>
        runDispute(context, id!, options as unknown as Reasoned & { end?: boolean }),
      ),
    );
  deed('instruct <window>', 'Instruct the bank again for a window that has failed.').action(
    bind((context, options, [id]) => runInstruct(context, id!, options as unknown as Reasoned)),
  );
  deed('finalise <window> <file>', "Bring the bank's finalisation file; other operators approve it.").action(
    bind((context, options, [id, file]) => runFinalise(context, id!, file!, options as unknown as Reasoned)),
  );
  deed('withdraw <instruction>', 'Propose that an instruction which was not sent is not sent at all.').action(
    bind((context, { reason }, [id]) =>
      proposeDeed(context, `/v1/ops/instructions/${id!}/withdrawal`, { reason }),
    ),
  );
  deed('dead <instruction>', 'Propose that an instruction will never be carried out: the bank has said so.')
    .requiredOption('--evidence <text>', "where the bank's word is to be seen")
    .action(
      bind((context, options, [id]) =>
        runInstructionDead(context, id!, options as unknown as Reasoned & { evidence: string }),
      ),
    );
}
