import { printable } from '@tonle/contracts';
import { Command } from 'commander';
import { runAsk } from './ask.js';
import { addAuditCommands } from './audit-commands.js';
import { runCorridorStatus } from './corridor-status.js';
import { runCorridors } from './corridors.js';
import { runIsoCheck } from './iso20022.js';
import { runKeyList, runKeyRegister, runKeyWithdraw, type RegisterOptions } from './key.js';
import { runLookup, type PayeeOptions } from './lookup.js';
import type { Output } from './output.js';
import { explain, saysWhereToLook, SUCCESS } from './command-failures.js';
import { runPay, type PayOptions } from './pay.js';
import { runPaymentList, runPaymentShow, type ListOptions } from './payment.js';
import { runPaymentCode, type PaymentCodeOptions } from './payment-code.js';
import { runQrRead } from './qr.js';
import { runQrSample, SAMPLES, type SampleOptions } from './qr-sample.js';
import { runRefund, type RefundFlags } from './refund.js';
import { runSign, type SignOptions } from './sign.js';
import { runQuote, type QuoteOptions } from './quote.js';
import { addSandboxCommands } from './sandbox-commands.js';
import { contextOf, type Bind, type GlobalOptions, type CommandContext } from './command-context.js';
import { addFinanceCommands } from './finance-commands.js';
import { addNoticeCommands } from './notice-commands.js';
import { addApprovalCommands } from './approval-commands.js';
import { addSettlementCommands } from './settlement-commands.js';
import { addDeadLetterCommands } from './dead-letter-commands.js';
import { addReportCommands } from './report-commands.js';
import { addLedgerCommands } from './ledger-commands.js';
import { readFinanceForms } from './command-forms.js';
import { addExplainCommand, addOpsCommands, addReviewCommands } from './operator-commands.js';
import { addReconCommands } from './recon-commands.js';
import { addLiquidityCommands } from './liquidity.js';
import { addRecallCommands } from './recall-commands.js';

const TERMINAL: Output = {
  json: false,
  out: (text) => process.stdout.write(`${printable(text)}\n`),
  err: (text) => process.stderr.write(`${printable(text)}\n`),
};

/** Runs one command; resolves with the exit code: 0 success, 1 failure, 2 usage error. */
export async function runTonle(
  args: readonly string[],
  terminal: Output = TERMINAL,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  let code = SUCCESS;
  const output = printing(terminal);
  const program = makeProgram(output, async (options, work) => {
    code = await work(contextOf(options, output, environment));
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, { ...output, json: args.includes('--json') });
  }
}

/** Every command that there is, to look at. */
export const commandTree = (): Command => makeProgram(TERMINAL, () => Promise.resolve());

/** Nothing that a code, a partner or a gateway says reaches the terminal as a command to it. */
function printing({ json, out, err }: Output): Output {
  return { json, out: (text) => out(printable(text)), err: (text) => err(printable(text)) };
}

type Run = (
  options: GlobalOptions,
  work: (context: CommandContext) => number | Promise<number>,
) => Promise<void>;

function makeProgram(output: Output, run: Run): Command {
  const program = new Command('tonle')
    .description('Make and inspect payments through the public API of a Tonle switch.')
    .option('--json', 'one JSON object per line')
    .option('--gateway <url>', 'address of the gateway (TONLE_GATEWAY_URL, default http://127.0.0.1:7400)')
    .option('--home <folder>', 'folder with the keys in <folder>/keys (TONLE_HOME, default .tonle)')
    .option(
      '--as <participant>',
      'participant whose key signs (default KHMEKONG; OPERATOR for operator commands)',
    )
    .option('--sign-with <keyId>', 'a key of your own, registered by `tonle key register`')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    })
    .addHelpText('after', '\nExit codes: 0 success, 1 failure, 2 usage error.');
  const bound: Bind =
    (work) =>
    async (...given) => {
      const command = given[given.length - 1] as Command;
      await run(command.optsWithGlobals(), (context) =>
        saysWhereToLook(context, command, () => work(context, command.opts(), command.args)),
      );
    };
  addPaymentCommands(program, bound);
  addShowCommands(program, bound);
  addNoticeCommands(program, bound);
  addSignCommand(program, bound);
  addKeyCommands(program, bound);
  addSandboxCommands(program, bound);
  addExplainCommand(program, bound);
  addReviewCommands(program, bound);
  addApprovalCommands(program, bound);
  addReconCommands(program, bound);
  addSettlementCommands(program, bound);
  addLiquidityCommands(program, bound);
  addRecallCommands(program, bound);
  addOpsCommands(program, bound);
  addFinanceCommands(program, bound);
  addReportCommands(program, bound);
  addLedgerCommands(program, bound);
  addAuditCommands(program, bound);
  addDeadLetterCommands(program, bound);
  addReadingCommands(program, bound);
  readFinanceForms(program);
  return program;
}

const payee = (command: Command): Command =>
  command
    .option('--qr <text>', 'text of the scanned QR code')
    .option('--account <account>', 'account or proxy of the payee, instead of a QR code')
    .option('--type <type>', 'type of the account, as `tonle corridors` has them: MBNO, bank_account, BBAN')
    .option('--country <country>', 'country of the account (default TH)')
    .option(
      '--corridor <id>',
      'of several networks that can pay it the one of this corridor (default: the best)',
    );

function addPaymentCommands(program: Command, bind: Bind): void {
  payee(program.command('lookup'))
    .description('Look up a payee.')
    .action(bind((context, options) => runLookup(context, options as PayeeOptions)));
  payee(program.command('quote'))
    .description('Get a quote and see why each provider was or was not chosen.')
    .option('--lookup <id>', 'id of an earlier lookup')
    .option('--amount <amount>', '820.00, or "100240 KHR" to fix the payer\'s side')
    .option('--from <currency>', "payer's currency")
    .option('--to <currency>', "payee's currency")
    .action(bind((context, options) => runQuote(context, options as QuoteOptions)));
  program
    .command('payment-code')
    .description(
      'Get a code for a payer to show: a merchant abroad may draw one payment on it, up to --most.',
    )
    .requiredOption('--corridor <id>', 'corridor to the network whose merchants scan it: KH-AP, KH-UP')
    .requiredOption('--most <amount>', 'the highest amount that the payer agrees to: "200000 KHR"')
    .option('--from <account>', "payer's account (default u0000001 at the bank that signs)")
    .option('--name <name>', "payer's name", 'Sok Dara')
    .action(bind((context, options) => runPaymentCode(context, options as unknown as PaymentCodeOptions)));
  payee(program.command('pay'))
    .description('Look up, quote and pay; prints the timeline.')
    .option(
      '--amount <amount>',
      '820.00, or "100240 KHR" to fix the payer\'s side; not needed when the QR code has one',
    )
    .option('--from <account>', "payer's account (default u0000001 at the bank that signs)")
    .option('--name <name>', "payer's name", 'Sok Dara')
    .option('--currency <currency>', "payer's currency")
    .option('--purpose <code>', 'ISO 20022 purpose code')
    .option('--remittance <text>', 'text for the payee')
    .option('--end-to-end-id <id>', "payer's reference")
    .option('--wait <seconds>', 'how long to wait for the payment to end', '20')
    .option('--key <key>', 'idempotency key: the same key never pays twice (default: a new one)')
    .option('--confirm-duplicate <id>', 'pay although that payment, which is like it, has no outcome yet')
    .action(bind((context, options) => runPay(context, options as unknown as PayOptions)));
  program
    .command('refund <id>')
    .description('Give a payment back that your customer got, by its id, UETR or a partner reference.')
    .option('--amount <amount>', '10.00, in the currency that the payee got (default: all that is left)')
    .option('--reason <text>', 'text for the payer')
    .option('--fault <whose>', 'merchant-request (default), payer-request, receiving-side or switch')
    .option('--end-to-end-id <id>', 'your reference')
    .option('--wait <seconds>', 'how long to wait for the refund to end', '20')
    .option('--key <key>', 'idempotency key: the same key never refunds twice (default: a new one)')
    .action(
      bind((context, options, args) => runRefund(context, args[0]!, options as unknown as RefundFlags)),
    );
  program
    .command('ask <method> <path> [body]')
    .description(
      'Send any API request, signed: ask GET /v1/ops/windows. The body is JSON or an ISO 20022 message; with - it is read ' +
        'from standard input.',
    )
    .action(bind((context, _options, args) => runAsk(context, args)));
}

function addShowCommands(program: Command, bind: Bind): void {
  const payment = program.command('payment').description('Your payments.');
  payment
    .command('show <id>')
    .description('Show one payment by its id, UETR or a partner reference.')
    .action(bind((context, _options, args) => runPaymentShow(context, args[0]!)));
  payment
    .command('list')
    .description('List payments that you sent or that come in for your customers, newest first.')
    .option('--uetr <uetr>')
    .option('--reference <reference>', "a partner's reference")
    .option('--message-id <id>', 'idempotency key or MsgId')
    .option('--end-to-end-id <id>')
    .option('--refund-of <id>', 'refunds of this payment')
    .option('--direction <direction>', 'outbound: sent by you; inbound: for your customers (default both)')
    .option('--state <state>', 'processing, completed, failed or blocked')
    .option('--from <instant>', 'received at or after this: 2026-11-28T00:00:00+07:00')
    .option('--until <instant>', 'received before this')
    .option('--settlement-date <day>', 'interbank settlement date: 2026-11-28')
    .option('--currency <currency>', 'of either side')
    .option('--amount-min <amount>', 'at least this much in --currency')
    .option('--amount-max <amount>', 'at most this much in --currency')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'payments per page')
    .action(bind((context, options) => runPaymentList(context, options as ListOptions)));
}

function addSignCommand(program: Command, bind: Bind): void {
  program
    .command('sign <method> <path> [body]')
    .description(
      'Show how a request is signed, without sending it. With - the body is read from standard input.',
    )
    .option('--explain', 'the signature base, line by line')
    .option('--base <file>', 'compare with a signature base of your own: which lines differ?')
    .option('--content-type <type>', 'of the body', 'application/json')
    .option('--idempotency-key <key>')
    .option('--created <seconds>', 'since 1970 (default: now)')
    .option('--nonce <nonce>', 'default: a new one')
    .action(bind((context, options, args) => runSign(context, args, options as unknown as SignOptions)));
}

function addKeyCommands(program: Command, bind: Bind): void {
  const key = program.command('key').description('Keys of your own, in a sandbox.');
  key
    .command('register <keyId>')
    .description(
      'Register a public key under your participant; without --public-key a new Ed25519 pair is made.',
    )
    .option('--public-key <file>', 'public key as PEM: Ed25519 or ECDSA P-256')
    .action(bind((context, options, args) => runKeyRegister(context, args[0]!, options as RegisterOptions)));
  key
    .command('withdraw <keyId>')
    .description('End a key that you have registered: it signs nothing any more.')
    .action(bind((context, _options, args) => runKeyWithdraw(context, args[0]!)));
  key
    .command('list')
    .description('List the keys that you have registered.')
    .action(bind((context) => runKeyList(context)));
}

function addReadingCommands(program: Command, bind: Bind): void {
  const corridors = program
    .command('corridors')
    .description('List the corridors: status, what is open, currencies, limits, hours, QR codes, accounts.')
    .action(bind((context) => runCorridors(context)));
  corridors
    .command('status [corridor]')
    .description('Show how each direction stands now: since when, until when, and why.')
    .action(bind((context, _options, args) => runCorridorStatus(context, args[0])));
  const qr = program.command('qr').description('QR codes.');
  qr.command('read <text>')
    .description('Show what a QR code contains, what is wrong with it, and which networks could pay it.')
    .action(bind((context, _options, args) => runQrRead(context, args[0]!)));
  qr.command('sample <kind>')
    .description(`Print the text of a QR code of a sandbox payee: ${SAMPLES.join(', ')}.`)
    .option('--amount <amount>', 'amount in the QR code; without it the payer enters one')
    .action(bind((context, options, args) => runQrSample(context, args[0]!, options as SampleOptions)));
  program
    .command('iso20022')
    .description('ISO 20022 messages.')
    .command('check <files...>')
    .description(
      'Check that messages are well-formed and valid. With - the message is read from standard input.',
    )
    .action(bind((context, _options, args) => runIsoCheck(context, args)));
}
