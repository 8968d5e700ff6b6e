import { Command, CommanderError } from 'commander';
import { runAsk } from './ask.js';
import { runAudit } from './audit.js';
import { GatewayProblem, GatewayUnreachable, WrongUse } from './gateway-client.js';
import { runIsoCheck } from './iso20022.js';
import { runLookup, type PayeeOptions } from './lookup.js';
import { problemText, type Output } from './output.js';
import { runPay, type PayOptions } from './pay.js';
import { runPaymentList, runPaymentShow, type ListOptions } from './payment.js';
import { runQrRead, runQrSample, type SampleOptions } from './qr.js';
import { runQuote, type QuoteOptions } from './quote.js';
import { settingOf, type GlobalOptions, type Setting } from './setting.js';

const YES = 0;
const NO = 1;
const WRONG_USE = 2;

const TERMINAL: Output = {
  json: false,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
};

/** Runs one command; resolves with the exit code: 0 yes, 1 no, 2 wrong use. */
export async function runTonle(
  args: readonly string[],
  output: Output = TERMINAL,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  let code = YES;
  const program = makeProgram(output, async (options, work) => {
    code = await work(settingOf(options, output, environment));
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, { ...output, json: args.includes('--json') });
  }
}

type Run = (options: GlobalOptions, work: (setting: Setting) => number | Promise<number>) => Promise<void>;

function makeProgram(output: Output, run: Run): Command {
  const program = new Command('tonle')
    .description('Pay and look into payments over the public interfaces of a Tonle switch.')
    .option('--json', 'one JSON object a line')
    .option('--gateway <url>', 'address of the gateway (TONLE_GATEWAY_URL, default http://127.0.0.1:7400)')
    .option('--home <folder>', 'where the keys are: <folder>/keys (TONLE_HOME, default .tonle)')
    .option('--as <participant>', 'who signs (default KHMEKONG, for what operators do OPERATOR)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    })
    .addHelpText('after', '\nExit code: 0 yes, 1 no, 2 wrong use.');
  const bound: Bind =
    (work) =>
    async (...given) => {
      const command = given[given.length - 1] as Command;
      await run(command.optsWithGlobals(), (setting) => work(setting, command.opts(), command.args));
    };
  addPaymentCommands(program, bound);
  addReadingCommands(program, bound);
  return program;
}

type Work = (
  setting: Setting,
  options: Record<string, unknown>,
  args: readonly string[],
) => number | Promise<number>;
type Bind = (work: Work) => (...given: unknown[]) => Promise<void>;

const payee = (command: Command): Command =>
  command
    .option('--qr <text>', 'text of the scanned code')
    .option('--account <account>', 'instead of a code: account or proxy of the payee')
    .option('--type <type>', 'what the account is: MBNO, NIDN, EWLT, BIID, BBAN')
    .option('--country <country>', 'where the account is (default TH)');

function addPaymentCommands(program: Command, bind: Bind): void {
  payee(program.command('lookup'))
    .description('Who would be paid.')
    .action(bind((setting, options) => runLookup(setting, options as PayeeOptions)));
  payee(program.command('quote'))
    .description('What a payment would cost, and why which provider was chosen.')
    .option('--lookup <id>', 'of an earlier lookup')
    .option('--amount <amount>', '820.00, or "100240 KHR" to fix the payer\'s side')
    .option('--from <currency>', "payer's currency")
    .option('--to <currency>', "payee's currency")
    .action(bind((setting, options) => runQuote(setting, options as QuoteOptions)));
  payee(program.command('pay'))
    .description('Look up, quote and pay; prints the time line.')
    .option(
      '--amount <amount>',
      '820.00, or "100240 KHR" to fix the payer\'s side; not needed when the code has one',
    )
    .option('--from <account>', "payer's account (default u0000001 at the bank that signs)")
    .option('--name <name>', "payer's name", 'Sok Dara')
    .option('--currency <currency>', "payer's currency")
    .option('--purpose <code>', 'ISO 20022 purpose code')
    .option('--remittance <text>', 'what the payment is for')
    .option('--end-to-end-id <id>', "payer's reference")
    .option('--wait <seconds>', 'how long to wait for the end', '20')
    .option('--key <key>', 'idempotency key: the same key never pays twice (default a fresh one)')
    .action(bind((setting, options) => runPay(setting, options as unknown as PayOptions)));
  const payment = program.command('payment').description('Payments of yours.');
  payment
    .command('show <id>')
    .description('One payment by its id, UETR or a partner reference.')
    .action(bind((setting, _options, args) => runPaymentShow(setting, args[0]!)));
  payment
    .command('list')
    .description('Payments, newest first.')
    .option('--uetr <uetr>')
    .option('--reference <reference>', "a partner's reference")
    .option('--message-id <id>', 'idempotency key or MsgId')
    .option('--end-to-end-id <id>')
    .option('--state <state>', 'processing, completed, failed or blocked')
    .option('--cursor <cursor>', 'go on after an earlier page')
    .option('--limit <n>', 'payments a page')
    .action(bind((setting, options) => runPaymentList(setting, options as ListOptions)));
  program
    .command('audit')
    .description('Check the invariants of money over all services.')
    .action(bind((setting) => runAudit(setting)));
  program
    .command('ask <method> <path> [body]')
    .description(
      'Any request of the API, signed: ask GET /v1/ops/windows. - reads the body from standard input.',
    )
    .action(bind((setting, _options, args) => runAsk(setting, args)));
}

function addReadingCommands(program: Command, bind: Bind): void {
  const qr = program.command('qr').description('Payment codes.');
  qr.command('read <text>')
    .description('What a code says, and what is wrong with it.')
    .action(bind((setting, _options, args) => runQrRead(setting, args[0]!)));
  qr.command('sample <kind>')
    .description('The text of a code of a sandbox payee: thai or khqr.')
    .option('--amount <amount>', 'amount in the code; without it the payer enters one')
    .action(bind((setting, options, args) => runQrSample(setting, args[0]!, options as SampleOptions)));
  program
    .command('iso20022')
    .description('ISO 20022 messages.')
    .command('check <files...>')
    .description('Are these messages well-formed and valid? - reads standard input.')
    .action(bind((setting, _options, args) => runIsoCheck(setting, args)));
}

function explain(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? YES : WRONG_USE;
  if (error instanceof GatewayProblem) {
    if (output.json) output.out(JSON.stringify(error.problem));
    else output.err(problemText(error.problem));
    return NO;
  }
  if (error instanceof GatewayUnreachable) {
    output.err(`${error.message}. Is it running? npm start starts one, --gateway names another.`);
    return NO;
  }
  if (error instanceof WrongUse) {
    output.err(error.message);
    return WRONG_USE;
  }
  throw error;
}
