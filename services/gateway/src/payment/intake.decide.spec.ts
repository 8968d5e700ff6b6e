import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holderOf, Holders, planBatch } from './intake.decide.js';
import { contentHashOf, type Order } from './payment.js';

function order(id: number, participant: string, messageId: string, uetr: string, content: string): Order {
  return {
    participant,
    messageId,
    contentHash: contentHashOf([content]),
    channel: 'rest',
    raw: Buffer.from(content),
    creditorShown: '',
    submit: { paymentId: `p${id}`, uetr } as Order['submit'],
  };
}

const orders = fc
  .array(
    fc.tuple(
      fc.constantFrom('A', 'B'),
      fc.constantFrom('k1', 'k2', 'k3'),
      fc.nat({ max: 5 }),
      fc.constantFrom('x', 'y'),
    ),
    {
      maxLength: 30,
    },
  )
  .map((rows) => rows.map(([who, key, uetr, content], index) => order(index, who, key, `u${uetr}`, content)));

describe('planBatch', () => {
  it('writes no key and no UETR twice, and answers everybody else from an earlier order', () => {
    fc.assert(
      fc.property(orders, (batch) => {
        const { leaders, answers } = planBatch(batch);
        const keys = leaders.map((each) => `${each.participant} ${each.messageId}`);
        expect(new Set(keys).size).toBe(leaders.length);
        expect(new Set(leaders.map((each) => each.submit.uetr)).size).toBe(leaders.length);
        batch.forEach((each, index) => {
          const answer = answers[index];
          if (answer === undefined) return expect(leaders).toContain(each);
          const earlier = leaders.filter((one) => batch.indexOf(one) < index);
          const leader = earlier.find(
            (one) => one.participant === each.participant && one.messageId === each.messageId,
          );
          const same = leader?.contentHash.equals(each.contentHash);
          if (answer.kind === 'repeat')
            expect({ same, id: answer.paymentId }).toEqual({ same: true, id: leader!.submit.paymentId });
          if (answer.kind === 'refused')
            expect(answer.reason).toBe(leader === undefined ? 'uetr_in_use' : 'key_reused');
        });
      }),
    );
  });
});

describe('Holders', () => {
  const holders = new Holders();
  holders.add(holderOf(order(1, 'A', 'k', 'u', 'x')));
  it.each([
    ['the same request', order(2, 'A', 'k', 'u', 'x'), { kind: 'repeat', paymentId: 'p1' }],
    ['the same with a UETR of its own', order(2, 'A', 'k', 'v', 'x'), { kind: 'repeat', paymentId: 'p1' }],
    ['other content', order(2, 'A', 'k', 'u', 'y'), { kind: 'refused', reason: 'key_reused' }],
    ['the UETR under another key', order(2, 'A', 'l', 'u', 'x'), { kind: 'refused', reason: 'uetr_in_use' }],
    [
      'the UETR of another participant',
      order(2, 'B', 'k', 'u', 'x'),
      { kind: 'refused', reason: 'uetr_in_use' },
    ],
    ['another request', order(2, 'B', 'k', 'v', 'x'), undefined],
  ])('know %s', (_what, asked, answer) => expect(holders.answer(asked)).toEqual(answer));
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
