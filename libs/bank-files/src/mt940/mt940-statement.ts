import { dayBefore } from '../field-value.js';
import { refusedFile, type BankFileError, type BankFileRefusal, type BankFileWriting } from '../reading.js';
import type { BankFileLine, BankFileStatement } from '../statement.js';
import { fitsInformation, writeInformation } from './information.js';
import { fitsReference, fitsSwiftAmount, isSwiftText, writeBalance, writeLine } from './mt940-field.js';
import { readMt940, type Mt940Page } from './mt940.js';

/** Characters of one message; a statement that needs more goes on in the next one. */
const PAGE_MAX = 1800;

/** Statements of an MT940 file, their pages joined. */
export function readMt940Statements(
  bytes: Uint8Array,
): { readonly kind: 'rows'; readonly statements: readonly BankFileStatement[] } | BankFileRefusal {
  const reading = readMt940(bytes);
  if (reading.kind === 'refused') return reading;
  const errors: BankFileError[] = [];
  const statements: BankFileStatement[] = [];
  let open: Mt940Page[] = [];
  for (const page of reading.pages) {
    if (page.isFirst && open.length > 0) errors.push(pageMissing(open));
    open = page.isFirst ? [page] : [...open, page];
    const fault = pageFault(open);
    if (fault !== undefined) errors.push(fault);
    if (!page.isLast) continue;
    statements.push(statementOf(open));
    open = [];
  }
  if (open.length > 0) errors.push(pageMissing(open));
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'rows', statements };
}

function pageMissing(open: readonly Mt940Page[]): BankFileError {
  const { line, number, page } = open.at(-1)!;
  const detail = `statement ${number} ends on page ${page} with :62M:, and its next page is not here`;
  return { code: 'page_missing', where: `line ${line}`, detail };
}

/** Does the last page follow the one before it? */
function pageFault(open: readonly Mt940Page[]): BankFileError | undefined {
  const [before, page] = open.length > 1 ? [open.at(-2), open.at(-1)!] : [undefined, open[0]!];
  const where = `line ${page.line}`;
  if (before === undefined) {
    if (page.isFirst) return undefined;
    return {
      code: 'page_missing',
      where,
      detail: `page ${page.page} goes on with :60M:, and no page is before it`,
    };
  }
  if (page.account !== before.account || page.number !== before.number || page.page !== before.page + 1)
    return {
      code: 'page_missing',
      where,
      detail: `is ${page.number}/${page.page} of ${page.account}, after ${before.number}/${before.page} of ${before.account}`,
    };
  const isSame =
    page.opening.minor === before.closing.minor && page.opening.currency === before.closing.currency;
  if (isSame) return undefined;
  return { code: 'balance_differs', where, detail: ':60M: is not what :62M: of the page before it says' };
}

function statementOf(pages: readonly Mt940Page[]): BankFileStatement {
  const first = pages[0]!;
  const last = pages.at(-1)!;
  const { account, number, opening } = first;
  const lines = pages.flatMap((page) => page.lines);
  const to = last.closing.day;
  // The opening balance is of the day before or of the first day itself, as the bank likes: it tells nothing.
  const from = lines.reduce((day, { bookedAt }) => (bookedAt! < day ? bookedAt! : day), to);
  return {
    kind: 'statement',
    id: `${first.reference}/${number}`,
    account,
    currency: opening.currency,
    number,
    from,
    to,
    openingMinor: opening.minor,
    closingMinor: last.closing.minor,
    ...(last.replaces !== undefined && { replaces: last.replaces }),
    lines,
  };
}

/** An MT940 file. What character set X does not have is a question mark in names and remittance, and refused in ids. */
export function writeMt940Statements(statements: readonly BankFileStatement[]): BankFileWriting {
  const errors = statements.flatMap(unwritable);
  if (errors.length > 0) return { kind: 'refused', errors };
  return { kind: 'written', bytes: Buffer.from(statements.flatMap(messagesOf).join('')) };
}

function unwritable(statement: BankFileStatement): BankFileError[] {
  const { id, account, currency, number, openingMinor, closingMinor, kind } = statement;
  const fault = (where: string, detail: string): BankFileError => ({ code: 'unwritable', where, detail });
  if (
    kind !== 'statement' ||
    openingMinor === undefined ||
    closingMinor === undefined ||
    number === undefined
  )
    return refusedFile('unwritable', id, 'an MT940 needs balances and a number').errors.slice();
  const amounts = [openingMinor, closingMinor, ...statement.lines.map(({ amountMinor }) => amountMinor)];
  return [
    ...(number <= 99_999 ? [] : [fault(`${id}, 28C`, 'the number has more than five digits')]),
    ...(isSwiftText(account) && account.length <= 35 ? [] : [fault(`${id}, 25`, 'the account does not fit')]),
    ...(fitsReference(referenceOf(statement)) ? [] : [fault(`${id}, 20`, 'the id does not fit')]),
    ...(amounts.every((minor) => fitsSwiftAmount(currency, minor))
      ? []
      : [fault(`${id}, 60F to 62F`, 'an amount has more than 15 characters')]),
    ...statement.lines.flatMap((line) => {
      const names = [line.endToEndId, line.uetr, line.counterparty].map((text) => text ?? '');
      return [
        ...(fitsReference(line.id)
          ? []
          : [fault(`${id}, 61 ${line.id}`, 'the id does not fit 16 characters')]),
        ...(isSwiftText(line.endToEndId ?? '') && names.every(fitsInformation)
          ? []
          : [fault(`${id}, 86 ${line.id}`, 'a reference or name does not fit')]),
      ];
    }),
  ];
}

/** The id without the number that is in 28C. */
function referenceOf({ id, number }: BankFileStatement): string {
  const tail = `/${number}`;
  return id.endsWith(tail) ? id.slice(0, -tail.length) : id;
}

interface PageDraft {
  readonly fields: string[];
  minor: bigint;
  size: number;
}

function messagesOf(statement: BankFileStatement): string[] {
  const { account, currency, number, from, to } = statement;
  const pages: PageDraft[] = [{ fields: [], minor: 0n, size: 0 }];
  for (const line of statement.lines) {
    const fields = fieldsOf(line, currency);
    const size = fields.join('').length;
    const last = pages.at(-1)!;
    const page = last.size > 0 && last.size + size > PAGE_MAX ? { fields: [], minor: 0n, size: 0 } : last;
    if (page !== last) pages.push(page);
    page.fields.push(...fields);
    page.minor += line.amountMinor;
    page.size += size;
  }
  let balance = statement.openingMinor!;
  return pages.map(({ fields, minor }, index) => {
    const opening = writeBalance({ day: index === 0 ? dayBefore(from) : to, currency, minor: balance });
    balance += minor;
    const isLast = index === pages.length - 1;
    const closing = writeBalance({ day: to, currency, minor: isLast ? statement.closingMinor! : balance });
    return [
      `:20:${referenceOf(statement)}`,
      `:25:${account}`,
      `:28C:${number!.toString().padStart(5, '0')}/${(index + 1).toString().padStart(5, '0')}`,
      `:60${index === 0 ? 'F' : 'M'}:${opening}`,
      ...fields,
      `:62${isLast ? 'F' : 'M'}:${closing}`,
      ...(isLast ? [`:64:${closing}`, ...field86({ replaces: statement.replaces })] : []),
      '-',
    ]
      .map((text) => `${text}\r\n`)
      .join('');
  });
}

function fieldsOf(line: BankFileLine, currency: string): string[] {
  const { amountMinor, endToEndId, uetr, remittance, counterparty } = line;
  const party = amountMinor > 0n ? { orderingParty: counterparty } : { beneficiary: counterparty };
  const field61 = writeLine(
    {
      valueDate: line.valueDate,
      entryDate: (line.bookedAt ?? line.valueDate).slice(0, 10),
      minor: amountMinor,
      reversal: line.reversal === true,
      type: 'NTRF',
      ...(endToEndId !== undefined && fitsReference(endToEndId) && { reference: endToEndId }),
      bankReference: line.id,
    },
    currency,
  );
  return [`:61:${field61}`, ...field86({ endToEndId, uetr, ...party, remittance })];
}

function field86(
  information: Partial<Record<keyof Parameters<typeof writeInformation>[0], string | undefined>>,
): string[] {
  const given = Object.fromEntries(Object.entries(information).filter(([, value]) => value !== undefined));
  const lines = writeInformation(given);
  return lines.length === 0 ? [] : [`:86:${lines.join('\r\n')}`];
}
