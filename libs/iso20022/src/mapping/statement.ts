import type {
  AccountReport,
  EntryBatch,
  Notification,
  Page,
  Statement,
  StatementEntry,
  StatementTransaction as Transaction,
} from '../model-account.js';
import type { IsoTree, IsoValue } from '../schema/tree.js';
import { account } from './parties.js';
import {
  constant,
  fieldsOf,
  object,
  putAt,
  readThrough,
  routeOf,
  single,
  valueAt,
  type Field,
  type Shape,
} from './shape.js';
import {
  codeOrText,
  count,
  credit,
  dateOrTime,
  isRequired,
  bookedMoney,
  lines,
  list,
  text,
  truth,
} from './values.js';

type Balance = Statement['balances'][number];

const statement = fieldsOf<Statement>();
const report = fieldsOf<AccountReport>();
const notification = fieldsOf<Notification>();
const balanceFields = fieldsOf<Balance>();
const entryFields = fieldsOf<StatementEntry>();
const transactionFields = fieldsOf<Transaction>();

const balance = object<Balance>([
  balanceFields.required('type', 'Tp/CdOrPrtry', codeOrText),
  balanceFields.required('amount', 'Amt', bookedMoney),
  balanceFields.required('credit', 'CdtDbtInd', credit),
  balanceFields.required('date', 'Dt', dateOrTime),
]);

const FAMILY = 'BkTxCd/Domn/Fmly';
/** Of bank transaction codes: money came back, or was taken back (returns, recalls, unpaid direct debits). */
const RETURNS: ReadonlySet<unknown> = new Set(['RRTN', 'RPCR', 'UPDD', 'PRDD', 'RCDD']);
/** ISO: the reason is not specified. */
const NO_REASON = 'MS03';

/** Of a return; that it is one, the bank may also say without a reason. */
const returnReason: Shape<string> = {
  bind: (type) => {
    const coded = codeOrText.bind(type);
    if (coded !== undefined) return coded;
    const isReturn = (value: unknown): boolean => type.kind === 'complex' || RETURNS.has(value);
    return { read: (value) => (isReturn(value) ? NO_REASON : undefined), write: () => undefined };
  },
};

/** By the indicator, or by the bank's code for the entry. */
const reversal: Shape<boolean> = {
  bind: (type) => {
    const codec = truth.bind(type);
    const read = (value: IsoValue): boolean | undefined => {
      if (RETURNS.has(value)) return true;
      return TRUTHS.has(value) ? codec?.read(value, []) : undefined;
    };
    return codec && { ...codec, read };
  },
};
const TRUTHS: ReadonlySet<unknown> = new Set(['true', 'false', '1', '0']);

const transaction = object<Transaction>([
  transactionFields.optional('endToEndId', 'Refs/EndToEndId', text),
  transactionFields.optional('transactionId', 'Refs/TxId', text),
  transactionFields.optional('uetr', 'Refs/UETR', text),
  transactionFields.optional('instructionId', 'Refs/InstrId', text),
  transactionFields.optional('servicerReference', 'Refs/AcctSvcrRef', text),
  // Older versions have the amount in the details alone.
  transactionFields.optional('amount', ['Amt', 'AmtDtls/TxAmt/Amt'], bookedMoney),
  transactionFields.optional('credit', 'CdtDbtInd', credit),
  transactionFields.optional('returnReason', ['RtrInf/Rsn', 'RtrInf', `${FAMILY}/SubFmlyCd`], returnReason),
  transactionFields.optional('remittance', 'RmtInf/Ustrd', lines),
  transactionFields.optional('creditorReference', 'RmtInf/Strd/CdtrRefInf/Ref', text),
  transactionFields.optional('debtorName', ['RltdPties/Dbtr/Pty/Nm', 'RltdPties/Dbtr/Nm'], text),
  transactionFields.optional('creditorName', ['RltdPties/Cdtr/Pty/Nm', 'RltdPties/Cdtr/Nm'], text),
]);

type Figures = Pick<EntryBatch, 'count' | 'total' | 'credit'>;
const figuresFields = fieldsOf<Figures>();
const figures = object<Figures>([
  figuresFields.optional('count', 'NbOfTxs', count),
  figuresFields.optional('total', 'TtlAmt', bookedMoney),
  figuresFields.optional('credit', 'CdtDbtInd', credit),
]);

/** An entry's transactions: all of its details, and what is said of the batches that they stand in. */
const transactions: Field<StatementEntry> = {
  bind: (type) => {
    const route = routeOf(type, 'NtryDtls/TxDtls');
    const codec = route === undefined ? undefined : transaction.bind(route.type);
    if (route?.type.kind !== 'complex' || codec === undefined) return undefined;
    const details = route.type;
    const stated = figures.bind(routeOf(type, 'NtryDtls/Btch')!.type)!;
    return [
      {
        read: (tree, into, problems) => {
          const batches: EntryBatch[] = [];
          const found: Transaction[] = [];
          const groups = (valueAt(tree, ['NtryDtls']) ?? []) as readonly IsoTree[];
          groups.forEach(({ Btch, TxDtls = [] }, group) => {
            const place = `/NtryDtls[${group + 1}]`;
            const from = found.length;
            for (const [index, each] of (TxDtls as readonly IsoTree[]).entries())
              found.push(readThrough(codec, each, problems, () => `${place}/TxDtls[${index + 1}]`)!);
            const said = Btch && readThrough(stated, Btch, problems, () => `${place}/Btch`);
            if (said !== undefined && Object.keys(said).length > 0)
              batches.push({ ...said, from, shown: found.length - from });
          });
          into.transactions = found;
          if (batches.length > 0) into.batches = batches;
        },
        write: (model, tree) => {
          // Some versions want the direction again at every transaction; its own, where it has one.
          const isNeeded = isRequired(details, 'CdtDbtInd');
          const groups = groupsOf(model).map(({ batch, parts }) => {
            const direction = (batch?.credit ?? model.credit) ? 'CRDT' : 'DBIT';
            const written = parts.map((each) => {
              return { ...(isNeeded && { CdtDbtInd: direction }), ...(codec.write(each) as IsoTree) };
            });
            return {
              ...(batch && { Btch: stated.write(batch)! }),
              ...(written.length > 0 && { TxDtls: written }),
            };
          });
          if (groups.length > 0) putAt(tree, ['NtryDtls'], groups);
        },
      },
    ];
  },
};

interface Group {
  readonly batch?: EntryBatch;
  readonly parts: readonly Transaction[];
}

/** Transactions by their batches, and those between them. */
function groupsOf({ transactions: all, batches = [] }: StatementEntry): Group[] {
  let at = 0;
  const groups = batches.flatMap((batch): Group[] => {
    const between = { parts: all.slice(at, batch.from) };
    at = batch.from + batch.shown;
    return [between, { batch, parts: all.slice(batch.from, at) }];
  });
  return [...groups, { parts: all.slice(at) }].filter(
    ({ batch, parts }) => batch !== undefined || parts.length > 0,
  );
}

/** One entry, in statements, reports and notifications. */
export const entry = object<StatementEntry>([
  entryFields.optional('reference', 'NtryRef', text),
  entryFields.required('amount', 'Amt', bookedMoney),
  entryFields.required('credit', 'CdtDbtInd', credit),
  entryFields.optional('reversal', [`${FAMILY}/SubFmlyCd`, 'RvslInd'], reversal, { choose: () => 1 }),
  entryFields.required('status', 'Sts', {
    bind: (type) => (type.kind === 'simple' ? text : codeOrText).bind(type),
  }),
  entryFields.optional('bookedAt', 'BookgDt', dateOrTime),
  entryFields.optional('valueDate', 'ValDt', dateOrTime),
  entryFields.optional('servicerReference', 'AcctSvcrRef', text),
  entryFields.optional('additionalInformation', 'AddtlNtryInf', text),
  // The schema insists on a bank transaction code: instant credit transfers, received or issued.
  constant('BkTxCd/Domn/Cd', 'PMNT'),
  constant(`${FAMILY}/Cd`, ({ credit: received }: StatementEntry) => (received ? 'RRCT' : 'IRCT')),
  constant(`${FAMILY}/SubFmlyCd`, 'OTHR'),
  transactions,
]);

/** No entry at all is an empty list, not a missing one. */
function entriesOf<M extends { readonly entries: readonly StatementEntry[] }>(path: string): Field<M> {
  const listed = fieldsOf<{ entries: readonly StatementEntry[] }>().optional('entries', path, list(entry));
  return {
    bind: (type) =>
      listed.bind(type)?.map((field) => ({
        read: (tree, into, problems) => {
          const draft: { entries?: readonly StatementEntry[] } = {};
          field.read(tree, draft, problems);
          Object.assign(into, { entries: draft.entries ?? [] });
        },
        write: (model, tree) => field.write(model, tree),
      })),
  };
}

type Entries = Omit<Statement, 'kind' | 'statementId' | 'balances'>;

const page = object<Page>([
  fieldsOf<Page>().required('number', 'PgNb', text),
  fieldsOf<Page>().required('last', 'LastPgInd', truth),
]);

function totals(root: string): readonly Field<Entries>[] {
  const { optional } = fieldsOf<Entries>();
  const summary = `${root}/TxsSummry`;
  const all = `${summary}/TtlNtries`;
  return [
    optional('entryCount', `${all}/NbOfNtries`, count),
    optional('entrySum', `${all}/Sum`, text),
    optional('creditCount', `${summary}/TtlCdtNtries/NbOfNtries`, count),
    optional('creditSum', `${summary}/TtlCdtNtries/Sum`, text),
    optional('debitCount', `${summary}/TtlDbtNtries/NbOfNtries`, count),
    optional('debitSum', `${summary}/TtlDbtNtries/Sum`, text),
    optional('netSum', [`${all}/TtlNetNtry/Amt`, `${all}/TtlNetNtryAmt`], text),
    optional('netCredit', [`${all}/TtlNetNtry/CdtDbtInd`, `${all}/CdtDbtInd`], credit),
  ];
}

/** What statements, reports and notifications have in common, below the element of one account. */
function accountFields<M extends Entries>(root: string): readonly Field<M>[] {
  const { required, optional } = fieldsOf<Entries>();
  const fields: readonly Field<Entries>[] = [
    single(root),
    required('messageId', 'GrpHdr/MsgId', text),
    required('createdAt', 'GrpHdr/CreDtTm', text),
    optional('sequence', [`${root}/ElctrncSeqNb`, `${root}/LglSeqNb`], text),
    optional('copy', `${root}/CpyDplctInd`, text),
    constant(`${root}/CreDtTm`, ({ createdAt }) => createdAt),
    required('account', `${root}/Acct`, account),
    optional('from', `${root}/FrToDt/FrDtTm`, text),
    optional('to', `${root}/FrToDt/ToDtTm`, text),
    ...totals(root),
    optional(
      'page',
      [`${root}/StmtPgntn`, `${root}/RptPgntn`, `${root}/NtfctnPgntn`, 'GrpHdr/MsgPgntn'],
      page,
    ),
    optional('information', [`${root}/AddtlStmtInf`, `${root}/AddtlRptInf`, `${root}/AddtlNtfctnInf`], text),
    entriesOf(`${root}/Ntry`),
  ];
  return fields as readonly Field<M>[];
}

/** camt.053: the booked entries of one account over one period. */
export const STATEMENT_FIELDS: readonly Field<Statement>[] = [
  ...accountFields<Statement>('Stmt'),
  statement.required('statementId', 'Stmt/Id', text),
  statement.required('balances', 'Stmt/Bal', list(balance)),
];

/** camt.052: entries of one account during the day. */
export const REPORT_FIELDS: readonly Field<AccountReport>[] = [
  ...accountFields<AccountReport>('Rpt'),
  report.required('reportId', 'Rpt/Id', text),
  report.optional('balances', 'Rpt/Bal', list(balance)),
];

/** camt.054: entries as they are made. */
export const NOTIFICATION_FIELDS: readonly Field<Notification>[] = [
  ...accountFields<Notification>('Ntfctn'),
  notification.required('notificationId', 'Ntfctn/Id', text),
];
