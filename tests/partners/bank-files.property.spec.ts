// What is written for banks, and what their simulators write, is valid by the schemas of ISO 20022: libxml2 says so too. Sets of
// schemas from elsewhere are used where TONLE_CONFORMANCE_DATA names their folder.
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  ANSWER_TO,
  instructionMessageId,
  writeAcknowledgement,
  writeBankStatement,
  type BankFileWriting,
  type SettlementInstruction,
} from '@tonle/bank-files';
import fc from 'fast-check';
import type { XsdValidator } from 'libxml2-wasm';
import { statementOf } from '../../libs/bank-files/src/statement.testing.js';
import { schemaRefusal, validatorFor } from '../../libs/iso20022/src/schema/xsd.testing.js';
import { writeInstructionFile } from '../../services/settlement/src/bank-file/instruction-file.js';

const validators = new Map<string, XsdValidator>();
afterAll(() => {
  for (const validator of validators.values()) validator.dispose();
});

/** What libxml2 has against a file; undefined: nothing. */
function objection(writing: BankFileWriting, version: string): string | undefined {
  if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.errors));
  const validator = validators.get(version) ?? validatorFor(version);
  validators.set(version, validator);
  return schemaRefusal(validator, writing.bytes);
}

const text = fc
  .string({ unit: fc.constantFrom(...'aZ09ធนา & <>"'), minLength: 1, maxLength: 60 })
  .filter((each) => each === each.trim());
const instruction = fc
  .record({
    sequence: fc.integer({ min: 1, max: 999_999 }),
    currency: fc.constantFrom('THB', 'KHR', 'VND', 'JPY', 'KWD'),
    names: fc.array(text, { minLength: 1, maxLength: 5 }),
    minor: fc.bigInt({ min: 1n, max: 10n ** 14n }),
  })
  .map(({ sequence, currency, names, minor }): SettlementInstruction => ({
    messageId: instructionMessageId('TONLE', currency, sequence),
    createdAt: '2026-11-29T10:00:00.000Z',
    ...{ sequence, currency, valueDate: '2026-11-30' },
    bank: { name: 'Bank', bic: 'SETTTHBKXXX' },
    scheme: { name: 'Tonle settlement', account: '2000300001' },
    transfers: names.map((name, index) => ({
      endToEndId: `THSETTLE-${currency}-${sequence}-${index}`,
      direction: index % 2 === 0 ? 'pay_in' : 'pay_out',
      amountMinor: minor,
      participant: { name, account: `20003000${index + 10}` },
      windowId: 'THSWITCH-THB-2026-11-29',
    })),
  }));

describe('files for banks', () => {
  it.each([
    ['pacs.009', 'pacs.009.001.08'],
    ['pain.001', 'pain.001.001.03'],
  ] as const)('instructions as %s are valid', (format, version) => {
    const property = fc.property(instruction, (given) => {
      expect(objection(writeInstructionFile(given, format), version)).toBeUndefined();
    });
    fc.assert(property, { numRuns: 60 });
  });

  it.each([
    ['pacs.009', 'pacs.002.001.10'],
    ['pain.001', 'pain.002.001.03'],
  ] as const)('answers to %s are valid', (format, version) => {
    const property = fc.property(
      fc.constantFrom('accepted', 'rejected', 'pending', 'partly_accepted'),
      fc.constantFrom('TM01', 'a reason of its own'),
      fc.option(fc.tuple(text, text), { nil: undefined }),
      (status, reason, details) => {
        const acknowledgement = {
          ...{ messageId: 'A', createdAt: '2026-11-29T10:00:00Z', originalMessageId: 'TONLE-THB-000001' },
          ...{ status, reason, detail: details?.join(' ').repeat(3) },
          transfers: [{ endToEndId: 'E1', status: 'rejected' as const, reason }],
        };
        const { detail, ...bare } = acknowledgement;
        const given = detail === undefined ? bare : { ...bare, detail };
        expect(objection(writeAcknowledgement(given, ANSWER_TO[format]), version)).toBeUndefined();
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  it.each([
    ['camt.053', 'camt.053.001.08'],
    ['camt.054', 'camt.054.001.08'],
  ] as const)('statements as %s are valid', (format, version) => {
    const property = fc.property(statementOf(format), (statement) => {
      expect(objection(writeBankStatement([statement], format), version)).toBeUndefined();
    });
    fc.assert(property, { numRuns: 60 });
  });
});
