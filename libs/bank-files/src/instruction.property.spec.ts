import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  instructionMessageId,
  instructionSequence,
  readAcknowledgement,
  readFinalisation,
  readInstruction,
  writeAcknowledgement,
  writeFinalisation,
  writeInstruction,
  type BankAcknowledgement,
  type BankFinalisation,
  type SettlementInstruction,
} from './index.js';

// Instructions and answers are read as they were written; with one thing broken they are refused, and nothing throws.

const text = (max: number) =>
  fc
    .string({ unit: fc.constantFrom(...'abcXYZ019ธนา, "&<-/.'), minLength: 1, maxLength: max })
    .filter((each) => each === each.trim());
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9./-]{0,34}$/);
const bic = fc.constantFrom('BKKBTHBK', 'TOURKHPPXXX');
const account = fc.record(
  { name: text(70), account: fc.stringMatching(/^[A-Z0-9]{1,30}$/), bic },
  { requiredKeys: ['name', 'account'] },
);
const day = fc.constantFrom('2026-11-29', '2028-02-29');
const SCHEME = { name: 'Tonle', account: 'scheme-account' };
const instruction = fc
  .record({
    sequence: fc.integer({ min: 1, max: 9_999_999 }),
    currency: fc.constantFrom('THB', 'KHR', 'VND', 'JPY', 'KWD'),
    valueDate: day,
    bank: fc.record({ name: text(70), bic }, { requiredKeys: ['name'] }),
    transfers: fc.uniqueArray(
      fc
        .tuple(
          fc.record(
            {
              endToEndId: id,
              uetr: fc.uuid({ version: 4 }),
              direction: fc.constantFrom('pay_in' as const, 'pay_out' as const),
              amountMinor: fc.bigInt({ min: 1n, max: 10n ** 15n }),
              participant: account,
            },
            { requiredKeys: ['endToEndId', 'direction', 'amountMinor', 'participant'] },
          ),
          fc.oneof(fc.record({ windowId: id }), fc.record({ returnOf: id })),
        )
        .map(([transfer, subject]) => ({ ...transfer, ...subject })),
      { minLength: 1, maxLength: 12, selector: ({ endToEndId }) => endToEndId },
    ),
  })
  .map(
    (each) =>
      ({
        ...each,
        messageId: instructionMessageId('TONLE', each.currency, each.sequence),
        createdAt: '2026-11-29T10:00:00.000Z',
        scheme: SCHEME,
      }) as SettlementInstruction,
  );
const reasons = fc.record(
  { reason: fc.constantFrom('AC01', 'TM01'), detail: text(200) },
  { requiredKeys: [] },
);
const acknowledgement = fc
  .tuple(
    fc.record({
      messageId: id,
      createdAt: fc.constant('2026-11-29T10:00:00Z'),
      originalMessageId: id,
      status: fc.constantFrom('accepted', 'rejected', 'pending', 'partly_accepted'),
      transfers: fc.array(
        fc
          .tuple(
            fc.record({ endToEndId: id, status: fc.constantFrom('accepted', 'rejected', 'pending') }),
            reasons,
          )
          .map(([each, why]) => ({ ...each, ...why })),
        { maxLength: 5 },
      ),
    }),
    reasons,
  )
  .map(([each, why]) => ({ ...each, ...why }) as BankAcknowledgement);
const finalisation: fc.Arbitrary<BankFinalisation> = fc.record({
  bank: text(35),
  currency: fc.constantFrom('THB', 'JPY'),
  windowId: id,
  messageId: id,
  sequence: fc.nat(99_999),
  instructionSha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  valueDate: day,
  createdAt: fc.constant('2026-11-29T10:00:00Z'),
  schemeAccount: id,
  schemeBalanceMinor: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
  transfers: fc.array(
    fc.record({
      endToEndId: id,
      participantAccount: id,
      amountMinor: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
      balanceMinor: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    }),
    { maxLength: 6 },
  ),
});

const bytesOf = (writing: ReturnType<typeof writeInstruction>): Buffer => {
  if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.errors));
  return Buffer.from(writing.bytes);
};
/** Bytes with pieces cut out and put in. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(30),
    put: fc.uint8Array({ maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const edited = (bytes: Uint8Array, all: { at: number; cut: number; put: Uint8Array }[]): Buffer =>
  all.reduce((before, { at, cut, put }) => {
    const from = Math.floor(at * before.length);
    return Buffer.concat([before.subarray(0, from), put, before.subarray(from + cut)]);
  }, Buffer.from(bytes));

describe.each(['pacs.009', 'csv'] as const)('instructions as %s', (format) => {
  it('are read as they were written, and an edited one never throws', () => {
    const property = fc.property(instruction, edits, (given, changes) => {
      const bytes = bytesOf(writeInstruction(given, format));
      expect(readInstruction(bytes, format, SCHEME.account)).toEqual({ kind: 'read', instruction: given });
      for (const each of ['pacs.009', 'pain.001', 'csv'] as const)
        expect(['read', 'refused']).toContain(
          readInstruction(edited(bytes, changes), each, SCHEME.account).kind,
        );
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('are refused with another amount than their total says, and for another account', () => {
    const property = fc.property(instruction, (given) => {
      const text = bytesOf(writeInstruction(given, format)).toString();
      const other = text.replace(
        /(<IntrBkSttlmAmt Ccy="...">|pay_(?:in|out),)(\d)/,
        (_, before: string, digit: string) => `${before}${(parseInt(digit, 10) + 1) % 10}`,
      );
      const reading = readInstruction(Buffer.from(other), format, SCHEME.account);
      expect(reading.kind === 'refused' && reading.errors.map(({ code }) => code)).toContain(
        format === 'csv' ? 'hash_differs' : 'sum_differs',
      );
      expect(readInstruction(Buffer.from(text), format, 'other').kind).toBe('refused');
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('are not written twice over, empty, or without their number', () => {
    const [given] = fc.sample(instruction, 1) as [SettlementInstruction];
    const [first] = given.transfers;
    const codesOf = (each: SettlementInstruction) => {
      const writing = writeInstruction(each, format);
      return writing.kind === 'refused' ? writing.errors.map(({ code }) => code) : [];
    };
    expect(codesOf({ ...given, transfers: [first!, first!] })).toEqual(['id_repeated']);
    expect(codesOf({ ...given, transfers: [] })).toEqual(['unwritable']);
    expect(codesOf({ ...given, sequence: given.sequence + 1 })).toEqual(['sequence_missing']);
    expect(codesOf({ ...given, valueDate: '29.11.2026' })).not.toEqual([]);
    expect(codesOf({ ...given, transfers: [{ ...first!, amountMinor: 0n }] })).not.toEqual([]);
    expect(codesOf({ ...given, transfers: [{ ...first!, endToEndId: 'x'.repeat(36) }] })).not.toEqual([]);
  });
});

describe('message ids', () => {
  it('end in the sequence number', () => {
    expect(instructionMessageId('TONLE', 'THB', 7)).toBe('TONLE-THB-000007');
    expect(instructionSequence('TONLE-THB-000007')).toBe(7);
    expect(instructionSequence('TONLE-THB-1000007')).toBe(1_000_007);
    for (const strange of ['TONLE-THB', 'TONLE-THB-000000', 'TONLE-THB-7', '']) {
      expect(instructionSequence(strange)).toBeUndefined();
    }
  });
});

describe.each(['pacs.002', 'pain.002', 'csv'] as const)('acknowledgements as %s', (format) => {
  it('are read as they were written, and an edited one never throws', () => {
    const property = fc.property(acknowledgement, edits, (given, changes) => {
      const bytes = bytesOf(writeAcknowledgement(given, format));
      const reading = readAcknowledgement(bytes, format);
      const plain = (all: unknown): string => JSON.stringify(all).replaceAll(/\s+/g, '');
      expect(reading.kind).toBe('read');
      expect(plain(reading)).toBe(plain({ kind: 'read', acknowledgement: orderedAs(reading, given) }));
      expect(['read', 'refused']).toContain(readAcknowledgement(edited(bytes, changes), format).kind);
    });
    fc.assert(property, { numRuns: 150 });
  });
});

/** The members of what was given in the order in which they were read. */
function orderedAs(reading: ReturnType<typeof readAcknowledgement>, given: BankAcknowledgement): unknown {
  if (reading.kind === 'refused') return reading;
  const inOrder = <T extends object>(like: object, each: T): unknown =>
    Object.fromEntries(Object.keys(like).map((key) => [key, each[key as keyof T]]));
  const { transfers } = reading.acknowledgement;
  const all = given.transfers.map((each, index) => inOrder(transfers[index] ?? {}, each));
  return inOrder(reading.acknowledgement, { ...given, transfers: all });
}

describe('a bank that says nothing of the whole', () => {
  it('is understood by what its transfers have in common', () => {
    const statusOf = (...statuses: ('accepted' | 'rejected')[]) => {
      const transfers = statuses.map((status, index) => ({ endToEndId: `E${index}`, status }));
      const given = { messageId: 'A', createdAt: '2026-11-29T10:00:00Z', originalMessageId: 'B' };
      const xml = bytesOf(writeAcknowledgement({ ...given, status: 'pending', transfers }, 'pacs.002'))
        .toString()
        .replace(/<GrpSts>.*<\/GrpSts>/, '');
      const reading = readAcknowledgement(Buffer.from(xml), 'pacs.002');
      return reading.kind === 'read' ? reading.acknowledgement.status : reading.errors[0]!.code;
    };
    expect(statusOf('accepted', 'accepted')).toBe('accepted');
    expect(statusOf('rejected')).toBe('rejected');
    expect(statusOf('accepted', 'rejected')).toBe('partly_accepted');
    expect(statusOf()).toBe('malformed');
  });
});

describe('finalisations', () => {
  it('are read as they were written, tie, and an edited one never throws', () => {
    const property = fc.property(finalisation, edits, (given, changes) => {
      const bytes = Buffer.from(writeFinalisation(given));
      expect(readFinalisation(bytes)).toEqual({ kind: 'read', finalisation: given });
      expect(['read', 'refused']).toContain(readFinalisation(edited(bytes, changes)).kind);
      const longer = bytes.toString().replace(/END,(\d+),/, (_, count: string) => `END,${count}0,`);
      if (given.transfers.length > 0)
        expect(readFinalisation(Buffer.from(longer))).toMatchObject({ errors: [{ code: 'count_differs' }] });
    });
    fc.assert(property, { numRuns: 150 });
  });
});
