import { expect, it } from '@jest/globals';
import type { LegCommand } from '@tonle/contracts';
import { decideAnswer, type LegState } from './leg.decide.js';
import type { LegAnswer } from './leg.js';

const TIMERS = { enquiryMs: [1_000], notFoundFinalAfterMs: 60_000, reviewAfterMs: 1_800_000 };
const amount = { currency: 'KHR', minor: '5000' };
const command = { legKey: 'p:C', paymentId: 'p', leg: 'credit', attempt: 1, amount } as LegCommand;

/** What is told of a leg that was accepted, and of which these contradictions were told. */
function told(minor: string, ...conflicts: string[]): string | undefined {
  const answer: LegAnswer = { kind: 'accepted', partnerRef: 'ref', amount: { currency: 'KHR', minor } };
  const known = { intentMs: 0, enquiries: 0, notFounds: 0, notFoundIsFinal: true };
  const reported = new Set(['accepted', 'conflicting'] as const);
  const leg: LegState = { command, ...known, reported, conflicts: new Set(conflicts) };
  return decideAnswer(leg, answer, TIMERS, 1_000, 0.5, true).report?.amount?.minor;
}

it('each other amount that a network tells of one leg is told once, and no more than anybody reads', () => {
  expect([told('4000', ''), told('4000', '', 'KHR 3000')]).toEqual(['4000', '4000']);
  expect(told('04000', '', 'KHR 4000')).toBeUndefined();
  const many = Array.from({ length: 8 }, (_, index) => `KHR ${index}`);
  expect([told('4000', ...many.slice(1)), told('4000', ...many)]).toEqual(['4000', undefined]);
});

it('what a network says of the money is told as far as a message can carry it', () => {
  const orderAmount = { currency: 'CNY', minor: '17700' };
  const partnerTerms = { orderAmount, discountAmount: { currency: '156', minor: '1' } };
  const known = { intentMs: 0, enquiries: 0, notFounds: 0, notFoundIsFinal: true };
  const leg: LegState = { command, ...known, reported: new Set(), conflicts: new Set() };
  const answer: LegAnswer = { kind: 'accepted', partnerRef: 'ref', partnerTerms };
  expect(decideAnswer(leg, answer, TIMERS, 1_000, 0.5, true).report?.partnerTerms).toEqual({ orderAmount });
});
