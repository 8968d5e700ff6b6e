import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LegResult, PartnerTerms } from '@tonle/contracts';
import { withDollars } from './directory.testing.js';
import {
  accountsOf,
  broken,
  commandsOf,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  resultOf,
  stateOf,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler, auditor. A made-up corridor that settles dollars: payments in dollars alone have no FX
// provider, those of riel do, and both meet in the positions of one currency.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_one_currency', withDollars);
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

/** What a payment changed in the accounts that it touches. */
async function movedBy(work: () => Promise<unknown>): Promise<Record<string, bigint[]>> {
  const before = await accountsOf(world);
  await work();
  const after = await accountsOf(world);
  const changes = Object.entries(after).map(
    ([code, columns]) => [code, columns.map((each, n) => each - (before[code]?.[n] ?? 0n))] as const,
  );
  return Object.fromEntries(changes.filter(([, columns]) => columns.some((each) => each !== 0n)));
}

const answer = (paymentId: string, leg: 'debit' | 'credit' | 'reversal', outcome: 'accepted' | 'rejected') =>
  feed(world, resultOf(world, paymentId, leg, outcome));

describe('a payment in dollars alone', () => {
  it('goes out through the settlement bank, which owes the network what the rail gave it', async () => {
    const submit = makeSubmit(world, { dollars: 'alone' });
    const { paymentId } = submit;
    const moved = await movedBy(async () => {
      const [debit] = commandsOf(await feed(world, submit));
      expect(debit).toMatchObject({
        leg: 'debit',
        fxProvider: 'SETTLER',
        rate: '1',
        amount: { currency: 'USD' },
      });
      expect(await broken(world)).toEqual([]);
      await answer(paymentId, 'debit', 'accepted');
      expect(await broken(world)).toEqual([]);
      const [event] = eventsOf(await answer(paymentId, 'credit', 'accepted'));
      const [home, partner] = event!.windows.map(({ windowId }) => windowId);
      expect([home, partner]).toEqual([
        expect.stringMatching(/^BAKONG-USD-/),
        expect.stringMatching(/^DOLLARNET-USD-/),
      ]);
      expect(event!.obligations).toMatchObject([
        { windowId: home, debtorParticipant: 'KHMEKONG', creditorParticipant: 'SETTLER' },
        { windowId: partner, debtorParticipant: 'SETTLER', creditorParticipant: 'DOLLARNET' },
      ]);
    });
    expect(moved).toEqual({
      'POSITION:KHMEKONG:USD': [0n, 0n, 2_500n, 2_500n],
      'POSITION:SETTLER:USD': [0n, 0n, 5_000n, 2_500n],
      'POSITION:DOLLARNET:USD': [0n, 0n, 0n, 2_500n],
      'RAIL:SETTLER:BAKONG:USD': [0n, 0n, 2_500n, 0n],
      'RAIL_OUTSIDE:BAKONG:USD': [0n, 0n, 0n, 2_500n],
      'FEE_RECEIVABLE:KHMEKONG:USD': [0n, 0n, 3n, 0n],
      'FEE_REVENUE:USD': [0n, 0n, 0n, 3n],
    });
  });

  it('comes in through it as well, out of what it has on the rail', async () => {
    const submit = makeSubmit(world, { dollars: 'alone', direction: 'inbound' });
    const moved = await movedBy(async () => {
      expect(commandsOf(await feed(world, submit))).toMatchObject([{ leg: 'credit', fxProvider: 'SETTLER' }]);
      expect(await broken(world)).toEqual([]);
      const [event] = eventsOf(await answer(submit.paymentId, 'credit', 'accepted'));
      const [home, partner] = event!.windows.map(({ windowId }) => windowId);
      expect(event!.obligations).toMatchObject([
        { windowId: partner, debtorParticipant: 'DOLLARNET', creditorParticipant: 'SETTLER' },
        { windowId: home, debtorParticipant: 'SETTLER', creditorParticipant: 'KHMEKONG' },
      ]);
    });
    expect(moved).toMatchObject({
      'POSITION:DOLLARNET:USD': [0n, 0n, 2_500n, 0n],
      'POSITION:SETTLER:USD': [0n, 0n, 2_500n, 5_000n],
      'POSITION:KHMEKONG:USD': [0n, 0n, 2_500n, 2_500n],
      'RAIL:SETTLER:BAKONG:USD': [0n, 0n, 0n, 2_500n],
    });
  });

  it('is paid back where the network refuses it, and leaves no position', async () => {
    const submit = makeSubmit(world, { dollars: 'alone' });
    const moved = await movedBy(async () => {
      await feed(world, submit);
      await answer(submit.paymentId, 'debit', 'accepted');
      const [reversal] = commandsOf(await answer(submit.paymentId, 'credit', 'rejected'));
      expect(reversal).toMatchObject({ leg: 'reversal', fxProvider: 'SETTLER', amount: { minor: '2500' } });
      await answer(submit.paymentId, 'reversal', 'accepted');
    });
    expect(await stateOf(world, submit.paymentId)).toBe('REJECTED');
    for (const [account, [, , debits, credits]] of Object.entries(moved))
      expect([account, debits]).toEqual([account, credits]);
  });

  it('is refused when the settlement bank has nothing left on the rail', async () => {
    const much = { currency: 'USD', minor: '200000' };
    const submit = makeSubmit(world, {
      dollars: 'alone',
      direction: 'inbound',
      quote: { source: much, target: much },
      submit: { source: much, target: much },
    });
    const [event] = eventsOf(await feed(world, submit));
    expect(event).toMatchObject({
      reason: 'liquidity_short',
      reasonText: 'The funds of SETTLER do not cover 2000.00 USD.',
    });
  });

  it('may not use the quote of the other direction, which the currencies do not tell apart', async () => {
    const submit = makeSubmit(world, { dollars: 'alone', quote: { direction: 'inbound' } });
    expect(eventsOf(await feed(world, submit))).toMatchObject([{ reason: 'quote_unknown' }]);
  });
});

describe('a payment of riel into the same currency', () => {
  it('has its FX provider, and leaves the books sound at every step', async () => {
    for (const direction of ['outbound', 'inbound'] as const) {
      const submit = makeSubmit(world, { dollars: 'for_riel', direction });
      const [first] = commandsOf(await feed(world, submit));
      expect(first).toMatchObject({ fxProvider: 'FXNAGA' });
      expect(await broken(world)).toEqual([]);
      if (direction === 'outbound') await answer(submit.paymentId, 'debit', 'accepted');
      expect(await broken(world)).toEqual([]);
      await answer(submit.paymentId, 'credit', 'accepted');
      expect(await stateOf(world, submit.paymentId)).toBe('COMPLETED');
    }
  });

  it('does not make a debt of what is under way on the rail in that currency', async () => {
    // FXGARUDA may owe no dollars: those of a payment to Thailand come over the rail and are gone at its end.
    const source = { currency: 'USD', minor: '2500' };
    const submit = makeSubmit(world, {
      provider: 'FXGARUDA',
      target: '80000',
      rate: '32.00000000',
      quote: { source, fees: [] },
      submit: { source },
    });
    await feed(world, submit);
    expect(await broken(world)).toEqual([]);
    await answer(submit.paymentId, 'debit', 'accepted');
    expect(await broken(world)).toEqual([]);
    await answer(submit.paymentId, 'credit', 'accepted');
    expect(await stateOf(world, submit.paymentId)).toBe('COMPLETED');
  });
});

describe('a discount', () => {
  const discountAmount = { currency: 'USD', minor: '200' };
  const amount = { currency: 'USD', minor: '2300' };
  const creditedWith = async (more: Partial<LegResult>) => {
    const submit = makeSubmit(world, { dollars: 'for_riel' });
    await feed(world, submit);
    await answer(submit.paymentId, 'debit', 'accepted');
    const credit = resultOf(world, submit.paymentId, 'credit', 'accepted', more);
    return { submit, event: eventsOf(await feed(world, credit, credit))[0]! };
  };
  const breaksOf = (paymentId: string) =>
    world.test.database.query('SELECT type FROM payment_break WHERE payment_id = $1', [paymentId]);

  it('is owed less to the network, with the original amount kept, and frees the rest', async () => {
    let told: Awaited<ReturnType<typeof creditedWith>>;
    const moved = await movedBy(async () => {
      told = await creditedWith({ amount, partnerTerms: { discountAmount } });
    });
    const { submit, event } = told!;
    expect(event).toMatchObject({
      state: 'COMPLETED',
      target: { minor: '2500' },
      creditedAmount: amount,
      partnerTerms: { discountAmount },
      obligations: [{ amount: { currency: 'KHR' } }, { creditorParticipant: 'DOLLARNET', amount }],
    });
    expect(moved).toMatchObject({
      'POSITION:FXNAGA:USD': [0n, 0n, 2_300n, 0n],
      'POSITION:DOLLARNET:USD': [0n, 0n, 0n, 2_300n],
    });
    expect(await breaksOf(submit.paymentId)).toEqual([]);
    const { totals } = await world.routing.audit.report('routing', world.platform.clock.now());
    expect(totals).toMatchObject({ 'minor.discount.USD': '200' });
  });

  it('that is not named makes the same figures a break, and the network is owed the target', async () => {
    const { submit, event } = await creditedWith({ amount });
    expect(event).toMatchObject({ state: 'COMPLETED', obligations: [{}, { amount: { minor: '2500' } }] });
    expect(event).not.toHaveProperty('creditedAmount');
    expect(await breaksOf(submit.paymentId)).toEqual([{ type: 'AMOUNT' }]);
  });
});

describe('what a partner says of the money', () => {
  const told: PartnerTerms = {
    orderAmount: { currency: 'CNY', minor: '17700' },
    quote: { quoteId: 'PQ-1', unitCurrency: 'USD', quotedCurrency: 'CNY', rate: '7.08' },
  };

  it('goes from the quote to the legs and the end, and what the answer says is added', async () => {
    const submit = makeSubmit(world, { dollars: 'for_riel', quote: { partnerTerms: told } });
    const records = await feed(world, submit);
    const debit = resultOf(world, submit.paymentId, 'debit', 'accepted');
    records.push(...(await feed(world, debit)));
    expect(commandsOf(records).map(({ partnerTerms }) => partnerTerms)).toEqual([told, told]);
    const feeAmount = { currency: 'USD', minor: '2' };
    const partnerTerms = { feeAmount, settlementAmount: { currency: 'USD', minor: '2500' } };
    const credit = resultOf(world, submit.paymentId, 'credit', 'accepted', { partnerTerms });
    const [event] = eventsOf(await feed(world, credit));
    expect(event).toMatchObject({ state: 'COMPLETED', partnerTerms: { ...told, ...partnerTerms } });
  });
});
