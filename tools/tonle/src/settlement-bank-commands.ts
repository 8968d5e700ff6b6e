import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import {
  runBankFile,
  runBankLines,
  runBanks,
  runBankStatements,
  runFetchBank,
  runHandIn,
  runSendByHand,
  type BankListOptions,
} from './settlement-banks.js';
import { runCure, runSuspense, type CureOptions } from './suspense.js';

/** Of `tonle settlement`: banks, what they tell, and money in suspense. */
export function addSettlementBankCommands(settlement: Command, bind: Bind): void {
  settlement
    .command('banks')
    .description('Show the accounts at settlement banks: last statement, what is missing, and suspense.')
    .action(bind((context) => runBanks(context)));
  listed(settlement, 'statements', 'List what banks told, and what of it was refused.')
    .option('--day <day>', 'of this day alone, YYYY-MM-DD')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action(bind((context, options) => runBankStatements(context, options as BankListOptions)));
  listed(settlement, 'lines', 'List lines of banks, with what each was for.')
    .option('--day <day>', 'of this day alone, YYYY-MM-DD')
    .option('--state <state>', 'in this state alone')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action(bind((context, options) => runBankLines(context, options as BankListOptions)));
  listed(settlement, 'suspense', 'List money that no reference places, the oldest first.')
    .option('--state <state>', 'in this state alone (default: those that are not cleared)')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action(bind((context, options) => runSuspense(context, options as BankListOptions)));
  settlement
    .command('bank-file <sha256> <file>')
    .description('Write a file as its bank gave it to a new file.')
    .action(bind((context, _options, [sha256, file]) => runBankFile(context, sha256!, file!)));
  addDeeds(settlement, bind);
}

const listed = (settlement: Command, name: string, description: string): Command =>
  settlement
    .command(name)
    .description(description)
    .option('--bank <bank>', 'of this bank alone')
    .option('--currency <currency>', 'in this currency alone')
    .option('--limit <n>', 'how many');

function addDeeds(settlement: Command, bind: Bind): void {
  const deed = (name: string, description: string) =>
    settlement.command(name).description(description).requiredOption('--reason <text>', 'why');
  deed('fetch <bank>', 'Ask a bank now for the statements that are due.')
    .requiredOption('--currency <currency>', 'of the account')
    .action(
      bind((context, options, [bank]) =>
        runFetchBank(context, bank!, options as unknown as { currency: string; reason: string }),
      ),
    );
  deed('hand-in <bank> <file>', 'Propose to take a file that a bank gave by hand; another operator approves.')
    .requiredOption('--currency <currency>', 'of the account')
    .option('--kind <kind>', 'what the file is', 'statement')
    .action(
      bind((context, options, [bank, file]) =>
        runHandIn(
          context,
          bank!,
          file!,
          options as unknown as { currency: string; kind: string; reason: string },
        ),
      ),
    );
  deed(
    'send <instruction> <file>',
    'Mark an instruction as sent and write its bytes, for a bank without a link.',
  ).action(
    bind((context, options, [id, file]) =>
      runSendByHand(context, id!, file!, options as unknown as { reason: string }),
    ),
  );
  deed('cure <item>', 'Propose what is done with money in suspense; other operators approve.')
    .requiredOption('--action <action>', 'what is done')
    .option(
      '--target <target>',
      'of to-window an end-to-end id, of to-prefund a participant, of send-back an account',
    )
    .option('--amount <amount>', '"100.00 THB"; all that is open when absent')
    .action(bind((context, options, [id]) => runCure(context, id!, options as unknown as CureOptions)));
}
