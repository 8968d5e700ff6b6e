import { writeDecimal } from '../field-value.js';
import { refusedFile, type BankFileError, type BankFileRefusal, type BankFileWriting } from '../reading.js';
import type { BankFileLine, BankFileStatement } from '../statement.js';
import { readRecordFile, writeRecordFile, type RecordRow } from './record-file.js';

const KIND = 'bank-statement';
const STATEMENT = [
  'id',
  'kind',
  'account',
  'currency',
  'number',
  'from',
  'to',
  'opening',
  'closing',
  'replaces',
] as const;
const LINE = [
  'id',
  'booked_at',
  'value_date',
  'amount',
  'end_to_end_id',
  'uetr',
  'counterparty',
  'remittance',
  'bank_reference',
  'reversal',
] as const;
const END = ['lines'] as const;

type Draft = Omit<BankFileStatement, 'lines'> & { readonly lines: BankFileLine[] };

/** Statements as the file has them, with all that is wrong with their form; whether they tie is judged elsewhere. */
export function readStatementCsv(
  bytes: Uint8Array,
): { readonly kind: 'rows'; readonly statements: readonly BankFileStatement[] } | BankFileRefusal {
  const reading = readRecordFile(bytes, KIND);
  if (reading.kind === 'refused') return reading;
  const errors: BankFileError[] = [];
  const statements: Draft[] = [];
  const rows = reading.rows.slice(0, -1);
  for (const row of rows) {
    const open = statements.at(-1);
    if (row.record === 'STATEMENT') statements.push(statementOf(row, errors));
    else if (row.record === 'LINE' && open !== undefined) open.lines.push(lineOf(row, open.currency, errors));
    else return refusedFile('malformed', `line ${row.line}`, 'must be a STATEMENT, or a LINE below one');
  }
  const end = reading.rows.at(-1)!.named(END, errors);
  const counted = statements.reduce((sum, { lines }) => sum + lines.length, 0);
  end.agree('lines', 'count_differs', end.count('lines').toString(), counted.toString());
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'rows', statements };
}

function statementOf(row: RecordRow, errors: BankFileError[]): Draft {
  const cells = row.named(STATEMENT, errors);
  const currency = cells.currency('currency');
  const number = cells.optionalCount('number');
  const openingMinor = cells.optionalDecimal('opening', currency);
  const closingMinor = cells.optionalDecimal('closing', currency);
  const replaces = cells.optional('replaces', 70);
  return {
    kind: cells.oneOf('kind', ['statement', 'notification']),
    id: cells.text('id', 70),
    account: cells.text('account', 35),
    currency,
    ...(number !== undefined && { number }),
    from: cells.day('from'),
    to: cells.day('to'),
    ...(openingMinor !== undefined && { openingMinor }),
    ...(closingMinor !== undefined && { closingMinor }),
    ...(replaces !== undefined && { replaces }),
    lines: [],
  };
}

function lineOf(row: RecordRow, currency: string, errors: BankFileError[]): BankFileLine {
  const cells = row.named(LINE, errors);
  const amountMinor = cells.decimal('amount', currency);
  const bookedAt = cells.time('booked_at');
  const reversal =
    cells.optional('reversal') !== undefined && cells.oneOf('reversal', ['yes', 'no']) === 'yes';
  const texts = {
    endToEndId: cells.optional('end_to_end_id', 35),
    uetr: cells.optional('uetr', 36),
    remittance: cells.optional('remittance', 500),
    counterparty: cells.optional('counterparty'),
    bankReference: cells.optional('bank_reference', 70),
  };
  const known = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
  return {
    id: cells.text('id', 70),
    amountMinor,
    bookedAt,
    valueDate: cells.day('value_date'),
    ...(reversal && { reversal }),
    ...known,
  };
}

/** The file of these statements. */
export function writeStatementCsv(statements: readonly BankFileStatement[]): BankFileWriting {
  const rows = statements.flatMap((statement) => [
    [
      'STATEMENT',
      statement.id,
      statement.kind,
      statement.account,
      statement.currency,
      statement.number?.toString(),
      statement.from,
      statement.to,
      balance(statement, statement.openingMinor),
      balance(statement, statement.closingMinor),
      statement.replaces,
    ],
    ...statement.lines.map((line) => [
      'LINE',
      line.id,
      line.bookedAt ?? line.valueDate,
      line.valueDate,
      writeDecimal(statement.currency, line.amountMinor),
      line.endToEndId,
      line.uetr,
      line.counterparty,
      line.remittance,
      line.bankReference,
      line.reversal === true ? 'yes' : undefined,
    ]),
  ]);
  const count = statements.reduce((sum, { lines }) => sum + lines.length, 0);
  return { kind: 'written', bytes: Buffer.from(writeRecordFile(KIND, rows, () => [count.toString()])) };
}

function balance({ currency }: BankFileStatement, minor: bigint | undefined): string | undefined {
  return minor === undefined ? undefined : writeDecimal(currency, minor);
}
