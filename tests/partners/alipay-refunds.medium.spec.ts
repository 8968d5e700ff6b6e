import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { auditCall, type LegCommand, type PaymentView } from '@tonle/contracts';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';
import { AlipayWorld, SERVICE } from '../world/alipay-world.js';
import { tell, type Made } from '../world/inbound.js';
import { until } from '../world/until.js';

let alipay: AlipayWorld;
let world: AdapterWorld;

beforeAll(async () => {
  alipay = await AlipayWorld.open('alipay_refunds');
  world = alipay.world;
});
beforeEach(() => {
  alipay.decide = () => ({ state: 'COMPLETED', isoStatus: 'ACCC' });
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

describe('a merchant abroad gives our payer the money back', () => {
  interface Returned {
    readonly id: string;
    readonly state: string;
    readonly reason?: string;
    readonly answers: readonly string[];
  }
  const dollars = (amount: string) => ({ currency: 'USD', amount });
  const refund = (paymentRequestId: string, more: object = {}) =>
    world.control<Returned>('POST', '/control/alipay/refund', { paymentRequestId, ...more });
  const cancel = (paymentRequestId: string, more: object = {}) =>
    world.control<Returned>('POST', '/control/alipay/cancel', { paymentRequestId, ...more });
  const codeOf = async (operation: string, body: object) =>
    (await alipay.call(operation, body)).body['result'];

  /** An order of 12.47 dollars, paid for 49,880 riel. */
  const paid = async (more: Partial<PaymentView> = {}): Promise<PaymentView> => {
    const leg = await alipay.leg({ otherAmount: { currency: 'KHR', minor: '4988000' } });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    return alipay.known(leg, more);
  };
  const refOf = ({ creditor }: PaymentView) => creditor.account;

  it('in part, once however often it says so, as a payment to the payer that names the order', async () => {
    const view = await paid();
    await fault(world, { network: 'alipay', operation: 'pay.refund', fault: 'duplicate', count: 1 });
    const returned = await refund(refOf(view), { amount: dollars('5.00') });
    expect(returned).toMatchObject({ state: 'completed', answers: ['SUCCESS'] });
    expect(alipay.submitsOf(returned.id)).toMatchObject([
      {
        direction: 'inbound',
        corridor: 'KH-AP',
        sender: 'APLUS',
        source: { currency: 'USD', minor: '500' },
        target: { currency: 'KHR', minor: '2000000' },
        debtor: { account: refOf(view) },
        creditor: { account: view.debtor.account },
        creditorAgent: view.debtorAgent,
        refundOf: { paymentId: view.paymentId, messageId: view.messageId },
      },
    ]);
  });

  it('is told U until it is done, by the same id, and nobody else of its end', async () => {
    alipay.decide = () => undefined;
    const view = await paid();
    const returned = refund(refOf(view), { waitMs: 60_000 });
    const submit = await until('the submit', () =>
      world.submits.find(({ refundOf }) => refundOf?.paymentId === view.paymentId),
    );
    await until('a second telling', async () => {
      const asked = await world.database.database.query(
        `SELECT FROM evidence WHERE subject = $1 AND operation = 'refund' AND direction = 'out'`,
        [submit.messageId],
      );
      return asked.length > 1;
    });
    await tell(world, submit, { state: 'COMPLETED', isoStatus: 'ACCC' });
    const { answers, ...end } = await returned;
    expect(end).toMatchObject({ state: 'completed' });
    expect(new Set(answers.slice(0, -1))).toEqual(new Set(['PAYMENT_IN_PROCESS']));
    expect(world.submits.filter(({ messageId }) => messageId === submit.messageId)).toHaveLength(1);
    await until('no notice is due', async () => {
      const due = await world.database.database.query(
        'SELECT FROM request WHERE notice_due_at IS NOT NULL AND message_id = $1',
        [submit.messageId],
      );
      return due.length === 0;
    });
    expect(
      await world.database.database.query(
        `SELECT FROM evidence WHERE subject = $1 AND operation = 'notifyPushPayment'`,
        [submit.paymentId],
      ),
    ).toEqual([]);
  });

  it.each<[string, Made, string]>([
    [
      'the payer has no account any more',
      { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' },
      'ORDER_NOT_EXIST',
    ],
    [
      'it is more than is left',
      { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AM09' },
      'REFUND_AMOUNT_EXCEED',
    ],
    ['nobody knows why', { state: 'EXPIRED', isoStatus: 'RJCT', isoReason: 'AB05' }, 'PROCESS_FAIL'],
  ])('is told F when %s', async (_name, made, code) => {
    alipay.decide = () => made;
    const returned = await refund(refOf(await paid()));
    expect(returned).toMatchObject({ state: 'rejected', reason: code });
  });

  it('is refused more than is left, another currency, other content, and what was never paid', async () => {
    const view = await paid({ refundedAmount: { currency: 'USD', minor: '1000' } });
    const asked = { paymentRequestId: refOf(view), refundAmount: { currency: 'USD', value: '300' } };
    const known = await paid();
    const taken = { paymentRequestId: refOf(known), refundRequestId: 'R-taken' };
    const some = { refundAmount: { currency: 'USD', value: '300' } };
    const more = { refundAmount: { currency: 'USD', value: '301' } };
    expect(await codeOf('refund', { ...asked, refundRequestId: 'R-more' })).toMatchObject({
      resultCode: 'REFUND_AMOUNT_EXCEED',
      resultStatus: 'F',
    });
    expect(
      await codeOf('refund', {
        ...asked,
        refundRequestId: 'R-yuan',
        refundAmount: { currency: 'CNY', value: '300' },
      }),
    ).toMatchObject({ resultStatus: 'F', resultCode: 'CURRENCY_NOT_SUPPORT' });
    expect(await codeOf('refund', { ...taken, ...some })).toMatchObject({ resultCode: 'SUCCESS' });
    expect(await codeOf('refund', { ...taken, ...more })).toMatchObject({
      resultCode: 'REPEAT_REQ_INCONSISTENT',
      resultStatus: 'F',
    });
    expect(
      await codeOf('refund', { ...some, paymentRequestId: 'never', refundRequestId: 'R-never' }),
    ).toMatchObject({ resultCode: 'ORDER_NOT_EXIST', resultStatus: 'F' });
    for (const wrong of [{ refundAmount: { currency: 'USD', value: 300 } }, { refundRequestId: '' }])
      expect(await codeOf('refund', { ...taken, ...some, ...wrong })).toMatchObject({
        resultCode: 'PARAM_ILLEGAL',
      });
  });

  it('waits while the order itself is under way, and is refused when that was not paid', async () => {
    const view = await paid({ state: 'CREDIT_UNKNOWN' });
    const asked = {
      paymentRequestId: refOf(view),
      refundRequestId: 'R-early',
      refundAmount: { currency: 'USD', value: '300' },
    };
    const open = { resultCode: 'PAYMENT_IN_PROCESS', resultStatus: 'U' };
    expect(await codeOf('refund', asked)).toMatchObject(open);
    alipay.views.set(view.paymentId, { ...view, state: 'COMPLETED' });
    expect(await codeOf('refund', asked)).toMatchObject({ resultCode: 'SUCCESS' });
    const failed = await paid({ state: 'REJECTED' });
    expect(
      await codeOf('refund', { ...asked, paymentRequestId: refOf(failed), refundRequestId: 'R-failed' }),
    ).toMatchObject({ resultCode: 'ORDER_NOT_EXIST', resultStatus: 'F' });
  });

  it('all of it by a cancellation that comes after the payment', async () => {
    const view = await paid({ refundedAmount: { currency: 'USD', minor: '247' } });
    await fault(world, { network: 'alipay', operation: 'pay.cancelPayment', fault: 'duplicate', count: 1 });
    expect(await cancel(refOf(view))).toMatchObject({ state: 'completed', answers: ['SUCCESS'] });
    const refunds = world.submits.filter(({ refundOf }) => refundOf?.paymentId === view.paymentId);
    expect(refunds).toMatchObject([{ source: { currency: 'USD', minor: '1000' } }]);
  });

  it('all of it by a cancellation beside a refund that is refused: the books have it all', async () => {
    const view = await paid();
    alipay.decide = ({ messageId }) =>
      messageId.startsWith('cancel ') ? { state: 'COMPLETED', isoStatus: 'ACCC' } : undefined;
    const part = refund(refOf(view), { amount: dollars('9.00') });
    const open = await until('the refund to be submitted', () =>
      world.submits.find(({ refundOf }) => refundOf?.paymentId === view.paymentId),
    );
    const all = cancel(refOf(view));
    await until('the cancellation to be submitted', () =>
      world.submits.find(({ messageId }) => messageId === `cancel ${refOf(view)}`),
    );
    await tell(world, open, { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AM09' });
    expect(await part).toMatchObject({ state: 'rejected', reason: 'REFUND_AMOUNT_EXCEED' });
    expect(await all).toMatchObject({ state: 'completed' });
    const { refunds } = await world.control<{ refunds: readonly { status: string; amount: object }[] }>(
      'GET',
      `/control/alipay/payments/${refOf(view)}`,
    );
    expect(refunds.filter(({ status }) => status === 'S')).toMatchObject([
      { amount: { currency: 'USD', value: '1247' } },
    ]);
  });

  it('not by a cancellation when a refund has taken of it at the same moment', async () => {
    alipay.decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AM09' });
    expect(await cancel(refOf(await paid()))).toMatchObject({ state: 'rejected', reason: 'PROCESS_FAIL' });
  });

  it('not by a cancellation when all was given back before, or the days are over', async () => {
    const back = await paid({ refundedAmount: { currency: 'USD', minor: '1247' } });
    expect(await cancel(refOf(back))).toMatchObject({ state: 'rejected', reason: 'PROCESS_FAIL' });
    const old = await paid({ acceptedAt: '2020-01-01T00:00:00.000Z' });
    expect(await cancel(refOf(old))).toMatchObject({ state: 'rejected', reason: 'CANCEL_WINDOW_EXCEED' });
  });

  it('not by a cancellation that failed, however often it comes: the order stays paid, and a refund gives it back', async () => {
    const view = await paid();
    const ref = refOf(view);
    const givingBack = () => world.submits.filter(({ refundOf }) => refundOf?.paymentId === view.paymentId);
    alipay.decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AB08' });
    const failed = { resultCode: 'PROCESS_FAIL', resultStatus: 'F' };
    expect(await codeOf('cancelPayment', { paymentRequestId: ref })).toMatchObject(failed);
    alipay.decide = () => ({ state: 'COMPLETED', isoStatus: 'ACCC' });
    expect(await codeOf('cancelPayment', { paymentRequestId: ref })).toMatchObject(failed);
    expect(givingBack()).toHaveLength(1);
    const { body } = await alipay.call('inquiryPayment', { paymentRequestId: ref });
    expect(body).toMatchObject({ result: { resultStatus: 'S' }, paymentResult: { resultStatus: 'S' } });
    expect(await refund(ref)).toMatchObject({ state: 'completed' });
    expect(givingBack().slice(1)).toMatchObject([{ source: { currency: 'USD', minor: '1247' } }]);
  });

  it('is told by an unknown key: it is refused, and believed when it comes with the right one', async () => {
    const view = await paid();
    await fault(world, { network: 'alipay', operation: 'pay.cancelPayment', fault: 'unknown_key', count: 1 });
    expect(await cancel(refOf(view))).toMatchObject({ state: 'rejected', reason: 'KEY_NOT_FOUND' });
    expect(await cancel(refOf(view))).toMatchObject({ state: 'completed' });
  });
});

it('every rule of the audit holds', async () => {
  const { findings } = await world.calls.call(auditCall(SERVICE), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});
