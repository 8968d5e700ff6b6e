import fc from 'fast-check';
import type { BankFileLine, BankFileStatement, BankStatementFormat } from './index.js';

// Random statements that tie, of what every format can say.

export const FORMATS: readonly BankStatementFormat[] = ['camt.053', 'camt.054', 'mt940', 'csv'];

const X = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const swift = (max: number, more = '') =>
  fc
    .string({ unit: fc.constantFrom(...`${X}${more}`), minLength: 1, maxLength: max })
    .filter((text) => text === text.trim());
/** What stands for no reference at all is none. */
const isReference = (text: string): boolean => !/^(NO|NA$|UNKNOWN|[0.-]+$)/i.test(text);
const id = swift(16, '-.').filter(isReference);
const reference = swift(35, '-.').filter(isReference);
const words = (max: number) => swift(max, " ?:().,'+-").filter((text) => /^[A-Za-z0-9]/.test(text));
const day = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const daysAfter = (from: string, days: number): string =>
  new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
const money = fc.bigInt({ min: 1n, max: 999_999_999_999n });

const line = (to: string): fc.Arbitrary<BankFileLine> =>
  fc
    .record(
      {
        id,
        amountMinor: fc.tuple(money, fc.boolean()).map(([minor, out]) => (out ? -minor : minor)),
        bookedAt: fc.constant(to),
        // A bank that leaves out the year means the nearest one.
        valueDate: fc.integer({ min: -60, max: 60 }).map((days) => daysAfter(to, days)),
        endToEndId: reference,
        uetr: fc.uuid({ version: 4 }),
        remittance: words(140),
        counterparty: words(70),
      },
      { requiredKeys: ['id', 'amountMinor', 'bookedAt', 'valueDate'] },
    )
    .map((each) => each as BankFileLine);

/** One statement, or of camt.054 one notification. */
export const statementOf = (format: BankStatementFormat): fc.Arbitrary<BankFileStatement> =>
  fc
    .tuple(day, fc.constantFrom('THB', 'USD', 'KHR', 'VND', 'JPY', 'KWD'))
    .chain(([to, currency]) =>
      fc.record({
        to: fc.constant(to),
        currency: fc.constant(currency),
        reference: id.map((text) => text.slice(0, 10)),
        number: fc.integer({ min: 1, max: 99_999 }),
        account: swift(34),
        opening: fc.bigInt({ min: -999_999_999n, max: 999_999_999_999n }),
        lines: fc.uniqueArray(line(to), { maxLength: 40, selector: (each) => each.id }),
        replaces: fc.option(id, { nil: undefined }),
      }),
    )
    .map(({ to, opening, reference: name, number, lines, replaces, ...rest }): BankFileStatement => {
      const common = { id: `${name}/${number}`, number, from: to, to, lines };
      const corrects = replaces === undefined ? {} : { replaces };
      if (format === 'camt.054') return { kind: 'notification', ...rest, ...common, ...corrects };
      const closingMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, opening);
      return { kind: 'statement', ...rest, ...common, openingMinor: opening, closingMinor, ...corrects };
    });
