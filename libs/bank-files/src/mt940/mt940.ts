import { ERRORS_MAX, type BankFileError, type BankFileErrorCode, type BankFileRefusal } from '../reading.js';
import type { BankFileLine } from '../statement.js';
import { readInformation } from './information.js';
import { readBalance, readLine, readNumber, type SwiftBalance, type SwiftLine } from './mt940-field.js';
import { readSwiftText, type SwiftField } from './swift-text.js';
import type { FieldResult } from '../field-value.js';

/** One message: a statement, or a page of one. */
export interface Mt940Page {
  /** Where it begins in the file. */
  readonly line: number;
  readonly reference: string;
  readonly account: string;
  readonly number: number;
  readonly page: number;
  readonly opening: SwiftBalance;
  /** 60F: not a page that continues another. */
  readonly isFirst: boolean;
  readonly closing: SwiftBalance;
  /** 62F: none follows. */
  readonly isLast: boolean;
  readonly replaces?: string;
  readonly lines: readonly BankFileLine[];
}

/**
 * The messages of an MT940 file by the field order of the SWIFT standard: 20, 21?, 25, 28C, 60F or 60M, (61, 86?)*, 62F or
 * 62M, 64?, 65*, 86?. Tells everything that is wrong with their form; whether they tie is judged elsewhere. Never throws.
 */
export function readMt940(
  bytes: Uint8Array,
): { readonly kind: 'pages'; readonly pages: readonly Mt940Page[] } | BankFileRefusal {
  const reading = readSwiftText(bytes);
  if (reading.kind === 'refused') return reading;
  const errors: BankFileError[] = [];
  const pages = reading.messages.flatMap((fields) => new MessageReader(fields, errors).read() ?? []);
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'pages', pages };
}

const NO_BALANCE: SwiftBalance = { day: '', currency: '', minor: 0n };

/** Goes through the fields of one message in their order. */
class MessageReader {
  private at = 0;

  constructor(
    private readonly fields: readonly SwiftField[],
    private readonly errors: BankFileError[],
  ) {}

  read(): Mt940Page | undefined {
    const before = this.errors.length;
    const begin = this.fields[0]!;
    const reference = this.text('20', 16);
    this.optional('21');
    const account = this.accountNumber();
    const number = this.value(this.required('28C'), ([text = '']) => readNumber(text));
    const opens = this.required('60F', '60M');
    const opening = this.value(opens, ([text = '']) => readBalance(text)) ?? NO_BALANCE;
    const lines = this.lines(opening.currency, number?.number ?? 0, number?.page ?? 0);
    const closes = this.required('62F', '62M');
    const closing = this.value(closes, ([text = '']) => readBalance(text)) ?? NO_BALANCE;
    // What is available now and on later days moves nothing.
    for (const tag of ['64', '65', '65', '65', '65', '65'])
      this.value(this.optional(tag), ([text = '']) => readBalance(text));
    const { replaces } = readInformation(this.optional('86')?.lines ?? []);
    const rest = this.fields[this.at];
    if (rest !== undefined) this.fault(rest, 'malformed', 'does not stand here in an MT940');
    if (closing.currency !== opening.currency && closing !== NO_BALANCE && closes !== undefined)
      this.fault(closes, 'currency_differs', `is in ${closing.currency}, opened in ${opening.currency}`);
    if (this.errors.length > before || number === undefined) return undefined;
    return {
      line: begin.line,
      reference,
      account,
      ...number,
      opening,
      isFirst: opens?.tag === '60F',
      closing,
      isLast: closes?.tag === '62F',
      ...(replaces !== undefined && { replaces }),
      lines,
    };
  }

  private lines(currency: string, number: number, page: number): BankFileLine[] {
    const lines: BankFileLine[] = [];
    for (let field = this.optional('61'); field !== undefined; field = this.optional('61')) {
      const read = currency === '' ? undefined : this.value(field, (text) => readLine(text, currency));
      const information = this.optional('86');
      if (read?.minor === 0n) this.fault(field, 'amount_malformed', 'moves nothing');
      if (read !== undefined)
        lines.push(lineOf(read, information?.lines ?? [], `${number}/${page}-${lines.length + 1}`));
    }
    return lines;
  }

  /** 25, or 25P with the bank's BIC on its second line. */
  private accountNumber(): string {
    const field = this.required('25', '25P');
    const [text = ''] = field?.lines ?? [];
    const account = text.trim();
    if (field !== undefined && (account === '' || account.length > 35))
      this.fault(field, 'malformed', 'is no account of 1 to 35 characters');
    return account;
  }

  private text(tag: string, max: number): string {
    const field = this.required(tag);
    const [text = ''] = field?.lines ?? [];
    if (field !== undefined && (text === '' || text.length > max || field.lines.length > 1))
      this.fault(field, 'malformed', `is not one line of 1 to ${max} characters`);
    return text;
  }

  private optional(...tags: readonly string[]): SwiftField | undefined {
    const field = this.fields[this.at];
    if (field === undefined || !tags.includes(field.tag)) return undefined;
    this.at += 1;
    return field;
  }

  private required(...tags: readonly string[]): SwiftField | undefined {
    const field = this.optional(...tags);
    if (field === undefined) {
      const next = this.fields[this.at] ?? this.fields.at(-1)!;
      this.fault(next, 'malformed', `:${tags.join(': or :')}: must stand here`);
    }
    return field;
  }

  private value<T>(
    field: SwiftField | undefined,
    read: (lines: readonly string[]) => FieldResult<T>,
  ): T | undefined {
    if (field === undefined) return undefined;
    const result = read(field.lines);
    if (result.kind === 'ok') return result.value;
    this.fault(field, result.code, result.detail);
    return undefined;
  }

  private fault({ tag, line }: SwiftField, code: BankFileErrorCode, detail: string): void {
    if (this.errors.length < ERRORS_MAX) this.errors.push({ code, where: `line ${line}, :${tag}:`, detail });
  }
}

/** Its id is the bank's reference; where the bank gives none, its place in the statement, whose numbers begin anew with a year. */
function lineOf(read: SwiftLine, information: readonly string[], place: string): BankFileLine {
  const said = readInformation(information);
  const counterparty = read.minor > 0n ? said.orderingParty : said.beneficiary;
  const endToEndId = said.endToEndId ?? read.reference;
  const remittance = said.remittance ?? read.details;
  const bookedAt = read.entryDate ?? read.valueDate;
  return {
    id: read.bankReference ?? `${bookedAt}/${place}`,
    amountMinor: read.minor,
    bookedAt,
    valueDate: read.valueDate,
    ...(read.reversal && { reversal: true }),
    ...(endToEndId !== undefined && { endToEndId }),
    ...(said.uetr !== undefined && { uetr: said.uetr }),
    ...(remittance !== undefined && { remittance }),
    ...(counterparty !== undefined && { counterparty }),
  };
}
