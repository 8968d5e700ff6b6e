import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adapterRecallCalls, recallCalls, routingCalls, storyCalls, type StoryFact } from '@tonle/contracts';
import { feed, makeSubmit, openWorld, pass, resultOf, type World } from '../payment/payment.testing.js';

// Real: PostgreSQL, lane, handler, clock job.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_story');
});
afterAll(() => world.close());

const storyOf = (paymentId: string) =>
  world.platform.calls.call(storyCalls('routing').facts, { paymentId, lookupIds: [], recallIds: [] });
const ofKind = (facts: readonly StoryFact[], kind: StoryFact['kind']) =>
  facts.filter((fact) => fact.kind === kind);

describe('what routing tells of a payment', () => {
  it('has each step with the message that brought it, and each transfer of the ledger', async () => {
    const submit = makeSubmit(world);
    const { paymentId } = submit;
    await feed(world, submit);
    await feed(world, resultOf(world, paymentId, 'debit', 'accepted'));
    await feed(world, resultOf(world, paymentId, 'credit', 'accepted'));
    const { facts, names, cut } = await storyOf(paymentId);
    expect(cut).toBe(false);
    expect(names).toMatchObject({ uetr: submit.uetr, quoteId: submit.quoteId });
    expect(ofKind(facts, 'state').map(({ facts: told }) => [told!['to'], told!['broughtBy']])).toEqual([
      ['RECEIVED', paymentId],
      ['VALIDATED', undefined],
      ['RESERVED', undefined],
      ['DEBIT_SENT', undefined],
      ['DEBIT_SECURED', `${paymentId}:D:1:accepted`],
      ['CREDIT_SENT', undefined],
      ['COMPLETED', `${paymentId}:C:1:accepted`],
    ]);
    expect(facts.flatMap(({ takes }) => takes ?? [])).toContain(`leg.result:${paymentId}:C:1:accepted`);
    expect(facts.flatMap(({ sends }) => sends ?? [])).toEqual(
      expect.arrayContaining([`leg.command:${paymentId}:D:1`, `leg.command:${paymentId}:C:1`]),
    );
    const posted = await world.test.database.query<{ id: string; currency: string; minor: string }>(
      `SELECT 'transfer:' || t.kind AS id, a.currency, t.minor::text AS minor
       FROM transfer AS t JOIN account AS a ON a.id = t.debit_account WHERE chain_id = $1 ORDER BY 1`,
      [paymentId],
    );
    expect(posted.length).toBeGreaterThan(3);
    expect(
      facts
        .filter(({ id }) => id.startsWith('transfer:'))
        .map(({ id, amount }) => ({ id, ...amount }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    ).toEqual(posted);
    expect(JSON.stringify(facts)).not.toContain(submit.debtor.name);
  });

  it('says what the clock did, and why a payment failed', async () => {
    const submit = makeSubmit(world);
    const { paymentId } = submit;
    await feed(world, submit);
    await feed(world, resultOf(world, paymentId, 'debit', 'accepted'));
    await feed(world, { ...resultOf(world, paymentId, 'credit', 'not_sent') });
    await pass(world, 120_000);
    const { facts } = await storyOf(paymentId);
    const fired = ofKind(facts, 'timer').filter(({ facts: told }) => told?.['broughtBy'] === 'clock');
    expect(fired.map(({ facts: told }) => told!['to'])).toContain('UNWINDING');
    expect(facts.find(({ id }) => id === 'deadline')!.words).toContain('it has to end by');
    expect(facts.find(({ facts: told }) => told?.['reason'] !== undefined)!.facts!['to']).toBe('UNWINDING');
  });

  it('has each recall: who asked, what was answered, and what it waits for; never what people wrote', async () => {
    const submit = makeSubmit(world);
    const { paymentId } = submit;
    await feed(world, submit, resultOf(world, paymentId, 'debit', 'accepted'));
    await feed(world, resultOf(world, paymentId, 'credit', 'accepted'));
    const { calls, clock, random } = world.platform;
    calls.serve(adapterRecallCalls('adapter-thailand').ask, () =>
      Promise.resolve({ reply: { kind: 'taken' as const } }),
    );
    const recallId = random.id(clock.now());
    const why = { reason: 'fraud' as const, isoReason: 'FRAD', text: 'Sok Dara was cheated' };
    const asked = {
      recallId,
      paymentId,
      asker: submit.sender,
      messageId: 'R-1',
      contentHash: '0'.repeat(64),
    };
    await calls.call(recallCalls.create, { ...asked, ...why });
    await world.routing.recallJob.run();
    const recallsOf = async () => {
      const { facts, names } = await storyOf(paymentId);
      return { names, told: facts.filter(({ id }) => id.startsWith('recall:')) };
    };
    const open = await recallsOf();
    expect(open.names!.recallIds).toEqual([recallId]);
    expect(open.told.map(({ words }) => words)).toEqual([
      `it was called back (${submit.sender}): fraud`,
      'the recall is being decided about (adapter-thailand)',
      expect.stringMatching(/^the recall waits for THSWITCH: without an answer it ends at 20/),
    ]);
    expect(open.told[0]).toMatchObject({ amount: submit.target, sends: [`recall:${recallId}`] });
    const answer = { state: 'REFUSED', refusal: 'customer_refuses', text: 'Dara agreed to it' } as const;
    await calls.call(recallCalls.answer, { recallId, by: 'THSWITCH', answer });
    const ended = await recallsOf();
    expect(ended.told.at(-1)).toMatchObject({
      words: 'the recall was refused (THSWITCH): customer_refuses',
      facts: { event: 'refused', refusedBecause: 'customer_refuses' },
    });
    expect(JSON.stringify([open, ended])).not.toContain('Dara');
  });

  it('is empty for a payment that nobody knows, and whose messages nobody may read', async () => {
    const unknown = '01890000-0000-7000-8000-000000000000';
    expect(await storyOf(unknown)).toEqual({ facts: [], cut: false });
    const reading = { paymentId: unknown, operator: 'OPERATOR-1', reason: 'a payer asks' };
    expect(await world.platform.calls.call(routingCalls.noteReading, reading)).toMatchObject({
      reason: 'not_found',
    });
  });
});
