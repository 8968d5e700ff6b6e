import { describe, expect, it } from '@jest/globals';
import { prefundReference } from '@tonle/directory';
import fc from 'fast-check';
import { magnitude } from '@tonle/money';
import {
  decideAllocation,
  SUSPENSE_CAUSES,
  type AllocationFacts,
  type AllocationPart,
  type ExpectedLine,
} from './allocation.decide.js';
import type { BankLine } from './bank-line.js';

const REFERENCE = prefundReference('FXNAGA')!;
const NONE: AllocationFacts = {
  named: [],
  alike: [],
  references: new Map([[REFERENCE, 'FXNAGA']]),
  returns: [],
  invoices: [],
  reversible: [],
};
const lineOf = (more: Partial<BankLine> = {}): BankLine => ({
  ...{ lineId: 'THSETTLE:THB:1', bank: 'THSETTLE', currency: 'THB', day: '2026-11-27' },
  ...{ valueDate: '2026-11-27', amountMinor: 191_000n, reversal: false },
  ...more,
});
const expected = (more: Partial<ExpectedLine> = {}): ExpectedLine => ({
  ...{ endToEndId: 'THSETTLE-THB-7-1', messageId: 'TONLE-THB-000007', direction: 'pay_in', standing: 'due' },
  ...{ amountMinor: 191_000n, openMinor: 191_000n },
  ...more,
});
const SECOND = { endToEndId: 'THSETTLE-THB-7-2', amountMinor: 9_000n, openMinor: 9_000n };
const named = (...lines: readonly ExpectedLine[]): AllocationFacts => ({ ...NONE, named: lines });
const wordsOf = (parts: readonly AllocationPart[]) =>
  parts.map(
    (part) => `${part.target} ${part.target === 'suspense' ? part.cause : part.targetId} ${part.minor}`,
  );
const decide = (line: Partial<BankLine>, facts: AllocationFacts = NONE) =>
  wordsOf(decideAllocation(lineOf(line), facts));

const FIRST = { endToEndId: 'THSETTLE-THB-7-1' };

describe(decideAllocation, () => {
  it.each<[string, Partial<BankLine>, AllocationFacts, string[]]>([
    ['in full', FIRST, named(expected()), ['instruction_line THSETTLE-THB-7-1 191000']],
    [
      'in its text alone',
      { remittance: 'NET/THSETTLE-THB-7-1, THB' },
      named(expected()),
      ['instruction_line THSETTLE-THB-7-1 191000'],
    ],
    ['short', { ...FIRST, amountMinor: 100n }, named(expected()), ['instruction_line THSETTLE-THB-7-1 100']],
    [
      'in the other direction of the account',
      { ...FIRST, amountMinor: -191_000n },
      named(expected({ direction: 'pay_out' })),
      ['instruction_line THSETTLE-THB-7-1 -191000'],
    ],
    ['twice', FIRST, named(expected({ openMinor: 0n })), ['suspense paid_twice 191000']],
    [
      'more than is open',
      FIRST,
      named(expected({ openMinor: 190_000n })),
      ['instruction_line THSETTLE-THB-7-1 190000', 'suspense paid_too_much 1000'],
    ],
    [
      'more than is open, where money leaves',
      { ...FIRST, amountMinor: -191_000n },
      named(expected({ openMinor: 190_000n, direction: 'pay_out' })),
      ['instruction_line THSETTLE-THB-7-1 -190000', 'suspense paid_too_much -1000'],
    ],
    ['the wrong way', { ...FIRST, amountMinor: -5n }, named(expected()), ['suspense wrong_direction -5']],
    [
      'before it was sent',
      FIRST,
      named(expected({ standing: 'unsent' })),
      ['suspense not_instructed 191000'],
    ],
    [
      'after it was replaced',
      FIRST,
      named(expected({ standing: 'superseded' })),
      ['suspense superseded 191000'],
    ],
    ['and taken back', { ...FIRST, reversal: true }, named(expected()), ['suspense reversal 191000']],
  ])('places what is paid %s', (_how, line, facts, parts) => {
    expect(decide(line, facts)).toEqual(parts);
  });

  it('splits one line over several of one way, when it is exactly what they have open', () => {
    const both = named(expected(), expected(SECOND));
    const text = { remittance: 'THSETTLE-THB-7-1 THSETTLE-THB-7-2' };
    const parts = ['instruction_line THSETTLE-THB-7-1 191000', 'instruction_line THSETTLE-THB-7-2 9000'];
    expect(decide({ ...text, amountMinor: 200_000n }, both)).toEqual(parts);
    expect(decide({ remittance: 'TONLE-THB-000007', amountMinor: 200_000n }, both)).toEqual(parts);
    expect(decide({ ...text, amountMinor: 199_999n }, both)).toEqual(['suspense several_differ 199999']);
  });

  it('takes of an instruction that it names what goes its way, and nothing twice', () => {
    const facts = named(expected(), expected({ ...SECOND, direction: 'pay_out' }));
    expect(decide({ endToEndId: 'TONLE-THB-000007', amountMinor: -9_000n }, facts)).toEqual([
      'instruction_line THSETTLE-THB-7-2 -9000',
    ]);
    const paid = named(expected({ openMinor: 0n }), expected({ ...SECOND, openMinor: 0n }));
    const text = { remittance: 'THSETTLE-THB-7-1 THSETTLE-THB-7-2', amountMinor: 200_000n };
    expect(decide(text, paid)).toEqual(['suspense paid_twice 200000']);
  });

  it.each<[Partial<BankLine>, string]>([
    [{ endToEndId: REFERENCE }, 'prefund FXNAGA 191000'],
    [{ remittance: `Top up, ref ${REFERENCE.slice(0, 4)} ${REFERENCE.slice(4)}` }, 'prefund FXNAGA 191000'],
    [{ endToEndId: REFERENCE, amountMinor: -5n }, 'prefund FXNAGA -5'],
    [{ endToEndId: REFERENCE.replace('NAGA', 'NEGA') }, 'suspense wrong_reference 191000'],
    [{ endToEndId: 'THSETTLE-THB-8-1' }, 'suspense unknown_reference 191000'],
    [{ remittance: 'salary' }, 'suspense no_reference 191000'],
  ])('places a deposit by its reference alone: %j', (line, part) => {
    expect(decide(line)).toEqual([part]);
  });

  it('says what a line without a reference was probably for, and places it nowhere', () => {
    const suggestion = (alike: readonly ExpectedLine[]) =>
      decideAllocation(lineOf(), { ...NONE, alike }).map((part) =>
        'suggestion' in part ? part.suggestion : '',
      );
    expect(suggestion([expected()])).toEqual(['THSETTLE-THB-7-1']);
    expect(suggestion([expected(), expected(SECOND)])).toEqual(['THSETTLE-THB-7-1']);
    expect(suggestion([expected(), expected({ endToEndId: 'THSETTLE-THB-8-1' })])).toEqual(['']);
    expect(suggestion([expected({ direction: 'pay_out' })])).toEqual(['']);
  });

  const [CAME, LEFT] = [191_000n, -191_000n];
  it.each<[string, bigint, bigint, bigint, string]>([
    ['in full', CAME, 191_000n, -191_000n, 'return ITEM -191000'],
    ['in part', CAME, 191_000n, -1_000n, 'return ITEM -1000'],
    ['of what had left', LEFT, -191_000n, 191_000n, 'return ITEM 191000'],
    ['more', CAME, 191_000n, -191_001n, 'suspense paid_too_much -191001'],
    ['again', CAME, 0n, -191_000n, 'suspense paid_twice -191000'],
    ['the wrong way', CAME, 191_000n, 191_000n, 'suspense wrong_direction 191000'],
    ['and comes once more', CAME, 0n, 191_000n, 'return ITEM 191000'],
    ['and leaves once more', LEFT, 0n, -191_000n, 'return ITEM -191000'],
    ['in part, and comes once more in part', CAME, 1_000n, 500n, 'return ITEM 500'],
    ['and comes once more as more', CAME, 1_000n, 190_001n, 'suspense paid_too_much 190001'],
  ])('knows money that goes back %s', (_how, was, openMinor, amountMinor, part) => {
    const returns = [{ reference: 'RET-1', itemId: 'ITEM', amountMinor: was, openMinor }];
    expect(decide({ endToEndId: 'RET-1', amountMinor }, { ...NONE, returns })).toEqual([part]);
  });
});

const minor = fc.bigInt({ min: 1n, max: 10n ** 15n });
const anyExpected = fc
  .record({
    endToEndId: fc.constantFrom('E1', 'E2', 'E3'),
    messageId: fc.constantFrom('M1', 'M2'),
    direction: fc.constantFrom('pay_in' as const, 'pay_out' as const),
    standing: fc.constantFrom('due' as const, 'unsent' as const, 'superseded' as const),
    amountMinor: minor,
    openShare: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ openShare, ...line }) => ({ ...line, openMinor: (line.amountMinor * BigInt(openShare)) / 4n }));
const anyFacts = fc.record({
  named: fc.uniqueArray(anyExpected, { maxLength: 3, selector: ({ endToEndId }) => endToEndId }),
  alike: fc.array(anyExpected, { maxLength: 2 }),
  references: fc.constant(NONE.references),
  returns: fc.array(
    fc
      .record({
        ...{ reference: fc.constant('RET-1'), itemId: fc.constant('I'), size: minor, has: fc.boolean() },
        openShare: fc.integer({ min: 0, max: 4 }),
      })
      .map(({ size, has, openShare, ...each }) => {
        const amountMinor = has ? size : -size;
        return { ...each, amountMinor, openMinor: (amountMinor * BigInt(openShare)) / 4n };
      }),
    { maxLength: 1 },
  ),
  invoices: fc.constant([]),
  reversible: fc.constant([]),
});
const anyLine = fc
  .record({
    size: minor,
    away: fc.boolean(),
    reversal: fc.constantFrom(false, false, false, true),
    endToEndId: fc.constantFrom('E1', 'E2', 'M1', 'RET-1', REFERENCE, 'X', ''),
    remittance: fc.constantFrom('E1 E2', 'E1,E2,E3', 'M2', REFERENCE, 'nothing', ''),
    exactly: fc.boolean(),
  })
  .map(({ size, away, ...line }) => ({ ...line, amountMinor: away ? -size : size }));

describe('whatever a line says and whatever is open', () => {
  it('its parts sum to it, each has its sign, and no line of an instruction takes more than is open', () => {
    fc.assert(
      fc.property(anyLine, anyFacts, ({ exactly, ...given }, facts) => {
        // Half of the lines are exactly what those of one way have open together: chance never finds that.
        const open = facts.named.reduce((sum, { openMinor }) => sum + openMinor, 0n);
        const amountMinor =
          exactly && open > 0n ? (given.amountMinor < 0n ? -open : open) : given.amountMinor;
        const line = lineOf({ ...given, amountMinor });
        const parts = decideAllocation(line, facts);
        expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(line.amountMinor);
        const taken = new Map<string, bigint>();
        for (const part of parts) {
          expect(part.minor < 0n).toBe(line.amountMinor < 0n);
          expect(part.minor).not.toBe(0n);
          if (part.target === 'suspense') expect(SUSPENSE_CAUSES).toContain(part.cause);
          if (part.target === 'return') {
            // What is open of it after this is neither more than it was, nor less than nothing.
            const [{ amountMinor: was, openMinor: before } = { amountMinor: 0n, openMinor: 0n }] =
              facts.returns;
            const left = before + part.minor;
            expect(was > 0n ? left >= 0n && left <= was : left <= 0n && left >= was).toBe(true);
          }
          if (part.target !== 'instruction_line') continue;
          const of = facts.named.find(({ endToEndId }) => endToEndId === part.targetId)!;
          expect([of.standing, of.direction]).toEqual(['due', line.amountMinor > 0n ? 'pay_in' : 'pay_out']);
          const size = magnitude(part.minor);
          taken.set(part.targetId, (taken.get(part.targetId) ?? 0n) + size);
          expect(taken.get(part.targetId)! <= of.openMinor).toBe(true);
        }
      }),
    );
  });

  it('what was placed once is placed nowhere again', () => {
    fc.assert(
      fc.property(anyLine, anyFacts, ({ exactly: _exactly, ...given }, facts) => {
        const line = lineOf(given);
        const covered = new Map<string, bigint>();
        for (const part of decideAllocation(line, facts))
          if (part.target === 'instruction_line') covered.set(part.targetId, magnitude(part.minor));
        fc.pre(
          covered.size > 0 &&
            [...covered].every(
              ([id, size]) => facts.named.find((each) => each.endToEndId === id)!.openMinor === size,
            ),
        );
        const after = facts.named.map((each) => ({
          ...each,
          openMinor: each.openMinor - (covered.get(each.endToEndId) ?? 0n),
        }));
        const again = decideAllocation({ ...line, lineId: 'THSETTLE:THB:2' }, { ...facts, named: after });
        for (const part of again)
          if (part.target === 'instruction_line') expect(covered.has(part.targetId)).toBe(false);
      }),
    );
  });
});
