import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  readBankStatement,
  writeBankStatement,
  type BankFileStatement,
  type BankStatementFormat,
} from './index.js';
import { FORMATS, statementOf } from './statement.testing.js';

// Every statement is read as it was written; with one thing broken it is refused, and whatever the bytes are nothing throws.

const written = (statements: readonly BankFileStatement[], format: BankStatementFormat): Uint8Array => {
  const writing = writeBankStatement(statements, format);
  if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.errors));
  return writing.bytes;
};
const codesOf = (bytes: Uint8Array, format: BankStatementFormat): readonly string[] => {
  const reading = readBankStatement(bytes, format);
  return reading.kind === 'read' ? [] : reading.errors.map(({ code }) => code);
};

describe.each(FORMATS)('statements as %s', (format) => {
  it('are read as they were written', () => {
    const property = fc.property(statementOf(format), (statement) => {
      expect(readBankStatement(written([statement], format), format)).toEqual({
        kind: 'read',
        statements: [statement],
      });
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('are refused when a line is there twice, and nothing is told of the rest', () => {
    const property = fc.property(
      statementOf(format).filter(({ lines }) => lines.length > 0),
      (statement) => {
        const [first] = statement.lines;
        const closingMinor =
          statement.closingMinor === undefined ? undefined : statement.closingMinor + first!.amountMinor;
        const twice = {
          ...statement,
          ...(closingMinor !== undefined && { closingMinor }),
          lines: [...statement.lines, first!],
        };
        expect(codesOf(written([twice], format), format)).toEqual(['id_repeated']);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it('never throw, whatever happens to their bytes', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const edit = fc.record({
      at: place,
      cut: fc.nat(40),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 6 }),
        fc
          .constantFrom(
            ':61:',
            ':62M:',
            '-',
            '"',
            ',',
            '\r\n',
            '/EREF/',
            '{4:',
            '</Ntry>',
            '&#0;',
            '9'.repeat(30),
          )
          .map((text) => Buffer.from(text)),
      ),
    });
    const property = fc.property(
      statementOf(format),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (statement, edits) => {
        const bytes = edits.reduce(
          (before, { at, cut, put }) => {
            const from = Math.floor(at * before.length);
            return Buffer.concat([before.subarray(0, from), put, before.subarray(from + cut)]);
          },
          Buffer.from(written([statement], format)),
        );
        for (const each of FORMATS)
          expect(['read', 'refused']).toContain(readBankStatement(bytes, each).kind);
      },
    );
    fc.assert(property, { numRuns: 150 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(readBankStatement(bytes, format).kind).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });
});

describe.each(['camt.053', 'mt940', 'csv'] as const)('balances in %s', (format) => {
  it('are made by opening and movements, to the last unit', () => {
    const property = fc.property(
      statementOf(format),
      fc.bigInt({ min: -3n, max: 3n }).filter((off) => off !== 0n),
      (statement, off) => {
        const wrong = { ...statement, closingMinor: statement.closingMinor! + off };
        expect(codesOf(written([wrong], format), format)).toEqual(['balance_differs']);
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
});

describe.each(['mt940', 'csv'] as const)('days of an account in one %s file', (format) => {
  const days = statementOf(format).map((first): [BankFileStatement, BankFileStatement] => [
    first,
    {
      ...first,
      id: first.id.replace(/\/.*/, `/${first.number! + 1}`),
      number: first.number! + 1,
      openingMinor: first.closingMinor!,
      closingMinor: first.closingMinor!,
      lines: [],
    },
  ]);
  const chained = days.filter(([{ number }]) => number! < 99_990);

  it('follow each other without a gap', () => {
    const property = fc.property(chained, ([first, second]) => {
      expect(readBankStatement(written([first, second], format), format)).toEqual({
        kind: 'read',
        statements: [first, second],
      });
      const later = {
        ...second,
        number: second.number! + 1,
        id: `${second.id.replace(/\/.*/, '')}/${second.number! + 1}`,
      };
      expect(codesOf(written([first, later], format), format)).toEqual(['sequence_gap']);
      const other = {
        ...second,
        openingMinor: second.openingMinor! + 1n,
        closingMinor: second.closingMinor! + 1n,
      };
      expect(codesOf(written([first, other], format), format)).toEqual(['balance_differs']);
    });
    fc.assert(property, { numRuns: 60 });
  });
});
