import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refusedTime } from '@tonle/contracts';
import { contentHashOf, type Instruction } from './instruction.js';
import { answersOf, Holders, keyOf, leadersOf } from './intake.decide.js';

const NOW = 1_000;
const NONE = new Map<string, never>();

function instruction(
  id: number,
  sender: string,
  messageId: string,
  uetr: string,
  content: string,
  takeBeforeMs?: number,
): Instruction {
  return {
    contentHash: contentHashOf([content]),
    dialect: 'rest',
    raw: Buffer.from(content),
    creditorShown: '',
    submit: { paymentId: `p${id}`, uetr, sender, messageId } as Instruction['submit'],
    ...(takeBeforeMs === undefined ? {} : { takeBeforeMs }),
  };
}

const batches = fc
  .array(
    fc.record({
      sender: fc.constantFrom('A', 'B'),
      key: fc.constantFrom('k1', 'k2', 'k3'),
      uetr: fc.nat({ max: 5 }),
      content: fc.constantFrom('x', 'y'),
      takeBeforeMs: fc.constantFrom(undefined, NOW, NOW + 1),
    }),
    { maxLength: 30 },
  )
  .map((rows) =>
    rows.map(({ sender, key, uetr, content, takeBeforeMs }, index) =>
      instruction(index, sender, key, `u${uetr}`, content, takeBeforeMs),
    ),
  );

describe('a batch', () => {
  it('writes no key and no UETR twice, and nothing late', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const leaders = leadersOf(batch, NOW);
        const keys = leaders.map(({ submit }) => `${submit.sender} ${submit.messageId}`);
        expect(new Set(keys).size).toBe(leaders.length);
        expect(new Set(leaders.map(({ submit }) => submit.uetr)).size).toBe(leaders.length);
        expect(leaders.some(({ takeBeforeMs }) => takeBeforeMs === NOW)).toBe(false);
      }),
    );
  });

  it('answers whom it did not write from those that it wrote, never from one that was refused', () => {
    fc.assert(
      fc.property(batches, fc.func(fc.boolean()), (batch, isWritten) => {
        const leaders = leadersOf(batch, NOW).filter(({ submit }) => isWritten(submit.paymentId));
        const written = new Set(leaders.map(({ submit }) => submit.paymentId));
        const answers = answersOf(batch, written, { held: new Holders(), alike: NONE }, NOW);
        batch.forEach((each, index) => {
          const { paymentId, sender, messageId, uetr } = each.submit;
          if (written.has(paymentId)) return expect(answers[index]).toEqual({ kind: 'accepted', paymentId });
          const first = leaders.find(
            ({ submit }) => submit.sender === sender && submit.messageId === messageId,
          );
          if (first?.contentHash.equals(each.contentHash) === true)
            return expect(answers[index]).toEqual({ kind: 'repeat', paymentId: first.submit.paymentId });
          const rival = leaders.some(({ submit }) => submit.uetr === uetr);
          const late = each.takeBeforeMs === NOW ? 'deadline_passed' : undefined;
          const reason = first !== undefined ? 'key_reused' : rival ? 'uetr_in_use' : late;
          expect(answers[index]?.kind === 'refused' ? answers[index].reason : answers[index]).toBe(reason);
        });
      }),
    );
  });

  it('says by how much somebody comes too late', () => {
    const late = { ...instruction(1, 'A', 'k', 'u', 'x'), takeBeforeMs: NOW - 1_500 };
    const detail = `Late by 1.5 s: it had to be taken before ${new Date(NOW - 1_500).toISOString()}.`;
    expect(answersOf([late], new Set(), { held: new Holders(), alike: NONE }, NOW)).toEqual([
      refusedTime('deadline_passed', 'acceptedAt', detail),
    ]);
  });

  it('answers from the table before it answers from itself', () => {
    const [one, two] = [instruction(1, 'A', 'k', 'u', 'x'), instruction(2, 'A', 'k', 'v', 'x')];
    const table = new Holders([keyOf(instruction(9, 'A', 'k', 'w', 'x'))]);
    const repeat = { kind: 'repeat', paymentId: 'p9' };
    expect(answersOf([one, two], new Set(), { held: table, alike: NONE }, NOW)).toEqual([repeat, repeat]);
  });
});

describe('Holders', () => {
  const holders = new Holders([keyOf(instruction(1, 'A', 'k', 'u', 'x'))]);
  const refused = (reason: string) => ({ kind: 'refused', reason });
  it.each([
    ['the same request', instruction(2, 'A', 'k', 'u', 'x'), { kind: 'repeat', paymentId: 'p1' }],
    ['the same with another UETR', instruction(2, 'A', 'k', 'v', 'x'), { kind: 'repeat', paymentId: 'p1' }],
    ['other content', instruction(2, 'A', 'k', 'u', 'y'), refused('key_reused')],
    ['the UETR under another key', instruction(2, 'A', 'l', 'u', 'x'), refused('uetr_in_use')],
    ['the UETR of another sender', instruction(2, 'B', 'k', 'u', 'x'), refused('uetr_in_use')],
    ['another request', instruction(2, 'B', 'k', 'v', 'x'), undefined],
  ])('know %s', (_what, asked, answer) => expect(holders.answer(keyOf(asked))).toEqual(answer));
});

describe('contentHashOf', () => {
  it('is the same whatever the order of fields and for absent and undefined ones', () => {
    const hash = contentHashOf(['rest', { a: 1n, b: { c: 'x', d: undefined } }]);
    expect(contentHashOf(['rest', { b: { c: 'x' }, a: 1n }])).toEqual(hash);
    expect(contentHashOf(['iso20022', { a: 1n, b: { c: 'x' } }])).not.toEqual(hash);
    expect(contentHashOf(['rest', { a: 1n, b: { c: 'y' } }])).not.toEqual(hash);
    expect(contentHashOf(['rest', { a: 1n, b: ['c', 'x'] }])).not.toEqual(hash);
  });
});
