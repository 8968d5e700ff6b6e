import type { Command } from 'commander';
import type { Bind } from './command-context.js';
import { GatewayProblem, UsageError } from './gateway-client.js';
import type { ReportGetOptions } from './report-fetch.js';
import {
  runReportFiles,
  runReportGet,
  runReportList,
  runReportRun,
  runReportShow,
  type ReportFilesOptions,
  type ReportListOptions,
  type ReportRunOptions,
} from './reports.js';

const OWN = ['--own', 'as a participant, of its own alone'] as const;

/** `tonle report`: what there is, runs, files. */
export function addReportCommands(program: Command, bind: Bind): void {
  const reads: Bind = (work) => bind(ownInstead(work));
  const report = program
    .command('report')
    .description('Reports: run them, fetch their files and check them.');
  report
    .command('list')
    .description('List the reports that there are, with parameters and formats.')
    .option(...OWN)
    .action(reads((context, options) => runReportList(context, options as ReportListOptions)));
  addRun(report, reads);
  report
    .command('files')
    .description('List files of reports, newest first.')
    .option('--report <report>', 'of this report alone, such as R1')
    .option('--day <day>', 'of this day alone, 2026-11-28')
    .option('--receiver <participant>', 'for this participant alone')
    .option('--all', 'superseded versions too')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'files per page')
    .option(...OWN)
    .action(reads((context, options) => runReportFiles(context, options as ReportFilesOptions)));
  report
    .command('show <runId>')
    .description('Show a run: how far it is, and its files; exit 1 when it has failed.')
    .option(...OWN)
    .action(reads((context, options, args) => runReportShow(context, args[0]!, options as ReportGetOptions)));
  report
    .command('get <fileId>')
    .description('Fetch a file with its manifest, go on where it broke off, and check hash and signature.')
    .option('--out <folder>', 'where to (default: here)')
    .option('--key <file>', "the switch's public key (default: TONLE-settlement.pub.pem of the home)")
    .option(...OWN)
    .action(reads((context, options, args) => runReportGet(context, args[0]!, options as ReportGetOptions)));
}

function addRun(report: Command, reads: Bind): void {
  report
    .command('run <report>')
    .description('Run a report, such as R1; wait for its end.')
    .option('--day <day>', 'the day, or the first one')
    .option('--until <day>', 'the last one')
    .option('--window <window>', 'of this window: THSWITCH-THB-2026-11-20')
    .option('--currency <currency>', 'in this currency alone')
    .option('--partner <network>', 'of this network alone')
    .option('--entry <entry>', 'of R34 the credit: <line>:<reference>:<at>, as R2 has them')
    .option('--receiver <participant>', 'its part alone (default: all of it); camt is of one')
    .option('--basis <basis>', 'then: as known at the end of the period (default); now')
    .option('--known-at <instant>', 'as known at another instant')
    .option(
      '--formats <formats>',
      'csv,xlsx,pdf,camt.052,camt.053,camt.054, as the report has them (default: csv)',
    )
    .option('--language <language>', 'of labels: en, km, th, lo, vi, zh')
    .option('--deliver <places>', 'lay the files down at these places, too')
    .option('--reason <text>', 'why; it is recorded')
    .option('--out <folder>', 'fetch its files with manifests into this folder')
    .option('--wait <seconds>', 'how long to wait for what it is made of and has not come yet, 0 to 60', '60')
    .option('--no-wait', 'only ask for it')
    .option(...OWN)
    .action(
      reads((context, options, args) =>
        runReportRun(context, args[0]!, options as unknown as ReportRunOptions),
      ),
    );
}

/** Whoever may not have reports of everything hears that there are its own. */
function ownInstead(work: Parameters<Bind>[0]): Parameters<Bind>[0] {
  return async (context, options, args) => {
    try {
      return await work(context, options, args);
    } catch (error) {
      const isRefused = error instanceof GatewayProblem && error.problem.code === 'not_permitted';
      if (options['own'] === true || !isRefused) throw error;
      throw new UsageError('Reports of everything are for operators. Your own: the same with --own.');
    }
  };
}
