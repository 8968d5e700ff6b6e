import { describe, expect, it } from '@jest/globals';
import {
  instructionMessageId,
  readInstruction,
  type InstructionFormat,
  type SettlementInstruction,
} from '@tonle/bank-files';
import fc from 'fast-check';
import { writeInstructionFile } from './instruction-file.js';

const FORMATS: readonly InstructionFormat[] = ['pacs.009', 'pain.001', 'csv'];
const given = (minor: readonly bigint[], currency = 'THB'): SettlementInstruction => ({
  messageId: instructionMessageId('TONLE', currency, 7),
  createdAt: '2026-11-29T10:00:00.000Z',
  sequence: 7,
  currency,
  valueDate: '2026-11-30',
  bank: { name: 'Thai settlement bank', bic: 'SETTTHBKXXX' },
  scheme: { name: 'Tonle settlement', account: '2000300001' },
  transfers: minor.map((amountMinor, index) => ({
    endToEndId: `THSETTLE-THB-7-${index + 1}`,
    direction: index % 2 === 0 ? 'pay_in' : 'pay_out',
    amountMinor,
    participant: { name: `Bank & ${index}`, account: `20003000${index + 10}` },
    windowId: 'THSWITCH-THB-2026-11-29',
  })),
});

describe.each(FORMATS)('instructions as %s', (format) => {
  it('debit who pays in and credit who is paid, with amounts to the last unit', () => {
    const minor = fc.array(fc.bigInt({ min: 1n, max: 10n ** 15n }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(minor, fc.constantFrom('THB', 'VND', 'JPY', 'KWD'), (amounts, currency) => {
        const instruction = given(amounts, currency);
        const writing = writeInstructionFile(instruction, format);
        if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.errors));
        const reading = readInstruction(writing.bytes, format, '2000300001');
        expect(reading).toMatchObject({ kind: 'read', instruction: { transfers: instruction.transfers } });
      }),
      { numRuns: 40 },
    );
  });

  it('are refused when the form has no room for something', () => {
    const [transfer] = given([1n]).transfers;
    for (const wrong of [{ endToEndId: 'x'.repeat(36) }, { endToEndId: '' }, { amountMinor: 0n }]) {
      const writing = writeInstructionFile(
        { ...given([1n]), transfers: [{ ...transfer!, ...wrong }] },
        format,
      );
      expect(writing.kind).toBe('refused');
    }
    expect(writeInstructionFile(given([]), format)).toMatchObject({ errors: [{ code: 'unwritable' }] });
  });
});

describe('a pain.001', () => {
  it('needs the BIC of the bank', () => {
    expect(writeInstructionFile({ ...given([1n]), bank: { name: 'Bank' } }, 'pain.001')).toMatchObject({
      errors: [{ detail: expect.stringContaining('BIC') }],
    });
  });
});
