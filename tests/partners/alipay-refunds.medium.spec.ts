import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { auditCall, type LegCommand } from '@tonle/contracts';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';
import { AlipayWorld, SERVICE } from '../world/alipay-world.js';

let alipay: AlipayWorld;
let world: AdapterWorld;

beforeAll(async () => {
  alipay = await AlipayWorld.open('alipay_refunds');
  world = alipay.world;
});
afterEach(() => clearFaults(world));
afterAll(() => alipay.close());

interface Booked {
  readonly refundRequestId: string;
  readonly status: string;
  readonly amount: object;
  readonly settlement: object;
}

describe('a merchant of ours gives a wallet its money back', () => {
  const riel = (amount: number) => ({ currency: 'KHR', minor: `${amount}00` });
  const cents = (minor: number) => ({ currency: 'USD', minor: `${minor}` });

  /** 41,000 riel for 10.25 dollars, paid. */
  const paid = async (): Promise<string> =>
    (await alipay.push(await alipay.khqr({ amount: '41000' }))).paymentId;
  const refundOf = (paymentId: string, more: Partial<LegCommand> = {}): LegCommand => {
    const [original] = alipay.submitsOf(paymentId);
    const { uetr, messageId, endToEndId, quoteId, source, target, acceptedAt } = original!;
    return legCommandOf('credit', {
      corridor: 'KH-AP',
      amount: cents(512),
      otherAmount: riel(20_500),
      creditor: original!.debtor,
      creditorAgent: 'APLUS',
      refundOf: {
        ...{
          paymentId: original!.paymentId,
          uetr,
          messageId,
          endToEndId,
          quoteId,
          source,
          target,
          acceptedAt,
        },
      },
      ...more,
    });
  };
  const booked = async (paymentId: string): Promise<readonly Booked[]> =>
    (await world.control<{ refunds?: readonly Booked[] }>('GET', `/control/alipay/payments/${paymentId}`))
      .refunds ?? [];

  it('in riel as it was paid, with what we settle for it in dollars', async () => {
    const paymentId = await paid();
    const refund = refundOf(paymentId);
    await command(world, SERVICE, refund);
    const [report] = await outcomes(world, refund.legKey, 'accepted');
    expect(report).toMatchObject({ amount: cents(512), partnerRef: expect.stringMatching(/^R/) as unknown });
    expect(await booked(paymentId)).toMatchObject([
      {
        status: 'S',
        amount: { currency: 'KHR', value: '2050000' },
        settlement: { currency: 'USD', value: '512' },
      },
    ]);
  });

  it('in parts, and never more than was paid', async () => {
    const paymentId = await paid();
    const parts = [refundOf(paymentId), refundOf(paymentId), refundOf(paymentId)];
    for (const part of parts.slice(0, 2)) {
      await command(world, SERVICE, part);
      await outcomes(world, part.legKey, 'accepted');
    }
    await command(world, SERVICE, parts[2]!);
    expect((await outcomes(world, parts[2]!.legKey, 'rejected'))[0]).toMatchObject({ reason: 'AM09' });
    expect((await booked(paymentId)).map(({ status }) => status)).toEqual(['S', 'S', 'F']);
  });

  it.each<[string, object]>([
    ['nothing comes back', { fault: 'timeout_after', delayMs: 50 }],
    ['nothing arrives', { fault: 'timeout_before', delayMs: 50 }],
    ['it is in process first', { fault: 'late_callback', delayMs: 300 }],
    ['it arrives twice', { fault: 'duplicate' }],
    ['the answer is signed by an unknown key', { fault: 'unknown_key' }],
    ['the answer is garbage', { fault: 'garbage' }],
  ])('once when %s', async (_name, wrong) => {
    const paymentId = await paid();
    await fault(world, { network: 'alipay', operation: 'refund', count: 1, ...wrong });
    const refund = refundOf(paymentId);
    await command(world, SERVICE, refund);
    await outcomes(world, refund.legKey, 'accepted');
    expect((await booked(paymentId)).map(({ status }) => status)).toEqual(['S']);
  });

  it.each([
    ['REFUND_WINDOW_EXCEED', 'TM01'],
    ['USER_STATUS_ABNORMAL', 'AC06'],
  ])('not at all when Alipay+ says %s', async (code, reason) => {
    const paymentId = await paid();
    await fault(world, { network: 'alipay', operation: 'refund', fault: 'reject', code, count: 1 });
    const refund = refundOf(paymentId);
    await command(world, SERVICE, refund);
    expect((await outcomes(world, refund.legKey, 'rejected'))[0]).toMatchObject({ reason });
  });

  it('hears a refusal that was lost when it asks again', async () => {
    const paymentId = await paid();
    const lost = { fault: 'timeout_after', code: 'REFUND_WINDOW_EXCEED', delayMs: 50, count: 1 };
    await fault(world, { network: 'alipay', operation: 'refund', ...lost });
    const refund = refundOf(paymentId);
    await command(world, SERVICE, refund);
    expect((await outcomes(world, refund.legKey, 'rejected')).at(-1)).toMatchObject({ reason: 'TM01' });
  });

  it('not for a payment that Alipay+ does not know', async () => {
    const known = refundOf(await paid());
    const refund = { ...known, refundOf: { ...known.refundOf!, messageId: 'none' } };
    await command(world, SERVICE, refund);
    expect((await outcomes(world, refund.legKey, 'rejected'))[0]).toMatchObject({ reason: 'AG09' });
  });

  it('is told what Alipay+ settles when that is something else', async () => {
    const paymentId = await paid();
    const wrong = { fault: 'wrong_amount', addMinor: '7', count: 1 };
    await fault(world, { network: 'alipay', operation: 'refund', ...wrong });
    const refund = refundOf(paymentId);
    await command(world, SERVICE, refund);
    expect((await outcomes(world, refund.legKey, 'accepted'))[0]).toMatchObject({ amount: cents(519) });
  });
});

it('every rule of the audit holds', async () => {
  const { findings } = await world.calls.call(auditCall(SERVICE), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});
