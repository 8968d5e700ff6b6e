import type { Command } from 'commander';
import {
  runClose,
  runCloseList,
  runCloseReport,
  runCloseShow,
  runCloseSign,
  runJournal,
  runReopen,
} from './close.js';
import type { Bind } from './command-context.js';
import {
  runFees,
  runFxPosition,
  runFxRate,
  runInvoiceIssue,
  runInvoiceList,
  runInvoiceShow,
} from './finance.js';

type Reasoned = { reason: string };

/** `tonle close`, `fx-position`, `fx-rate`, `fees` and `invoices`: the books. */
export function addFinanceCommands(program: Command, bind: Bind): void {
  addCloseCommands(program, bind);
  addInvoiceCommands(program, bind);
  program
    .command('fx-position')
    .description('Show what each FX provider has bought, sold, holds and earns.')
    .option('--day <day>', '2026-11-28 (default: yesterday)')
    .action(bind((context, options) => runFxPosition(context, options)));
  program
    .command('fx-rate <day> <source> <target> <rate>')
    .description(
      'Set the rate that FX positions of an open day are valued by: units of the target for one of the source.',
    )
    .requiredOption('--reason <text>', 'why: whose fixing it is')
    .action(
      bind((context, options, [day, source, target, rate]) =>
        runFxRate(
          context,
          { day: day!, sourceCurrency: source!, targetCurrency: target!, rate: rate! },
          options as Reasoned,
        ),
      ),
    );
}

function addCloseCommands(program: Command, bind: Bind): void {
  const close = program
    .command('close')
    .description('Close days (2026-11-28) and months (2026-11) of the books.');
  close
    .command('list')
    .description('List days that were closed, newest first.')
    .option('--months', 'months instead')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'periods per page')
    .action(bind((context, options) => runCloseList(context, options)));
  close
    .command('show <period>')
    .description('Show the checklist, with what each step has found; exit 1 while one is open.')
    .action(bind((context, _options, args) => runCloseShow(context, args[0]!)));
  close
    .command('sign <period> <step>')
    .description('Say why what a step has found may be carried, or that you have looked.')
    .requiredOption('--reason <text>', 'why')
    .action(
      bind((context, options, [period, step]) => runCloseSign(context, period!, step!, options as Reasoned)),
    );
  close
    .command('run <period>')
    .description('Close it, when no step is open.')
    .requiredOption('--reason <text>', 'why')
    .action(bind((context, options, args) => runClose(context, args[0]!, options as Reasoned)));
  close
    .command('reopen <period>')
    .description('Propose to open it again; other operators approve.')
    .requiredOption('--reason <text>', 'why')
    .action(bind((context, options, args) => runReopen(context, args[0]!, options as Reasoned)));
  close
    .command('report <period>')
    .description('Print the report that it was closed with, as it was kept.')
    .option('--version <n>', 'an earlier one, of a period that was reopened')
    .option('--out <file>', 'write it there, and its signature to <file>.sig')
    .action(bind((context, options, args) => runCloseReport(context, args[0]!, options)));
  close
    .command('journal <day>')
    .description('Write every posting of a day as CSV for the general ledger; exit 1 while more may come.')
    .action(bind((context, _options, args) => runJournal(context, args[0]!)));
}

function addInvoiceCommands(program: Command, bind: Bind): void {
  program
    .command('fees')
    .description('List what was accrued in a month, and on which invoice it is.')
    .requiredOption('--month <month>', '2026-11')
    .action(bind((context, options) => runFees(context, options as { month: string })));
  const invoices = program.command('invoices').description('Invoices for fees and exact refunds.');
  invoices
    .command('list')
    .description('List invoices, with what is paid of each.')
    .option('--month <month>', 'of this month alone, 2026-11')
    .option('--counterparty <participant>', 'of this participant alone')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'invoices per page')
    .action(bind((context, options) => runInvoiceList(context, options)));
  invoices
    .command('show <number>')
    .description('Show an invoice with its lines.')
    .action(bind((context, _options, args) => runInvoiceShow(context, args[0]!)));
  invoices
    .command('issue <month>')
    .description('Issue the invoices of a month that is over.')
    .requiredOption('--reason <text>', 'why')
    .action(bind((context, options, args) => runInvoiceIssue(context, args[0]!, options as Reasoned)));
}
