import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type LegResult, type PaymentSubmit, type RefundCause } from '@tonle/contracts';
import { amountFromJson, amountToJson, convert, parseRate } from '@tonle/money';
import type { DirectoryJson } from '../payment/directory.testing.js';
import {
  accountsOf,
  broken,
  eventsOf,
  feed,
  makeRefund,
  makeSubmit,
  openWorld,
  resultOf,
  stateOf,
  type World,
} from '../payment/payment.testing.js';

// Real: PostgreSQL, the lane, the handlers, the auditor. The corridor gives refunds at the rate of the day.

const BANK = 'KHMEKONG';
const NETWORK = 'THSWITCH';

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_exact_refunds', ({ entries }: DirectoryJson) => {
    for (const { id, kind, body } of entries)
      if (id === 'KH-TH' && kind === 'corridor')
        Object.assign(body, { refunds: { days: 180, rate: 'today' } });
  });
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const accept = ({ paymentId }: PaymentSubmit, leg: LegResult['leg']) =>
  resultOf(world, paymentId, leg, 'accepted', {});

/** 820.00 THB for 100,240 KHR, paid by a customer of the bank or to one. */
async function paid(direction: 'outbound' | 'inbound' = 'outbound'): Promise<PaymentSubmit> {
  const submit = makeSubmit(world, { direction });
  await feed(world, submit);
  if (direction === 'outbound') await feed(world, accept(submit, 'debit'));
  await feed(world, accept(submit, 'credit'));
  expect(await stateOf(world, submit.paymentId)).toBe('COMPLETED');
  return submit;
}

/** Its refund as fx prices it: at the rate of the payment, and the provider gets what the day's rate asks for the target. */
function exact(
  original: PaymentSubmit,
  cause: Partial<RefundCause>,
  text: string,
  minor?: string,
): PaymentSubmit {
  const priced = makeRefund(world, original, minor === undefined ? {} : { minor });
  const rate = parseRate(priced.source.currency, priced.target.currency, text)!;
  const source = amountToJson(convert('target', amountFromJson(priced.target), rate).source);
  const refundCause: RefundCause = {
    ...{ fault: 'receiving_side', fxBearer: 'receiving_side' },
    conversion: { source, rate: text },
    ...cause,
  };
  world.quotes.set(priced.quoteId, { ...world.quotes.get(priced.quoteId)!, refundCause });
  return { ...priced, refundCause };
}
const BY_SCHEME = { fault: 'switch', fxBearer: 'scheme' } as const;
const find = ({ paymentId }: Pick<PaymentSubmit, 'paymentId'>) =>
  world.platform.calls.call(routingCalls.findSwitchFault, {
    paymentId,
    ...{ operator: 'ops-1', reason: 'an outage', evidence: 'incident 12' },
  });

/** What is posted on an account since `before`, debits less credits. */
async function moved(before: Awaited<ReturnType<typeof accountsOf>>, code: string): Promise<bigint> {
  const [, , debits, credits] = (await accountsOf(world))[code] ?? [0n, 0n, 0n, 0n];
  const [, , debitsBefore, creditsBefore] = before[code] ?? [0n, 0n, 0n, 0n];
  return debits - debitsBefore - (credits - creditsBefore);
}

describe('a refund by a fault of the receiving side', () => {
  it.each(['110', '130'])(
    'at %s riel a baht has the network invoiced the difference, and the face in its window',
    async (rate) => {
      const original = await paid();
      const before = await accountsOf(world);
      const back = exact(original, {}, rate);
      const [event] = eventsOf(await feed(world, back, accept(back, 'credit')));
      const face = BigInt(original.target.minor);
      const difference = BigInt(back.refundCause!.conversion!.source.minor) - face;
      expect(difference > 0n).toBe(rate === '110');
      expect(event).toMatchObject({
        state: 'COMPLETED',
        refundCause: back.refundCause,
        obligations: [{ debtorParticipant: NETWORK, amount: original.target }, { amount: back.target }],
      });
      expect(await moved(before, `FX_RECEIVABLE:${NETWORK}:THB`)).toBe(difference);
      expect(await moved(before, 'FX_PAYABLE:FXNAGA:THB')).toBe(-difference);
      expect(await moved(before, `POSITION:${NETWORK}:THB`)).toBe(face);
      expect(await moved(before, 'POSITION:FXNAGA:THB')).toBe(-face);
    },
  );

  it('counts its face in parts, and is invoiced part by part', async () => {
    const original = await paid();
    const before = await accountsOf(world);
    const parts = ['41000', '40999'].map((minor) => exact(original, {}, '110', minor));
    for (const part of parts) await feed(world, part, accept(part, 'credit'));
    const more = exact(original, {}, '110', '2');
    expect(eventsOf(await feed(world, more))).toMatchObject([{ reason: 'refund_exceeds' }]);
    const differences = parts.map(
      ({ source, refundCause }) => BigInt(refundCause!.conversion!.source.minor) - BigInt(source.minor),
    );
    expect(await moved(before, `FX_RECEIVABLE:${NETWORK}:THB`)).toBe(differences[0]! + differences[1]!);
  });

  it('of a bank here is invoiced to it, whose rail moves the face alone', async () => {
    const original = await paid('inbound');
    const before = await accountsOf(world);
    const back = exact(original, {}, '0.0079');
    await feed(world, back);
    await feed(world, accept(back, 'debit'));
    await feed(world, accept(back, 'credit'));
    expect(await stateOf(world, back.paymentId)).toBe('COMPLETED');
    const difference = BigInt(back.refundCause!.conversion!.source.minor) - BigInt(back.source.minor);
    expect(difference).not.toBe(0n);
    expect(await moved(before, `FX_RECEIVABLE:${BANK}:KHR`)).toBe(difference);
    expect(await moved(before, `POSITION:${BANK}:KHR`)).toBe(0n);
    expect(await moved(before, 'POSITION:FXNAGA:KHR')).toBe(0n);
  });

  it('leaves nothing behind when it is not paid', async () => {
    const original = await paid();
    const back = exact(original, {}, '110');
    await feed(world, back);
    const held = await accountsOf(world);
    expect(held[`FX_RECEIVABLE:${NETWORK}:THB`]![0]).toBeGreaterThan(0n);
    await feed(world, resultOf(world, back.paymentId, 'credit', 'rejected', { reason: 'AC04' }));
    const after = await accountsOf(world);
    expect(after[`FX_RECEIVABLE:${NETWORK}:THB`]![0]).toBe(0n);
    expect(after[`FX_RECEIVABLE:${NETWORK}:THB`]!.slice(2)).toEqual(
      held[`FX_RECEIVABLE:${NETWORK}:THB`]!.slice(2),
    );
  });
});

describe('a refund by a fault of the switch', () => {
  it('is refused until operators have found that, once', async () => {
    const original = await paid();
    expect(eventsOf(await feed(world, exact(original, BY_SCHEME, '110')))).toMatchObject([
      { reason: 'refund_fault_not_found' },
    ]);
    expect(await find(original)).toEqual({ kind: 'done' });
    expect(await find(original)).toEqual({ kind: 'done' });
    const { actions } = await world.platform.calls.call(routingCalls.actions, {
      subject: original.paymentId,
      limit: 5,
    });
    expect(actions).toMatchObject([{ action: 'payment.switch-fault', evidence: 'incident 12' }]);
    const [view] = (
      await world.platform.calls.call(routingCalls.payments, { paymentIds: [original.paymentId] })
    ).payments;
    expect(view).toMatchObject({ switchFault: true });
  });

  it('costs the scheme the difference and the fee of the payment', async () => {
    const original = await paid();
    await find(original);
    const before = await accountsOf(world);
    const feeReturned = { payer: BANK, amount: { currency: 'KHR', minor: '10000' } };
    const back = exact(original, { ...BY_SCHEME, feeReturned }, '110');
    await feed(world, back, accept(back, 'credit'));
    const difference = BigInt(back.refundCause!.conversion!.source.minor) - BigInt(back.source.minor);
    expect(await moved(before, 'FX_LOSS:THB')).toBe(difference);
    expect(await moved(before, 'FX_PAYABLE:FXNAGA:THB')).toBe(-difference);
    expect(await moved(before, `FX_RECEIVABLE:${NETWORK}:THB`)).toBe(0n);
    expect(await moved(before, 'FEE_REVENUE:KHR')).toBe(10_000n);
    expect(await moved(before, `FEE_RECEIVABLE:${BANK}:KHR`)).toBe(-10_000n);
  });

  it('is of a completed payment that is no refund', async () => {
    const open = makeSubmit(world);
    expect(await find(open)).toMatchObject({ reason: 'not_found' });
    await feed(world, open);
    expect(await find(open)).toMatchObject({ reason: 'original_not_completed' });
    const original = await paid();
    const back = exact(original, {}, '110');
    await feed(world, back, accept(back, 'credit'));
    expect(await find(back)).toMatchObject({ reason: 'refund_not_served' });
  });
});
