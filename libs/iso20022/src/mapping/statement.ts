import type { Statement, StatementEntry } from '../model.js';
import type { IsoTree } from '../schema/tree.js';
import { account } from './parties.js';
import { constant, fieldsOf, object, putAt, readThrough, routeOf, single, valueAt, type Field } from './shape.js';
import { codeOrText, count, credit, dateOrTime, isRequired, lines, list, moneyOrZero, text } from './values.js';

type Balance = Statement['balances'][number];
type Transaction = StatementEntry['transactions'][number];

const statement = fieldsOf<Statement>();
const balanceFields = fieldsOf<Balance>();
const entryFields = fieldsOf<StatementEntry>();
const transactionFields = fieldsOf<Transaction>();

const balance = object<Balance>([
  balanceFields.required('type', 'Tp/CdOrPrtry', codeOrText),
  balanceFields.required('amount', 'Amt', moneyOrZero),
  balanceFields.required('credit', 'CdtDbtInd', credit),
  balanceFields.required('date', 'Dt', dateOrTime),
]);

const transaction = object<Transaction>([
  transactionFields.optional('endToEndId', 'Refs/EndToEndId', text),
  transactionFields.optional('transactionId', 'Refs/TxId', text),
  transactionFields.optional('uetr', 'Refs/UETR', text),
  transactionFields.optional('instructionId', 'Refs/InstrId', text),
  transactionFields.optional('amount', 'Amt', moneyOrZero),
  transactionFields.optional('remittance', 'RmtInf/Ustrd', lines),
]);

/** An entry's transactions: all of its details, whatever batches they stand in. */
const transactions: Field<StatementEntry> = {
  bind: (type) => {
    const route = routeOf(type, 'NtryDtls/TxDtls');
    const codec = route === undefined ? undefined : transaction.bind(route.type);
    if (route?.type.kind !== 'complex' || codec === undefined) return undefined;
    const details = route.type;
    return [
      {
        read: (tree, into, problems) => {
          const batches = (valueAt(tree, ['NtryDtls']) ?? []) as readonly IsoTree[];
          into.transactions = batches.flatMap(({ TxDtls = [] }, batch) =>
            (TxDtls as readonly IsoTree[]).map((found, index) => {
              return readThrough(codec, found, problems, () => `/NtryDtls[${batch + 1}]/TxDtls[${index + 1}]`)!;
            }),
          );
        },
        write: ({ transactions: given, credit: received }, tree) => {
          // Some versions want the direction again at every transaction.
          const direction = isRequired(details, 'CdtDbtInd') ? { CdtDbtInd: received ? 'CRDT' : 'DBIT' } : {};
          const written = given.map((item) => ({ ...(codec.write(item) as IsoTree), ...direction }));
          if (written.length > 0) putAt(tree, ['NtryDtls'], { TxDtls: written });
        },
      },
    ];
  },
};

const FAMILY = 'BkTxCd/Domn/Fmly';

/** Fields of an entry, in statements and in notifications. */
export const entry = object<StatementEntry>(
  [
    entryFields.optional('reference', 'NtryRef', text),
    entryFields.required('amount', 'Amt', moneyOrZero),
    entryFields.required('credit', 'CdtDbtInd', credit),
    entryFields.required('status', 'Sts', { bind: (type) => (type.kind === 'simple' ? text : codeOrText).bind(type) }),
    entryFields.optional('bookedAt', 'BookgDt', dateOrTime),
    entryFields.optional('valueDate', 'ValDt', dateOrTime),
    entryFields.optional('servicerReference', 'AcctSvcrRef', text),
    // The schema insists on a bank transaction code: instant credit transfers, received or issued.
    constant('BkTxCd/Domn/Cd', 'PMNT'),
    constant(`${FAMILY}/Cd`, ({ credit: received }: StatementEntry) => (received ? 'RRCT' : 'IRCT')),
    constant(`${FAMILY}/SubFmlyCd`, 'OTHR'),
    transactions,
  ],
);

const listed = statement.optional('entries', 'Stmt/Ntry', list(entry));

/** No entry at all is an empty list, not a missing one. */
const statementEntries: Field<Statement> = {
  bind: (type) =>
    listed.bind(type)?.map((field) => ({
      read: (tree, into, problems) => {
        field.read(tree, into, problems);
        into.entries ??= [];
      },
      write: (model, tree) => field.write(model, tree),
    })),
};

/** camt.053: the booked entries of one account over one period. */
export const STATEMENT_FIELDS: readonly Field<Statement>[] = [
  single('Stmt'),
  statement.required('messageId', 'GrpHdr/MsgId', text),
  statement.required('createdAt', 'GrpHdr/CreDtTm', text),
  statement.required('statementId', 'Stmt/Id', text),
  statement.optional('sequence', ['Stmt/ElctrncSeqNb', 'Stmt/LglSeqNb'], text),
  constant('Stmt/CreDtTm', ({ createdAt }: Statement) => createdAt),
  statement.required('account', 'Stmt/Acct', account),
  statement.optional('from', 'Stmt/FrToDt/FrDtTm', text),
  statement.optional('to', 'Stmt/FrToDt/ToDtTm', text),
  statement.required('balances', 'Stmt/Bal', list(balance)),
  statement.optional('entryCount', 'Stmt/TxsSummry/TtlNtries/NbOfNtries', count),
  statementEntries,
];
