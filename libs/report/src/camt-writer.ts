import { writeIso, type Statement, type StatementEntry } from '@tonle/iso20022';
import { amount, type Amount, formatAmount, magnitude } from '@tonle/money';
import {
  currencyOf,
  type ByteSink,
  type ReportHead,
  type ReportRow,
  type ReportSummary,
  type ReportWriter,
} from './report-table.js';

/** An XML that banks take in one piece holds no more. */
export const CAMT_ENTRIES_MAX = 50_000;
const ID_CHARACTERS = 32;

/** Which columns of a report make an account's statement. */
export interface CamtMapping {
  readonly account: { readonly id: string; readonly scheme?: string; readonly currency: string };
  readonly from: string;
  readonly to: string;
  /** The column with signed amounts: plus is to the account's credit. */
  readonly amount: string;
  readonly reference: string;
  readonly bookedAt: string;
  readonly valueDate?: string;
  /** Of an entry that stands for several payments: how many. */
  readonly count?: string;
  readonly endToEndId?: string;
  readonly uetr?: string;
  readonly partnerReference?: string;
  readonly information?: string;
  /** Rows that are balances, by the value of a column; what is neither is an entry. */
  readonly balances?: {
    readonly column: string;
    readonly opening: string;
    readonly closing: string;
    readonly amount: string;
  };
}

const VERSIONS = {
  'camt.052': 'camt.052.001.08',
  'camt.053': 'camt.053.001.08',
  'camt.054': 'camt.054.001.08',
} as const;
export type CamtFormat = keyof typeof VERSIONS;

interface Figures {
  readonly count: number;
  readonly sum: bigint;
}

/**
 * An account's report (052), statement (053) or notifications (054) of the same rows. Its ids are made of the content: the same content
 * has the same, and other content never another's.
 */
export class CamtWriter implements ReportWriter {
  private readonly entries: StatementEntry[] = [];
  private readonly signed: bigint[] = [];
  private opening: Amount | undefined;
  private closing: Amount | undefined;

  constructor(
    private readonly head: ReportHead,
    private readonly format: CamtFormat,
    private readonly mapping: CamtMapping,
    private readonly sink: ByteSink,
  ) {}

  write(rows: readonly ReportRow[]): void {
    const { balances } = this.mapping;
    for (const row of rows) {
      const kind = balances === undefined ? undefined : row[balances.column];
      if (balances === undefined) this.addEntry(row);
      else if (kind === balances.opening) this.opening ??= this.balanceOf(row, balances.amount);
      else if (kind === balances.closing) this.closing = this.balanceOf(row, balances.amount);
      else this.addEntry(row);
    }
  }

  async end({ digest }: ReportSummary): Promise<void> {
    const { mapping, head } = this;
    const id = digest.slice(0, ID_CHARACTERS).toUpperCase();
    const common = {
      messageId: id,
      createdAt: head.dataUntil,
      account: mapping.account,
      from: mapping.from,
      to: mapping.to,
      ...this.totals(),
      entries: this.entries,
    };
    const xml =
      this.format === 'camt.053'
        ? writeIso(
            { kind: 'statement', ...common, statementId: id, balances: this.balances(['OPBD', 'CLBD']) },
            VERSIONS[this.format],
            undefined,
            ALL_DECIMALS,
          )
        : this.format === 'camt.052'
          ? writeIso(
              { kind: 'account_report', ...common, reportId: id, balances: this.balances(['OPBD', 'ITBD']) },
              VERSIONS[this.format],
              undefined,
              ALL_DECIMALS,
            )
          : writeIso(
              { kind: 'notification', ...common, notificationId: id },
              VERSIONS[this.format],
              undefined,
              ALL_DECIMALS,
            );
    await this.sink(Buffer.from(xml, 'utf8'));
  }

  private addEntry(row: ReportRow): void {
    const { mapping } = this;
    const minor = row[mapping.amount];
    if (typeof minor !== 'bigint' || minor === 0n) return;
    if (this.entries.length >= CAMT_ENTRIES_MAX)
      throw new RangeError(`${this.format}: more than ${CAMT_ENTRIES_MAX} entries; take the CSV`);
    const text = (column: string | undefined): string | undefined => {
      const value = column === undefined ? null : row[column];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const bookedAt = row[mapping.bookedAt];
    const reference = shortOnly(text(mapping.reference)?.replace(UUID, '$1$2$3$4$5'));
    const money = absolute(mapping.account.currency, minor);
    const count = mapping.count === undefined ? null : row[mapping.count];
    const ids = {
      endToEndId: text(mapping.endToEndId),
      uetr: text(mapping.uetr),
      servicerReference: shortOnly(text(mapping.partnerReference)),
    };
    const details = Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== undefined));
    this.signed.push(minor);
    this.entries.push({
      amount: money,
      credit: minor > 0n,
      status: 'BOOK',
      transactions: Object.keys(details).length === 0 ? [] : [details],
      ...optional('reference', reference),
      ...optional('bookedAt', bookedAt instanceof Date ? bookedAt.toISOString() : undefined),
      ...optional('valueDate', text(mapping.valueDate)),
      ...optional('servicerReference', reference),
      ...optional('additionalInformation', text(mapping.information)),
      ...(count === null || count === undefined || Number(count) === 0
        ? {}
        : { batches: [{ count: Number(count), total: money, credit: minor > 0n, from: 0, shown: 0 }] }),
    });
  }

  private balanceOf(row: ReportRow, key: string): Amount {
    const column = this.head.columns.find((each) => each.key === key)!;
    const minor = row[column.key];
    if (typeof minor !== 'bigint') throw new RangeError(`column ${column.key}: a balance has no amount`);
    return amount(currencyOf(column, row), minor);
  }

  private balances([first, last]: readonly [string, string]): Statement['balances'] {
    if (this.opening === undefined || this.closing === undefined)
      throw new RangeError(`${this.format}: the rows have no opening or no closing balance`);
    const moved = this.signed.reduce((sum, minor) => sum + minor, 0n);
    if (this.opening.minor + moved !== this.closing.minor)
      throw new RangeError(`${this.format}: opening and entries do not add up to the closing balance`);
    const { from, to } = this.mapping;
    const dayOf = (instant: string) => instant.slice(0, 10);
    return [
      { type: first, date: dayOf(from), ...side(this.opening) },
      { type: last, date: dayOf(to), ...side(this.closing) },
    ];
  }

  private totals(): Pick<
    Statement,
    | 'entryCount'
    | 'entrySum'
    | 'creditCount'
    | 'creditSum'
    | 'debitCount'
    | 'debitSum'
    | 'netSum'
    | 'netCredit'
  > {
    const { currency } = this.mapping.account;
    const figuresOf = (minors: readonly bigint[]): Figures => ({
      count: minors.length,
      sum: minors.reduce((sum, minor) => sum + magnitude(minor), 0n),
    });
    const text = (minor: bigint) => formatAmount(amount(currency, minor));
    const credits = figuresOf(this.signed.filter((minor) => minor > 0n));
    const debits = figuresOf(this.signed.filter((minor) => minor < 0n));
    const net = credits.sum - debits.sum;
    return {
      entryCount: credits.count + debits.count,
      entrySum: text(credits.sum + debits.sum),
      creditCount: credits.count,
      creditSum: text(credits.sum),
      debitCount: debits.count,
      debitSum: text(debits.sum),
      netSum: text(magnitude(net)),
      netCredit: net >= 0n,
    };
  }
}

/** ISO 20022 gives references so many characters: a longer one is left out, a part of it would be another's. */
const REFERENCE_CHARACTERS_MAX = 35;
/** Of ours, a UUID has one character too many. */
const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/;

const shortOnly = (text: string | undefined): string | undefined =>
  text === undefined || text.length > REFERENCE_CHARACTERS_MAX ? undefined : text;

const ALL_DECIMALS = { amounts: 'iso4217' } as const;

const absolute = (code: string, minor: bigint): Amount => amount(code, magnitude(minor));

function side(balance: Amount): { readonly amount: Amount; readonly credit: boolean } {
  return { amount: absolute(balance.currency, balance.minor), credit: balance.minor >= 0n };
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
