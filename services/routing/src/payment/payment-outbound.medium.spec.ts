import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { paymentEvent, reasonFields, reasonWords, routingCalls } from '@tonle/contracts';
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
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler, clock job. The adapters, fx and the other services are the test's hand.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_outbound');
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const RAIL = 500_000_000_000_0000n;

describe('an outbound payment', () => {
  it('reserves, debits, credits and completes with the worked numbers of the ledger', async () => {
    const submit = makeSubmit(world);
    const reserved = await feed(world, submit);
    expect(commandsOf(reserved)).toMatchObject([
      {
        leg: 'debit',
        attempt: 1,
        amount: { currency: 'KHR', minor: '10024000' },
        otherAmount: { minor: '82000' },
        fxProvider: 'FXNAGA',
      },
    ]);
    expect(reserved).toMatchObject([
      { topic: 'tonle.adapter-bakong.inbox.v1', messageId: `${submit.paymentId}:D:1` },
    ]);
    expect(await stateOf(world, submit.paymentId)).toBe('DEBIT_SENT');
    const before = await accountsOf(world);
    expect(before).toMatchObject({
      'POSITION:KHMEKONG:KHR': [10_024_000n, 0n, 0n, 0n],
      'POSITION:FXNAGA:KHR': [0n, 10_024_000n, 0n, 0n],
      'POSITION:FXNAGA:THB': [82_000n, 0n, 0n, 0n],
      'POSITION:THSWITCH:THB': [0n, 82_000n, 0n, 0n],
      'FEE_RECEIVABLE:KHMEKONG:KHR': [10_000n, 0n, 0n, 0n],
      'FEE_REVENUE:KHR': [0n, 10_000n, 0n, 0n],
      'RAIL:FXNAGA:BAKONG:KHR': [0n, 0n, RAIL, 0n],
    });

    const secured = await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    expect(secured).toMatchObject([
      { topic: 'tonle.adapter-thailand.inbox.v1', type: 'leg.command', messageId: `${submit.paymentId}:C:1` },
    ]);
    expect(await accountsOf(world)).toMatchObject({
      'POSITION:KHMEKONG:KHR': [10_024_000n, 0n, 0n, 10_024_000n],
      'POSITION:FXNAGA:KHR': [0n, 10_024_000n, 10_024_000n, 0n],
      // The provider's unearned money may have to go back: it covers nothing else meanwhile.
      'RAIL:FXNAGA:BAKONG:KHR': [0n, 10_024_000n, RAIL + 10_024_000n, 0n],
    });

    const completed = await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted'));
    const [event] = eventsOf(completed);
    expect(completed).toHaveLength(1);
    expect(event).toMatchObject({
      state: 'COMPLETED',
      isoStatus: 'ACCC',
      windows: [{ partner: 'BAKONG', settlementMode: 'GROSS_RT' }, { partner: 'THSWITCH' }],
    });
    expect(event!.obligations).toMatchObject([
      { debtorParticipant: 'KHMEKONG', creditorParticipant: 'FXNAGA', amount: { minor: '10024000' } },
      { debtorParticipant: 'FXNAGA', creditorParticipant: 'THSWITCH', amount: { minor: '82000' } },
    ]);
    expect(event!.history.map(({ to }) => to)).toEqual([
      'RECEIVED',
      'VALIDATED',
      'RESERVED',
      'DEBIT_SENT',
      'DEBIT_SECURED',
      'CREDIT_SENT',
      'COMPLETED',
    ]);
    // KHR side gross: bank and provider are at zero; the THB pair stays for the window (domain 6.9).
    expect(await accountsOf(world)).toMatchObject({
      'POSITION:KHMEKONG:KHR': [0n, 0n, 10_024_000n, 10_024_000n],
      'POSITION:FXNAGA:KHR': [0n, 0n, 10_024_000n, 10_024_000n],
      'POSITION:FXNAGA:THB': [0n, 0n, 82_000n, 0n],
      'POSITION:THSWITCH:THB': [0n, 0n, 0n, 82_000n],
      'RAIL:FXNAGA:BAKONG:KHR': [0n, 0n, RAIL + 10_024_000n, 0n],
      'FEE_RECEIVABLE:KHMEKONG:KHR': [0n, 0n, 10_000n, 0n],
      'FEE_REVENUE:KHR': [0n, 0n, 0n, 10_000n],
    });
  });

  it('is told once however often its messages come', async () => {
    const submit = makeSubmit(world);
    const debit = resultOf(world, submit.paymentId, 'debit', 'accepted');
    const credit = resultOf(world, submit.paymentId, 'credit', 'accepted');
    const records = [
      ...(await feed(world, submit, submit)),
      ...(await feed(world, submit, debit, debit)),
      ...(await feed(world, debit, credit, credit, submit)),
      ...(await feed(world, credit, debit)),
    ];
    expect(records.map(({ type }) => type)).toEqual(['leg.command', 'leg.command', 'payment.event']);
    expect(await stateOf(world, submit.paymentId)).toBe('COMPLETED');
  });

  it('gives everything back when the payer leg is rejected', async () => {
    const before = await accountsOf(world);
    const submit = makeSubmit(world);
    await feed(world, submit);
    const records = await feed(
      world,
      resultOf(world, submit.paymentId, 'debit', 'rejected', { reason: 'AM04', reasonText: 'no money' }),
    );
    expect(eventsOf(records)).toMatchObject([
      {
        state: 'REJECTED',
        reason: 'partner_rejected',
        isoReason: 'AM04',
        reasonText: "Debtor's side: no money",
      },
    ]);
    expect(await accountsOf(world)).toEqual(before);
  });

  it('unwinds when the payee leg is rejected: the reversal is sent until it is accepted', async () => {
    const before = await accountsOf(world);
    const submit = makeSubmit(world);
    await feed(world, submit);
    await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted', { partnerRef: 'hash-1' }));
    const unwinding = commandsOf(
      await feed(world, resultOf(world, submit.paymentId, 'credit', 'rejected', { reason: 'AC04' })),
    );
    expect(unwinding).toMatchObject([
      { leg: 'reversal', attempt: 1, originalPartnerRef: 'hash-1', amount: { minor: '10024000' } },
    ]);
    expect(await feed(world, resultOf(world, submit.paymentId, 'reversal', 'rejected'))).toEqual([]);
    expect(commandsOf(await pass(world, 1_000))).toMatchObject([{ leg: 'reversal', attempt: 2 }]);
    expect(await feed(world, resultOf(world, submit.paymentId, 'reversal', 'rejected'))).toEqual([]);
    expect(commandsOf(await pass(world, 1_000))).toEqual([]);
    const records = await feed(
      world,
      resultOf(world, submit.paymentId, 'reversal', 'accepted', { attempt: 2 }),
    );
    expect(eventsOf(records)).toMatchObject([
      { state: 'REJECTED', reason: 'partner_rejected', isoReason: 'AC04' },
    ]);
    const after = await accountsOf(world);
    for (const [code, [debitsPending, creditsPending, debits, credits]] of Object.entries(after)) {
      const was = before[code] ?? [0n, 0n, 0n, 0n];
      expect([code, debitsPending, creditsPending, debits - credits]).toEqual([
        code,
        was[0],
        was[1],
        was[2] - was[3],
      ]);
    }
  });

  it('waits through an unknown credit and completes when it proves accepted', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    const told = await feed(world, resultOf(world, submit.paymentId, 'credit', 'unknown'));
    expect(eventsOf(told)).toMatchObject([{ state: 'CREDIT_UNKNOWN', isoStatus: 'PDNG' }]);
    expect(await stateOf(world, submit.paymentId)).toBe('CREDIT_UNKNOWN');
    await pass(world, 120_000);
    expect(await stateOf(world, submit.paymentId)).toBe('CREDIT_UNKNOWN');
    const records = await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted'));
    expect(eventsOf(records)).toMatchObject([{ state: 'COMPLETED' }]);
  });

  it('asks again under the same id when nobody answers, and takes a silent leg for unknown, never for failed', async () => {
    const submit = makeSubmit(world);
    const [first] = await feed(world, submit);
    const again = (await pass(world, 10_000)).find(({ type }) => type === 'leg.command');
    expect(again).toMatchObject({ topic: first!.topic, messageId: first!.messageId, body: first!.body });
    await pass(world, 5_000);
    expect(await stateOf(world, submit.paymentId)).toBe('DEBIT_UNKNOWN');
    await pass(world, 1_805_000);
    expect(await stateOf(world, submit.paymentId)).toBe('MANUAL_REVIEW(debit)');
    const records = await feed(world, resultOf(world, submit.paymentId, 'debit', 'not_received'));
    expect(eventsOf(records)).toMatchObject([{ state: 'REJECTED', reason: 'partner_unreachable' }]);
  });

  it('reverses a debit that proves accepted too late for the credit', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'unknown'));
    await pass(world, 56_000);
    const records = await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    expect(commandsOf(records)).toMatchObject([{ leg: 'reversal' }]);
    expect(await stateOf(world, submit.paymentId)).toBe('UNWINDING');
    await feed(world, resultOf(world, submit.paymentId, 'reversal', 'accepted'));
    expect(await stateOf(world, submit.paymentId)).toBe('REJECTED');
  });

  it('sends a leg that did not leave again while in time, with a wait, else rejects', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit);
    expect(await feed(world, resultOf(world, submit.paymentId, 'debit', 'not_sent'))).toEqual([]);
    expect(commandsOf(await pass(world, 999))).toEqual([]);
    expect(commandsOf(await pass(world, 1))).toMatchObject([
      { leg: 'debit', attempt: 2, legKey: `${submit.paymentId}:D` },
    ]);
    expect(await feed(world, resultOf(world, submit.paymentId, 'debit', 'not_sent'))).toEqual([]);
    world.platform.clock.advance(55_000);
    const records = await feed(world, resultOf(world, submit.paymentId, 'debit', 'not_sent', { attempt: 2 }));
    expect(eventsOf(records)).toMatchObject([{ state: 'REJECTED', reason: 'partner_unreachable' }]);
  });

  it('posts a payment that the partner froze as blocked', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    const records = await feed(world, resultOf(world, submit.paymentId, 'credit', 'blocked'));
    expect(eventsOf(records)).toMatchObject([{ state: 'BLOCKED', isoStatus: 'BLCK' }]);
  });

  it('never edits a final payment: what contradicts opens a break once', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'rejected'));
    const late = resultOf(world, submit.paymentId, 'debit', 'accepted');
    expect(await feed(world, late, late)).toEqual([]);
    expect(await feed(world, late)).toEqual([]);
    expect(await stateOf(world, submit.paymentId)).toBe('REJECTED');
    const breaks = await world.test.database.query(
      'SELECT type, severity, leg FROM payment_break WHERE payment_id = $1',
      [submit.paymentId],
    );
    expect(breaks).toEqual([{ type: 'STATUS_CONFLICT', severity: 1, leg: 'debit' }]);
  });

  it('completes on other figures than ours, and opens a break', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    await feed(
      world,
      resultOf(world, submit.paymentId, 'credit', 'accepted', {
        amount: { currency: 'THB', minor: '82001' },
      }),
    );
    expect(await stateOf(world, submit.paymentId)).toBe('COMPLETED');
    expect(
      await world.test.database.query('SELECT type FROM payment_break WHERE payment_id = $1', [
        submit.paymentId,
      ]),
    ).toEqual([{ type: 'AMOUNT' }]);
    const ofPayment = async (taken: string[]) =>
      (await world.platform.calls.call(routingCalls.breaks, { taken })).breaks.filter(
        ({ paymentId }) => paymentId === submit.paymentId,
      );
    const [told] = await ofPayment([]);
    expect(told).toMatchObject({
      type: 'AMOUNT',
      leg: 'credit',
      corridor: 'KH-TH',
      target: { currency: 'THB', minor: '82000' },
      told: { currency: 'THB', minor: '82001' },
    });
    // Told until settlement says that it has it.
    expect(await ofPayment([])).toHaveLength(1);
    expect(await ofPayment([told!.breakId])).toEqual([]);
  });

  it('keeps every amount that a partner tells of one leg, each once', async () => {
    const submit = makeSubmit(world);
    const result = (leg: 'debit' | 'credit', outcome: 'accepted' | 'conflicting', minor: string) =>
      resultOf(world, submit.paymentId, leg, outcome, { amount: { currency: 'THB', minor } });
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    await feed(world, result('credit', 'accepted', '82001'));
    for (const minor of ['82002', '82003', '82002'])
      await feed(world, result('credit', 'conflicting', minor));
    const breaks = await world.test.database.query(
      `SELECT type, evidence -> 'amount' ->> 'minor' AS minor
       FROM payment_break
       WHERE payment_id = $1
       ORDER BY minor`,
      [submit.paymentId],
    );
    expect(breaks).toEqual([
      { type: 'AMOUNT', minor: '82001' },
      { type: 'STATUS_CONFLICT', minor: '82002' },
      { type: 'STATUS_CONFLICT', minor: '82003' },
    ]);
    expect(await broken(world)).toEqual([]);
  });

  it('does not take one rail reference for two payments', async () => {
    const [one, two] = [makeSubmit(world), makeSubmit(world)];
    await feed(world, one, two);
    await feed(
      world,
      resultOf(world, one.paymentId, 'debit', 'accepted', { partnerRef: 'same-hash' }),
      resultOf(world, two.paymentId, 'debit', 'accepted', { partnerRef: 'same-hash' }),
    );
    expect(await stateOf(world, one.paymentId)).toBe('CREDIT_SENT');
    expect(await stateOf(world, two.paymentId)).toBe('MANUAL_REVIEW(debit)');
    const three = makeSubmit(world, { direction: 'inbound' });
    await feed(
      world,
      three,
      resultOf(world, three.paymentId, 'credit', 'blocked', { partnerRef: 'same-hash' }),
    );
    expect(await stateOf(world, three.paymentId)).toBe('MANUAL_REVIEW(credit)');
  });

  it('tells all words of a partner, whatever their number', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit);
    const words = 'Closed on request of its owner. '.repeat(100).trim();
    const fields = { reason: 'AC04', ...reasonFields(words) };
    const [event] = eventsOf(
      await feed(world, resultOf(world, submit.paymentId, 'debit', 'rejected', fields)),
    );
    expect(reasonWords(paymentEvent.parse(event))).toBe(`Debtor's side: ${words}`);
  });

  it('stores whatever words a partner uses', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit);
    const words = { reason: 'MS03', reasonText: 'cut \ud83d and \u0000 zero' };
    const [event] = eventsOf(
      await feed(world, resultOf(world, submit.paymentId, 'debit', 'rejected', words)),
    );
    expect(event).toMatchObject({ state: 'REJECTED', reasonText: "Debtor's side: cut   and   zero" });
  });

  it('sends a result for an unknown payment to the dead letters', async () => {
    await expect(
      feed(world, resultOf(world, makeSubmit(world).paymentId, 'debit', 'accepted')),
    ).rejects.toThrow('not known here');
  });
});
