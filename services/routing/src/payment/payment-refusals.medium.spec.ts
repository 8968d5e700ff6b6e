import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  REASONS,
  routingCalls,
  type PaymentEventMessage,
  type Reason,
  type SetSwitch,
} from '@tonle/contracts';
import { auditedActions } from '@tonle/platform';
import { otherSays } from '../directory/opening.testing.js';
import {
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
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler, clock job. The adapters, fx and the other services are the test's hand.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_refusals', (directory) => {
    for (const funds of directory.openingFunds) {
      if (funds.participant === 'FXGARUDA')
        funds.amountMinor = funds.currency === 'THB' ? '246000' : '8200000';
    }
    for (const entry of directory.entries) {
      if (entry.id === 'FXGARUDA') Object.assign(entry.body, { caps: {} });
      if (entry.id === 'KHRUMDUOL') Object.assign(entry.body, { state: 'receive_only' });
      if (entry.id === 'KH-TH')
        Object.assign(entry.body, { requiredPurposes: { outbound: [], inbound: ['GDDS', 'SVCS'] } });
    }
  });
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const ago = (ms: number) => new Date(world.platform.clock.now() - ms).toISOString();

async function refusedWith(options: PaymentOptions): Promise<string | undefined> {
  const submit = makeSubmit(world, options);
  const records = await feed(world, submit);
  expect(commandsOf(records)).toEqual([]);
  const [event] = eventsOf(records);
  expect(event?.isoReason).toBe(REASONS[event?.reason as Reason].iso);
  expect(['REJECTED', 'EXPIRED']).toContain(event?.state);
  return event?.reason;
}

describe('a refused submission', () => {
  const lookup = (more: object) => ({
    lookupId: '00000000-0000-4000-8000-000000000001',
    payeeName: 'X',
    validUntil: ago(-60_000),
    ...more,
  });
  const fee = { kind: 'scheme', payer: 'KHMEKONG', amount: { currency: 'KHR', minor: '100' } };
  const cases: [Reason, () => PaymentOptions][] = [
    ['participant_unknown', () => ({ submit: { debtorAgent: 'NOBODY' } })],
    ['participant_unknown', () => ({ submit: { creditorAgent: 'KHANGKOR' } })],
    ['participant_paused', () => ({ bank: 'KHRUMDUOL' })],
    ['corridor_unknown', () => ({ submit: { corridor: 'KH-XX' } })],
    ['unknown_currency', () => ({ submit: { source: { currency: 'EUR', minor: '100' } } })],
    ['amount_not_positive', () => ({ submit: { source: { currency: 'KHR', minor: '0' } } })],
    ['quote_unknown', () => ({ quote: null })],
    ['quote_unknown', () => ({ quote: { participant: 'KHANGKOR' } })],
    ['quote_unknown', () => ({ quote: { fees: [fee, fee] } })],
    ['quote_expired', () => ({ quote: { expiresAt: ago(0) } })],
    ['amount_mismatch', () => ({ submit: { target: { currency: 'THB', minor: '82001' } } })],
    ['rate_differs', () => ({ rate: '0.00900000' })],
    ['qr_expired', () => ({ submit: { lookup: lookup({ qrExpiresAt: ago(1) }) } })],
    ['lookup_expired', () => ({ submit: { lookup: lookup({ validUntil: ago(1) }) } })],
    ['limit_per_payment', () => ({ source: '1000000100', target: '8180400', rate: '0.00818040' })],
    ['purpose_required', () => ({ direction: 'inbound' })],
    ['too_late_for_credit', () => ({ submit: { acceptedAt: ago(56_000) } })],
    ['deadline_passed', () => ({ submit: { acceptedAt: ago(60_000) } })],
  ];
  it.each(cases)('says %s', async (reason, options) => {
    expect(await refusedWith(options())).toBe(reason);
  });

  it('names the first thing that is wrong, in the documented order', async () => {
    const everything = {
      quote: null,
      submit: { acceptedAt: ago(60_000), corridor: 'KH-XX', debtorAgent: 'NOBODY' },
    };
    expect(await refusedWith(everything)).toBe('participant_unknown');
    expect(await refusedWith({ ...everything, submit: { acceptedAt: ago(60_000), corridor: 'KH-XX' } })).toBe(
      'corridor_unknown',
    );
    expect(await refusedWith({ quote: null, submit: { acceptedAt: ago(60_000) } })).toBe('quote_unknown');
  });

  it('uses a quote once, whoever comes second', async () => {
    const first = makeSubmit(world);
    const second = { ...makeSubmit(world), quoteId: first.quoteId };
    const third = { ...makeSubmit(world), quoteId: first.quoteId };
    expect(eventsOf(await feed(world, first, second))).toMatchObject([
      { paymentId: second.paymentId, reason: 'quote_used' },
    ]);
    expect(eventsOf(await feed(world, third))).toMatchObject([{ reason: 'quote_used' }]);
    await feed(world, resultOf(world, first.paymentId, 'debit', 'rejected'));
    expect(eventsOf(await feed(world, { ...makeSubmit(world), quoteId: first.quoteId }))).toMatchObject([
      { reason: 'quote_used' },
    ]);
  });

  it('keeps UETR and sender key apart over two doors', async () => {
    const first = makeSubmit(world);
    const sameUetr = makeSubmit(world, { submit: { uetr: first.uetr } });
    const sameKey = makeSubmit(world, { submit: { messageId: first.messageId } });
    expect(eventsOf(await feed(world, first, sameUetr, sameKey))).toMatchObject([
      { reason: 'uetr_in_use' },
      { reason: 'key_reused' },
    ]);
    expect(eventsOf(await feed(world, makeSubmit(world, { submit: { uetr: first.uetr } })))).toMatchObject([
      { reason: 'uetr_in_use' },
    ]);
  });
});

describe('what is scarce', () => {
  it('refuses exactly the payments of a batch that a dry prefund does not cover', async () => {
    const submits = [1, 2, 3, 4, 5].map(() => makeSubmit(world, { provider: 'FXGARUDA' }));
    const other = makeSubmit(world);
    const records = await feed(world, ...submits, other);
    expect(commandsOf(records).map(({ paymentId }) => paymentId)).toEqual(
      [...submits.slice(0, 3), other].map(({ paymentId }) => paymentId),
    );
    const short = { reason: 'liquidity_short', reasonText: 'The funds of FXGARUDA do not cover 820.00 THB.' };
    expect(eventsOf(records)).toMatchObject([short, short]);
    // What is given back can be used by the next in the same batch.
    const next = makeSubmit(world, { provider: 'FXGARUDA' });
    const after = await feed(world, resultOf(world, submits[0]!.paymentId, 'debit', 'rejected'), next);
    expect(commandsOf(after).map(({ paymentId }) => paymentId)).toEqual([next.paymentId]);
  });

  it('refuses what the mirrored rail balance does not cover', async () => {
    const options = { direction: 'inbound' as const, provider: 'FXGARUDA', submit: { purpose: 'GDDS' } };
    const submits = [1, 2, 3].map(() => makeSubmit(world, options));
    const records = await feed(world, ...submits);
    expect(commandsOf(records)).toHaveLength(2);
    expect(eventsOf(records)).toMatchObject([
      { paymentId: submits[2]!.paymentId, reason: 'liquidity_short', isoReason: 'AM23' },
    ]);
  });

  it('does not pay inbound payments out of a debit that may have to go back', async () => {
    const free = async () => {
      const [row] = await world.test.database.query<{ free: bigint }>(
        "SELECT debits_posted - credits_posted - credits_pending AS free FROM account WHERE code = 'RAIL:FXSINGHA:BAKONG:KHR'",
      );
      return row!.free;
    };
    const before = await free();
    const [kept, undone] = [
      makeSubmit(world, { provider: 'FXSINGHA' }),
      makeSubmit(world, { provider: 'FXSINGHA' }),
    ];
    await feed(world, kept, undone);
    await feed(
      world,
      resultOf(world, kept.paymentId, 'debit', 'accepted'),
      resultOf(world, undone.paymentId, 'debit', 'accepted'),
    );
    expect(await free()).toBe(before);
    await feed(
      world,
      resultOf(world, kept.paymentId, 'credit', 'accepted'),
      resultOf(world, undone.paymentId, 'credit', 'rejected'),
    );
    expect(await free()).toBe(before + 10_024_000n);
    await feed(world, resultOf(world, undone.paymentId, 'reversal', 'accepted'));
    expect(await free()).toBe(before + 10_024_000n);
  });

  it('counts a payer within a batch and over batches, and gives back what came to nothing', async () => {
    const amounts = { source: '1000000000', target: '8180400', rate: '0.00818040' };
    const payer = { debtor: { name: 'Big Spender', account: 'u0000777@mekong', accountType: 'bakong' } };
    const submits = [1, 2, 3, 4, 5, 6].map(() => makeSubmit(world, { ...amounts, submit: payer }));
    await feed(world, ...submits.slice(0, 3));
    const records = await feed(world, ...submits.slice(3));
    expect(eventsOf(records)).toMatchObject([
      { paymentId: submits[5]!.paymentId, reason: 'limit_per_day', isoReason: 'AM14' },
    ]);
    await feed(world, resultOf(world, submits[0]!.paymentId, 'debit', 'rejected'));
    expect(commandsOf(await feed(world, makeSubmit(world, { ...amounts, submit: payer })))).toHaveLength(1);
  });
});

describe('a screening hit', () => {
  const listed = { debtor: { name: 'OBLOMSKI, Viktor', account: 'u0000002@mekong', accountType: 'bakong' } };
  const decide = (paymentId: string, decision: 'clear' | 'confirm') =>
    world.platform.calls.call(routingCalls.decideHold, {
      paymentId,
      decision,
      operator: 'ops-1',
      reason: 'checked by hand',
    });

  it('holds the payment until an operator clears it', async () => {
    const submit = makeSubmit(world, { submit: listed });
    const records = await feed(world, submit);
    expect(commandsOf(records)).toEqual([]);
    expect(eventsOf(records)).toMatchObject([{ state: 'SCREENING_HOLD', isoStatus: 'PDNG' }]);
    const { holds } = await world.platform.calls.call(routingCalls.holds, {});
    expect(holds).toMatchObject([
      { paymentId: submit.paymentId, party: 'debtor', listEntry: 'L1', matched: 'Viktor Oblomski' },
    ]);
    world.platform.clock.advance(120_000);
    expect(await decide(submit.paymentId, 'clear')).toEqual({ kind: 'done' });
    await world.routing.commit.lane.published();
    const [command] = commandsOf(world.published.slice(-1));
    expect(command).toMatchObject({
      leg: 'debit',
      paymentId: submit.paymentId,
      acceptedAt: new Date(world.platform.clock.now()).toISOString(),
    });
    expect(await decide(submit.paymentId, 'clear')).toEqual({ kind: 'refused', reason: 'not_on_hold' });
    expect(
      await world.test.database.query(
        `SELECT operator, action, reason FROM operator_action WHERE action NOT LIKE 'directory.%'`,
      ),
    ).toEqual([{ operator: 'ops-1', action: 'hold.clear', reason: 'checked by hand' }]);
    expect((await auditedActions(world.test.database)).at(-1)).toBe('hold.clear');
  });

  it('checks the quote again when it is cleared', async () => {
    const submit = makeSubmit(world, { submit: listed });
    await feed(world, submit);
    world.platform.clock.advance(700_000);
    await decide(submit.paymentId, 'clear');
    await world.routing.commit.lane.published();
    expect(eventsOf(world.published.slice(-1))).toMatchObject([
      { state: 'REJECTED', reason: 'quote_expired' },
    ]);
  });

  it('ends with a refusal when it is confirmed', async () => {
    const submit = makeSubmit(world, { submit: listed });
    await feed(world, submit);
    expect(await decide(submit.paymentId, 'confirm')).toEqual({ kind: 'done' });
    await world.routing.commit.lane.published();
    expect(eventsOf(world.published.slice(-1))).toMatchObject([
      { state: 'REJECTED', reason: 'screening_confirmed', isoReason: 'RR04' },
    ]);
  });

  it('ends with a refusal when nobody decides', async () => {
    const submit = makeSubmit(world, { submit: listed });
    await feed(world, submit);
    const own = ({ paymentId }: PaymentEventMessage) => paymentId === submit.paymentId;
    expect(eventsOf(await pass(world, 3_599_999)).filter(own)).toEqual([]);
    expect(eventsOf(await pass(world, 1))).toMatchObject([
      { state: 'REJECTED', reason: 'screening_timeout', isoReason: 'RR04' },
    ]);
    expect((await world.platform.calls.call(routingCalls.holds, {})).holds).toEqual([]);
    expect(await stateOf(world, submit.paymentId)).toBe('REJECTED');
  });
});

describe('a closed corridor', () => {
  it('refuses from the next message on, keeps what runs, and opens again', async () => {
    const set = (open: boolean) =>
      world.platform.calls.call(routingCalls.setCorridor, {
        corridor: 'KH-TH',
        direction: 'outbound',
        open,
        ...{ operator: 'ops-1', participant: 'OPERATOR', reason: 'drill' },
      });
    const running = makeSubmit(world);
    await feed(world, running);
    expect(await set(false)).toEqual({ kind: 'done' });
    await world.routing.commit.lane.published();
    expect(world.published.at(-1)).toMatchObject({
      topic: 'tonle.directory.v1',
      key: 'corridor:KH-TH',
      messageId: 'corridor:KH-TH:4',
    });
    expect(await refusedWith({})).toBe('corridor_closed');
    await feed(
      world,
      resultOf(world, running.paymentId, 'debit', 'accepted'),
      resultOf(world, running.paymentId, 'credit', 'accepted'),
    );
    expect(await stateOf(world, running.paymentId)).toBe('COMPLETED');
    expect(await otherSays(world, await set(true))).toMatchObject({ state: 'executed' });
    expect(commandsOf(await feed(world, makeSubmit(world)))).toHaveLength(1);
  });
});

describe('what operators stop', () => {
  const deed = { operator: 'ops-1', participant: 'OPERATOR', reason: 'drill' };
  const set = (change: Partial<SetSwitch>) =>
    world.platform.calls.call(routingCalls.setSwitch, {
      on: 'corridor',
      id: 'KH-TH',
      directions: ['outbound'],
      switch: 'pause',
      ...deed,
      ...change,
    });
  const bank = { on: 'participant', id: 'KHMEKONG' } as const;
  const underWay = async (): Promise<number> => {
    const told = await world.platform.calls.call(routingCalls.underWay, {});
    return told.underWay.find(({ direction }) => direction === 'outbound')?.payments ?? 0;
  };

  it('is refused from the next message on, what runs goes on, and is written down', async () => {
    const running = makeSubmit(world);
    await feed(world, running);
    expect(await set({})).toEqual({ kind: 'done' });
    expect(await refusedWith({})).toBe('corridor_closed');
    const open = await underWay();
    await feed(
      world,
      resultOf(world, running.paymentId, 'debit', 'accepted'),
      resultOf(world, running.paymentId, 'credit', 'accepted'),
    );
    expect(await stateOf(world, running.paymentId)).toBe('COMPLETED');
    expect(await underWay()).toBe(open - 1);
    expect(await otherSays(world, await set({ switch: 'resume' }))).toMatchObject({ state: 'executed' });
    expect(commandsOf(await feed(world, makeSubmit(world)))).toHaveLength(1);
    const asked = { subject: 'KH-TH', limit: 20 };
    const { actions } = await world.platform.calls.call(routingCalls.actions, asked);
    for (const [action, operator] of [
      ['corridor.pause.outbound', 'ops-1'],
      ['corridor.resume.outbound', 'OPERATOR2-1'],
    ])
      expect(actions).toContainEqual(
        expect.objectContaining({ action, subject: 'KH-TH', operator, reason: 'drill' }),
      );
    const network = { on: 'network', id: 'thailand' } as const;
    for (const on of [network, bank]) {
      await set({ ...on, switch: 'pause' });
      await otherSays(world, await set({ ...on, switch: 'resume' }));
    }
    const done = (await auditedActions(world.test.database)).filter((action) => !/^approval/.test(action));
    expect(done.slice(-6)).toEqual([
      ...['corridor.pause.outbound', 'corridor.resume.outbound'],
      ...['network.pause.outbound', 'network.resume.outbound', 'participant.pause', 'participant.resume'],
    ]);
  });

  it('is over by itself when its time has come', async () => {
    const until = new Date(world.platform.clock.now() + 5_000).toISOString();
    await set({ ...bank, until });
    expect(await refusedWith({})).toBe('participant_paused');
    world.platform.clock.advance(5_000);
    expect(commandsOf(await feed(world, makeSubmit(world)))).toHaveLength(1);
  });

  it.each<[string, Partial<SetSwitch>, string, string]>([
    ['what is not there', { id: 'KH-XX' }, 'corridor_unknown', 'There is no corridor KH-XX.'],
    ['nobody', { ...bank, id: 'KHNONE' }, 'participant_unknown', 'There is no participant KHNONE.'],
    ['no network', { on: 'network', id: 'mars' }, 'not_found', 'There is no network mars.'],
  ])('is not set on %s', async (_what, change, reason, detail) => {
    expect(await set(change)).toEqual({ kind: 'refused', reason, detail });
  });

  it.each<[string, Partial<SetSwitch>, string, string]>([
    ['until a time that has passed', { until: '2020-01-01T00:00:00Z' }, '/until', 'has passed'],
    ['without a rate', { switch: 'throttle' }, '/perSecond', 'how many payments a second'],
    ['by draining a bank', { ...bank, switch: 'drain' }, '/switch', 'paused or resumed'],
  ])('is not set %s, and the field is named', async (_what, change, path, words) => {
    expect(await set(change)).toEqual({
      kind: 'refused',
      reason: 'schema_invalid',
      errors: [{ path, message: expect.stringContaining(words) }],
    });
  });
});
