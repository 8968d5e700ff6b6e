import type { Command } from 'commander';
import type { Bind, CommandContext } from './command-context.js';
import { moreText } from './command-context.js';
import { runLedgerCheck } from './ledger-check.js';
import { OPERATOR, type Filter } from './ops.js';
import { proposeDeed, type Reasoned } from './settlement-deeds.js';
import { list, show, showAmount, table, type ShownAmount } from './output.js';

interface Sums {
  readonly currency: string;
  readonly opening: ShownAmount;
  readonly debits: ShownAmount;
  readonly credits: ShownAmount;
  readonly balance: ShownAmount;
}

interface Balances {
  readonly from?: string;
  readonly until: string;
  readonly isProven: boolean;
  readonly accounts: readonly (Sums & { readonly account: string })[];
  readonly totals: readonly Sums[];
  readonly note?: string;
}

interface Statement {
  readonly account: string;
  readonly from: string;
  readonly until: string;
  readonly opening: ShownAmount;
  readonly closing: ShownAmount;
  readonly entries: readonly {
    readonly at: string;
    readonly kind: string;
    readonly reference?: string;
    readonly contra: string;
    readonly debit?: ShownAmount;
    readonly credit?: ShownAmount;
    readonly balance: ShownAmount;
  }[];
  readonly next?: string;
}

interface Accounts {
  readonly accounts: readonly {
    readonly account: string;
    readonly normalSide: string;
    readonly meaning: string;
  }[];
  readonly note?: string;
}

interface Entries {
  readonly entries: readonly {
    readonly entryId: string;
    readonly kind: string;
    readonly debit: string;
    readonly credit: string;
    readonly amount: ShownAmount;
    readonly windowId?: string;
    readonly state: string;
    readonly detail?: string;
  }[];
}

interface Copy {
  readonly copiedUpTo?: string;
  readonly provenUpTo?: string;
  readonly summedUpTo?: string;
  readonly differences: readonly string[];
}

const ask = <T>(context: CommandContext, path: string, filter: Filter = {}): Promise<T> => {
  const given = Object.entries(filter).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const query = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  return context.gateway(OPERATOR).ask<T>('GET', `/v1/ops/ledger/${path}${query}`);
};

/** Zero is left out of a column, so that what moved stands out. */
const money = (amount: ShownAmount): string => (/^-?[0.]+$/.test(amount.amount) ? '-' : showAmount(amount));

async function runAccounts(context: CommandContext, filter: Filter): Promise<number> {
  const found = await ask<Accounts>(context, 'accounts', filter);
  show(context.output, found, () =>
    found.accounts.length === 0
      ? (found.note ?? 'Nothing has been posted yet.')
      : table(found.accounts.map(({ account, normalSide, meaning }) => [account, normalSide, meaning])),
  );
  return 0;
}

async function runBalances(context: CommandContext, filter: Filter): Promise<number> {
  const found = await ask<Balances>(context, 'balances', filter);
  const rows = found.accounts.map(({ account, balance }) => [account, showAmount(balance)]);
  show(context.output, found, () =>
    [
      rows.length === 0 ? (found.note ?? 'No account matches.') : table(rows, [1]),
      '',
      spanWords(found),
      'Debits less credits: a credit balance is below zero.',
    ].join('\n'),
  );
  return 0;
}

/** Exit 1 when a currency is not zero. */
async function runTrialBalance(context: CommandContext, filter: Filter): Promise<number> {
  const found = await ask<Balances>(context, 'trial-balance', filter);
  const isZero = ({ opening, balance }: Sums) => [opening, balance].every((each) => money(each) === '-');
  const broken = found.totals.filter((total) => !isZero(total));
  const row = (name: string, sums: Sums) => [
    name,
    ...[sums.opening, sums.debits, sums.credits, sums.balance].map(money),
  ];
  const rows = [
    ['account', 'opening', 'debits', 'credits', 'closing'],
    ...found.accounts.map((each) => row(each.account, each)),
    ...found.totals.map((each) => row(`total ${each.currency}`, each)),
  ];
  show(context.output, found, () =>
    [
      table(rows, [1, 2, 3, 4]),
      '',
      spanWords(found),
      broken.length === 0
        ? 'Every currency sums to zero.'
        : `Not zero: ${broken.map(({ currency }) => currency).join(', ')}. ${context.again} audit`,
    ].join('\n'),
  );
  return broken.length === 0 ? 0 : 1;
}

async function runStatement(context: CommandContext, account: string, filter: Filter): Promise<number> {
  const path = `accounts/${encodeURIComponent(account)}/statement`;
  const found = await ask<Statement>(context, path, filter);
  const rows = found.entries.map(({ at, kind, contra, debit, credit, balance, reference = '' }) => [
    ...[at, kind, contra],
    ...[debit, credit].map((each) => (each === undefined ? '' : showAmount(each))),
    ...[showAmount(balance), reference],
  ]);
  const head = ['at', 'kind', 'contra', 'debit', 'credit', 'balance', 'reference'];
  show(context.output, found, () =>
    [
      `${found.account} from ${found.from} until ${found.until}`,
      list([
        ['opening', showAmount(found.opening)],
        ['closing', showAmount(found.closing)],
      ]),
      rows.length === 0 ? 'Nothing moved.' : table([head, ...rows], [3, 4, 5]),
      ...(found.next === undefined
        ? []
        : [moreText(context.again, `ledger statement ${account}`, filter, found.next)]),
    ].join('\n'),
  );
  return 0;
}

/** Exit 1 when one was refused. */
async function runEntries(context: CommandContext, isRefusedOnly: boolean): Promise<number> {
  const found = await ask<Entries>(context, 'entries', isRefusedOnly ? { state: 'refused' } : {});
  const rows = found.entries.map(({ entryId, kind, debit, credit, amount, windowId, state, detail = '' }) => [
    ...[entryId, state, kind, `${debit} to ${credit}`],
    ...[showAmount(amount), windowId === undefined ? detail : `${detail} (window ${windowId} waits)`.trim()],
  ]);
  const refused = found.entries.find(({ state }) => state === 'refused');
  const nothing = isRefusedOnly ? 'Nothing is refused.' : 'Everything is booked.';
  show(context.output, found, () =>
    [
      rows.length === 0 ? nothing : table(rows, [4]),
      ...(refused === undefined ? [] : ['', ...nextWords(context, refused.entryId)]),
    ].join('\n'),
  );
  return refused === undefined ? 0 : 1;
}

const nextWords = ({ again }: CommandContext, entryId: string): string[] => [
  'Mend what it was refused for and have it tried again, or propose that it is given up:',
  `  ${again} ledger retry ${entryId} --reason <text>`,
  `  ${again} ledger give-up ${entryId} --reason <text>`,
];

async function runRetry(context: CommandContext, entryId: string, body: Reasoned): Promise<number> {
  const path = `/v1/ops/ledger/entries/${encodeURIComponent(entryId)}/retry`;
  const answer = await context.gateway(OPERATOR).ask<{ readonly state: string }>('POST', path, { body });
  show(context.output, answer, () =>
    ['The ledger is asked for it once more; what it says:', `  ${context.again} ledger entries`].join('\n'),
  );
  return 0;
}

async function runCopy(context: CommandContext): Promise<number> {
  const found = await ask<Copy>(context, 'copy');
  show(context.output, found, () =>
    list([
      ['known up to', found.copiedUpTo ?? 'nothing is copied yet'],
      ['proven up to', found.provenUpTo],
      ['days summed up to', found.summedUpTo],
      ...found.differences.map((words) => ['differs', words] as const),
    ]),
  );
  return found.differences.length === 0 ? 0 : 1;
}

function spanWords({ from, until, isProven }: Balances): string {
  const span = from === undefined ? `Just before ${until}` : `From ${from} until ${until}`;
  return `${span}; ${isProven ? 'proven' : 'not all of it is proven yet'}.`;
}

/** `tonle ledger`: what finance reads of the ledger. */
export function addLedgerCommands(program: Command, bind: Bind): void {
  const ledger = program.command('ledger').description('Read the ledger: accounts, balances, statements.');
  const filtered = (command: Command) =>
    command
      .option('--kind <kind>', 'accounts of this kind alone')
      .option('--currency <currency>', 'in this currency alone')
      .option('--participant <participant>', 'accounts of this participant alone');
  filtered(ledger.command('accounts'))
    .description('List the accounts, with what their balances mean.')
    .action(bind((context, options) => runAccounts(context, options as Filter)));
  filtered(ledger.command('balances'))
    .description('List what stood on the accounts at an instant.')
    .option('--at <instant>', 'just before this; the newest that is known when absent')
    .action(bind((context, options) => runBalances(context, options as Filter)));
  ledger
    .command('trial-balance')
    .description('Show opening, turnover and closing of every account; exit 1 when a currency is not zero.')
    .option('--from <instant>', 'the beginning when absent')
    .option('--until <instant>', 'the newest that is known when absent')
    .action(bind((context, options) => runTrialBalance(context, options as Filter)));
  ledger
    .command('statement <account>')
    .description('Show what moved on an account, oldest first; the last 24 hours unless told otherwise.')
    .option('--from <instant>', 'at or after this')
    .option('--until <instant>', 'before this')
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('--limit <n>', 'lines per page')
    .action(bind((context, options, args) => runStatement(context, args[0]!, options as Filter)));
  ledger
    .command('entries')
    .description('List what is to be booked beside payments and is not; exit 1 when one was refused.')
    .option('--refused', 'those that the ledger refuses alone')
    .action(bind((context, options) => runEntries(context, options['refused'] === true)));
  const reasoned = (command: Command) => command.requiredOption('--reason <text>', 'why, for the audit log');
  reasoned(ledger.command('retry <entry>'))
    .description('Have the ledger asked once more for an entry that it has refused.')
    .action(bind((context, options, args) => runRetry(context, args[0]!, options as never)));
  reasoned(ledger.command('give-up <entry>'))
    .description('Propose that an entry which the ledger has refused is given up; other operators approve.')
    .action(
      bind((context, { reason }, args) =>
        proposeDeed(context, `/v1/ops/ledger/entries/${encodeURIComponent(args[0]!)}/giving-up`, { reason }, [
          'books_differ',
        ]),
      ),
    );
  ledger
    .command('check')
    .description('Check that balances are what the ledger has and the banks hold; exit 1 when they are not.')
    .action(bind((context) => runLedgerCheck(context)));
  ledger
    .command('copy')
    .description('Show up to when the ledger is known and proven; exit 1 when the copy differs.')
    .action(bind((context) => runCopy(context)));
}
