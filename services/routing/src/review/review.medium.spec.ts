import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  adapterCalls,
  legKeyOf,
  legKind,
  routingCalls,
  type LegDecided,
  type LegKind,
  type ReviewDecision,
} from '@tonle/contracts';
import type { OutboundRecord } from '@tonle/messaging';
import { auditedActions } from '@tonle/platform';
import {
  accountsOf,
  broken,
  commandsOf,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  pass,
  resultOf,
  stateOf,
  type PaymentOptions,
  type World,
} from '../payment/payment.testing.js';
import { DONE, ONE, Operators, TWO } from './review.testing.js';

// Real: PostgreSQL, lane, handler, clock job, calls. The adapters, fx and the operators are the test's hand.

const MINUTE = 60_000;
const AGREED = 'seen in the statement';

const LEG_KINDS = legKind.options;

/** By payment id: so many enquiries were answered. */
const enquired = new Map<string, number>();
const shown = (paymentId: string, leg: LegKind) => ({
  ...{ legKey: legKeyOf(paymentId, leg), paymentId, leg, outcome: 'conflicting' as const, partnerRef: null },
  ...{ attempts: 1, enquiries: 1, nextEnquiryAt: null, answered: enquired.get(paymentId) ?? 0 },
});

let world: World;
let operators: Operators;
beforeAll(async () => {
  world = await openWorld('routing_reviews');
  operators = new Operators(world);
  for (const adapter of ['adapter-bakong', 'adapter-thailand'])
    calls().serve(adapterCalls(adapter).legs, ({ paymentIds }) =>
      Promise.resolve({
        legs: paymentIds.flatMap((paymentId) => LEG_KINDS.map((leg) => shown(paymentId, leg))),
      }),
    );
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const calls = () => world.platform.calls;
const list = () => calls().call(routingCalls.reviews, {});
const propose = (paymentId: string, decision: ReviewDecision, more: object = {}) =>
  operators.propose(paymentId, decision, more);
const proposed = (paymentId: string, decision: ReviewDecision, more: object = {}) =>
  operators.proposed(paymentId, decision, more);
const verdict = (approvalId: string, more: object = {}) =>
  operators.approve(approvalId, { reason: AGREED, ...more });

/** Proposed by one, approved by the other; answers what was published. */
async function decide(
  paymentId: string,
  decision: ReviewDecision,
  more: object = {},
): Promise<OutboundRecord[]> {
  const from = world.published.length;
  const proposalId = await proposed(paymentId, decision, more);
  expect(await verdict(proposalId, { acknowledged: ['amount_differs'] })).toMatchObject(DONE);
  await world.routing.commit.lane.published();
  return world.published.slice(from);
}

/** A payment whose leg nobody answers for longer than the corridor waits. */
async function silent(leg: LegKind, options: PaymentOptions = {}): Promise<string> {
  const submit = makeSubmit(world, options);
  const { paymentId } = submit;
  const told = (of: LegKind, outcome: 'accepted' | 'rejected' | 'exhausted') =>
    feed(world, resultOf(world, paymentId, of, outcome, outcome === 'rejected' ? { reason: 'AC04' } : {}));
  await feed(world, submit);
  if (leg !== 'debit' && options.direction !== 'inbound') await told('debit', 'accepted');
  if (leg === 'reversal') await told('credit', 'rejected');
  await pass(world, 31 * MINUTE);
  await told(leg, 'exhausted');
  expect(await stateOf(world, paymentId)).toBe(`MANUAL_REVIEW(${leg})`);
  return paymentId;
}

const decidedOf = (records: readonly OutboundRecord[]) =>
  records
    .filter(({ type }) => type === 'leg.decided')
    .map(({ topic, body }) => ({ topic, ...(JSON.parse(body) as LegDecided) }));
const votesOf = (paymentId: string) =>
  world.test.database.query(
    `SELECT r.state, v.verdict, v.operator, v.reason
     FROM approval_request AS r LEFT JOIN approval_vote AS v USING (approval_id)
     WHERE r.target = $1 ORDER BY r.proposed_at, v.at`,
    [paymentId],
  );

describe('two operators', () => {
  it('find that the payee was paid: it completes, its books are posted, its adapter is told', async () => {
    const paymentId = await silent('credit');
    const { reviews } = await list();
    expect(reviews).toEqual([
      expect.objectContaining({
        paymentId,
        leg: 'credit',
        because: 'leg_exhausted:credit',
        amount: { currency: 'THB', minor: '82000' },
        decisions: ['paid', 'not_paid'],
      }),
    ]);
    const records = await decide(paymentId, 'paid', { partnerRef: 'TH-7' });
    expect(eventsOf(records)).toMatchObject([{ state: 'COMPLETED', partnerRefs: { credit: 'TH-7' } }]);
    expect(decidedOf(records)).toMatchObject([
      { topic: 'tonle.adapter-thailand.inbox.v1', leg: 'credit', paid: true, partnerRef: 'TH-7' },
    ]);
    expect(await votesOf(paymentId)).toEqual([
      { state: 'executed', verdict: 'approve', operator: 'OPERATOR2-1', reason: AGREED },
    ]);
    expect((await auditedActions(world.test.database)).slice(-3)).toEqual([
      'approval.propose',
      'approval.approve',
      'approval.execute',
    ]);
    expect(await list()).toEqual({ reviews: [], undecided: [] });
  });

  it('find that the payee was not: the payer is paid back, and the provider has earned nothing', async () => {
    const earned = async () => {
      const [, , debits, credits] = (await accountsOf(world))['POSITION:FXNAGA:KHR'] ?? [0n, 0n, 0n, 0n];
      return credits - debits;
    };
    const before = await earned();
    const paymentId = await silent('credit');
    const records = await decide(paymentId, 'not_paid');
    expect(commandsOf(records)).toMatchObject([{ leg: 'reversal', amount: { minor: '10024000' } }]);
    expect(decidedOf(records)).toMatchObject([{ leg: 'credit', paid: false }]);
    await feed(world, resultOf(world, paymentId, 'reversal', 'accepted'));
    expect(await stateOf(world, paymentId)).toBe('REJECTED');
    expect(await earned()).toBe(before);
  });

  it('end an inbound payment whose payer has waited: not credited is rejected, with its outcome', async () => {
    const paymentId = await silent('credit', { direction: 'inbound' });
    const records = await decide(paymentId, 'not_paid');
    expect(eventsOf(records)).toMatchObject([{ state: 'REJECTED', reason: 'found_not_paid' }]);
    expect(records.filter(({ type }) => type === 'payment.outcome')).toHaveLength(1);
  });

  it('find that the payer was debited, too late to go on: it is paid back, as much as was taken', async () => {
    const paymentId = await silent('debit');
    const amount = { currency: 'KHR', minor: '10034000' };
    const records = await decide(paymentId, 'paid', { partnerRef: 'hash-7', amount });
    expect(commandsOf(records)).toMatchObject([{ leg: 'reversal', amount, originalPartnerRef: 'hash-7' }]);
    const breaks = await world.test.database.query(
      'SELECT type, leg, detail FROM payment_break WHERE payment_id = $1',
      [paymentId],
    );
    expect(breaks).toMatchObject([
      {
        type: 'AMOUNT',
        leg: 'debit',
        detail: expect.stringContaining('booked 100340 KHR, asked for was 100240 KHR'),
      },
    ]);
    await feed(world, resultOf(world, paymentId, 'reversal', 'accepted', { amount }));
    expect(await stateOf(world, paymentId)).toBe('REJECTED');
  });

  it('have a reversal sent once more, or find that the payer was paid back', async () => {
    const paymentId = await silent('reversal');
    expect(commandsOf(await decide(paymentId, 'reverse'))).toMatchObject([
      { leg: 'reversal', attempt: 2, reopened: true },
    ]);
    await feed(world, resultOf(world, paymentId, 'reversal', 'conflicting', { attempt: 2 }));
    enquired.set(paymentId, 1);
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(reversal)');
    const records = await decide(paymentId, 'paid', { partnerRef: 'back-7' });
    expect(eventsOf(records)).toMatchObject([{ state: 'REJECTED', partnerRefs: { reversal: 'back-7' } }]);
    expect(decidedOf(records)).toMatchObject([{ topic: 'tonle.adapter-bakong.inbox.v1', paid: true }]);
  });

  it('are contradicted by what comes later: a break, and nothing moves', async () => {
    const paymentId = await silent('debit');
    await decide(paymentId, 'not_paid');
    await feed(world, resultOf(world, paymentId, 'debit', 'accepted'));
    expect(await stateOf(world, paymentId)).toBe('REJECTED');
    const breaks = await world.test.database.query('SELECT type FROM payment_break WHERE payment_id = $1', [
      paymentId,
    ]);
    expect(breaks).toEqual([{ type: 'STATUS_CONFLICT' }]);
  });
});

describe('nothing is decided', () => {
  const refused = (reason: string) => expect.objectContaining({ kind: 'refused', reason });

  it('by one operator alone, nor by one whose word was not asked for', async () => {
    const paymentId = await silent('credit');
    const proposalId = await proposed(paymentId, 'not_paid');
    expect(await propose(paymentId, 'paid', { partnerRef: 'x', ...TWO })).toEqual(refused('proposal_open'));
    for (const verdictOf of ['approve', 'reject'])
      expect(await verdict(proposalId, { ...ONE, verdict: verdictOf })).toEqual(
        refused('second_operator_needed'),
      );
    // Another key of the same participant is the same person.
    expect(await verdict(proposalId, { ...ONE, operator: 'OPERATOR-2' })).toEqual(
      refused('second_operator_needed'),
    );
    const other = '00000000-0000-4000-8000-000000000000';
    expect(await verdict(other)).toEqual(refused('approval_unknown'));
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(credit)');
    expect(await verdict(proposalId, { verdict: 'reject' })).toMatchObject({ state: 'rejected' });
    expect(await verdict(proposalId)).toEqual(refused('approval_ended'));
    expect(await votesOf(paymentId)).toMatchObject([{ state: 'rejected', verdict: 'reject' }]);
    await decide(paymentId, 'paid', { partnerRef: 'TH-8' });
  });

  it('of a payment that goes on by itself', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'unknown'));
    expect(await propose(submit.paymentId, 'not_paid')).toEqual(refused('not_in_review'));
    const nobody = makeSubmit(world).paymentId;
    expect(await propose(nobody, 'not_paid')).toEqual(refused('not_found'));
  });

  it('of a leg whose network contradicts itself before it has answered an enquiry, or their limit has passed', async () => {
    const contradicted = async () => {
      const submit = makeSubmit(world);
      await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'conflicting'));
      return submit.paymentId;
    };
    const [asked, never] = [await contradicted(), await contradicted()];
    for (const id of [asked, never])
      expect(await propose(id, 'paid', { partnerRef: 'x' })).toEqual(refused('review_too_early'));
    enquired.set(asked, 1);
    await pass(world, 3 * MINUTE);
    await decide(asked, 'not_paid');
    expect(await propose(never, 'not_paid')).toEqual(refused('review_too_early'));
    await pass(world, 28 * MINUTE);
    await decide(never, 'not_paid');
  });

  it('as not paid while what was sent may still arrive', async () => {
    const submit = makeSubmit(world);
    const { paymentId } = submit;
    await feed(world, submit, resultOf(world, paymentId, 'debit', 'conflicting'));
    enquired.set(paymentId, 1);
    const review = (await list()).reviews.find((each) => each.paymentId === paymentId);
    expect(await propose(paymentId, 'not_paid')).toEqual(refused('review_too_early'));
    world.platform.clock.set(Date.parse(review!.notPaidFrom!));
    await decide(paymentId, 'not_paid');
    expect(await stateOf(world, paymentId)).toBe('REJECTED');
  });

  it('of what evidence has moved since it was proposed', async () => {
    const paymentId = await silent('debit');
    const proposalId = await proposed(paymentId, 'not_paid');
    await feed(world, resultOf(world, paymentId, 'debit', 'accepted'));
    expect(await stateOf(world, paymentId)).toBe('UNWINDING');
    await feed(world, resultOf(world, paymentId, 'reversal', 'conflicting'));
    enquired.set(paymentId, 1);
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(reversal)');
    // The old proposal is void: it is not shown, cannot be approved, and makes room.
    expect((await list()).reviews.map(({ proposal }) => proposal)).toEqual([undefined]);
    expect(await verdict(proposalId)).toEqual(refused('approval_stale'));
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(reversal)');
    await decide(paymentId, 'paid', { partnerRef: 'back-8' });
  });

  it('with what does not fit the leg, or proves another payment', async () => {
    const paymentId = await silent('reversal');
    expect(await propose(paymentId, 'not_paid')).toEqual(refused('decision_not_possible'));
    expect(await propose(paymentId, 'paid')).toEqual(refused('element_missing'));
    expect(await propose(paymentId, 'reverse', { partnerRef: 'x' })).toEqual(
      refused('decision_not_possible'),
    );
    expect(await propose(paymentId, 'paid', { partnerRef: 'back-8' })).toEqual(refused('reference_in_use'));
    // Taken by another payment after it was proposed.
    const rival = await silent('reversal');
    const proposalId = await proposed(paymentId, 'paid', { partnerRef: 'back-9' });
    await decide(rival, 'paid', { partnerRef: 'back-9' });
    expect(await verdict(proposalId)).toMatchObject({
      reason: 'approval_failed',
      detail: expect.stringContaining('reference_in_use'),
    });
    await decide(paymentId, 'paid', { partnerRef: 'back-10' });
  });
});

describe('whoever decides sees', () => {
  it('what it would come to: state, postings, what is sent, and by how many it is decided', async () => {
    const paymentId = await silent('debit');
    const amount = { currency: 'KHR', minor: '10034000' };
    const approvalId = await proposed(paymentId, 'paid', { partnerRef: 'hash-9', amount });
    expect(await operators.find(approvalId)).toMatchObject({
      amount,
      approvalsRequired: 1,
      before: { state: 'MANUAL_REVIEW(debit)', leg: 'debit of 100240 KHR' },
      after: {
        decision: 'the debit is paid',
        reference: 'hash-9',
        booked: '100340 KHR',
        state: 'UNWINDING',
        sent: ['reversal of 100340 KHR'],
        breaks: ['AMOUNT'],
      },
      warnings: [{ code: 'amount_differs', text: 'booked 100340 KHR, asked for was 100240 KHR' }],
    });
    expect(await verdict(approvalId)).toMatchObject({ reason: 'warnings_unacknowledged' });
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(debit)');
    expect(await verdict(approvalId, { acknowledged: ['amount_differs'] })).toMatchObject(DONE);
  });

  it('is posted as it was shown', async () => {
    const paymentId = await silent('credit');
    const transfers = () =>
      world.test.database.query('SELECT kind FROM transfer WHERE chain_id = $1', [paymentId]);
    const before = (await transfers()).length;
    const approvalId = await proposed(paymentId, 'paid', { partnerRef: 'TH-9' });
    const { after } = await operators.find(approvalId);
    expect(await transfers()).toHaveLength(before);
    expect(await verdict(approvalId)).toMatchObject(DONE);
    expect(after!['state']).toBe('COMPLETED');
    expect(await transfers()).toHaveLength(before + (after!['postings'] as string[]).length);
  });
});

it('a decision without its approval is found by the audit', async () => {
  const { AuditStore } = await import('../audit/audit.store.js');
  const violations = await world.test.undone(async (transaction) => {
    await transaction.query(
      `UPDATE approval_request SET kind = 'participant.cap' WHERE kind = 'payment.review'`,
    );
    const inside = { transaction: (work: (t: typeof transaction) => Promise<unknown>) => work(transaction) };
    const { findings } = await new AuditStore(inside as never).report('routing', 0);
    return findings.find(({ invariant }) => invariant.startsWith('I18'))!.violations;
  });
  expect(violations[0]).toContain('1 times, 0 were approved');
});
