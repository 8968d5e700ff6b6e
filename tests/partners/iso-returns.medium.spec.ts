import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterThailand } from '@tonle/adapter-thailand';
import {
  routingCalls,
  type LegCommand,
  type PaymentSubmit,
  type PaymentView,
  type RefundedPayment,
} from '@tonle/contracts';
import { readIso } from '@tonle/iso20022';
import type { RunningService } from '@tonle/platform';
import { freePort } from '../world/free-port.js';
import { PAID, playRouting, serveFx, type Made } from '../world/inbound.js';
import { until } from '../world/until.js';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  linesSince,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

// Money back by pacs.004, each way, over the Thai wire: a shop there to our payer, a shop of ours to a visitor.

const SERVICE = 'adapter-thailand';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const startedMs = Date.now();

let world: AdapterWorld;
let running: RunningService[];
let made: Made;
/** What routing knows of payments that were completed. */
const views = new Map<string, PaymentView>();

beforeAll(async () => {
  world = await openAdapterWorld('iso_returns', `https://127.0.0.1:${await freePort()}`);
  world.settings['TONLE_THAI_DOOR_WAIT_MS'] = '1000';
  serveFx(world);
  world.calls.serve(routingCalls.payments, ({ paymentIds = [] }) =>
    Promise.resolve({ payments: paymentIds.flatMap((id) => views.get(id) ?? []) }),
  );
  await playRouting(world, () => made);
  running = [
    await startAdapterThailand(world.platform(SERVICE), TUNING),
    await startAdapterBakong(world.platform('adapter-bakong', await world.database.another('bakong'))),
  ];
});
beforeEach(() => {
  made = PAID;
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

const evidenceOf = async (subject: string, operation: string): Promise<string | undefined> => {
  const [sent] = await world.database.database.query<{ bytes: Uint8Array }>(
    'SELECT bytes FROM evidence WHERE subject = $1 AND operation = $2 ORDER BY at LIMIT 1',
    [subject, operation],
  );
  return sent === undefined ? undefined : Buffer.from(sent.bytes).toString();
};
const lines = () => linesSince(world, SERVICE, startedMs, { currency: 'THB', pageMax: 1000 });

describe('a shop there that gives money back', () => {
  interface Refunded {
    readonly uetr: string;
    readonly state: string;
    readonly reason?: string;
  }
  const refund = (leg: LegCommand, more: object = {}): Promise<Refunded> =>
    world.control<Refunded>('POST', '/control/thailand/refund', { payment: leg.uetr, ...more });
  const refundsOf = ({ paymentId }: LegCommand) =>
    world.submits.filter(({ refundOf }) => refundOf?.paymentId === paymentId);

  /** 820.00 baht to a shop there; completed as far as routing knows. */
  const paid = async (): Promise<LegCommand> => {
    const leg = legCommandOf('credit');
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    views.set(leg.paymentId, viewOf(leg));
    return leg;
  };

  it('pays our payer, once for each id of a return', async () => {
    const leg = await paid();
    await fault(world, { network: 'thailand', operation: 'pay.pacs.004', fault: 'duplicate', count: 1 });
    const told = await refund(leg, { amount: '20.00', reason: 'AC06' });
    expect(told).toMatchObject({ state: 'completed', reference: 'ab'.repeat(16) });
    expect(refundsOf(leg)).toMatchObject([
      {
        direction: 'inbound',
        messageId: told.uetr,
        endToEndId: leg.endToEndId,
        source: { currency: 'THB', minor: '2000' },
        debtor: leg.creditor,
        creditor: leg.debtor,
        creditorAgent: 'KHMEKONG',
        remittance: 'AC06',
        refundCause: { fault: 'receiving_side', fxBearer: 'provider' },
        payerSecured: true,
      },
    ]);
    expect(await refund(leg)).toMatchObject({ state: 'completed', minor: '80000' });
    const shown = (await lines()).filter(({ messageId }) => messageId !== undefined);
    expect(shown.map(({ uetr, leg: kind, amount }) => [uetr, kind, amount.minor])).toEqual(
      refundsOf(leg).map(({ uetr, source }) => [uetr, 'debit', source.minor]),
    );
  });

  it('has it back when we refuse', async () => {
    const leg = await paid();
    expect(await refund(leg, { amount: '820.01' })).toMatchObject({ state: 'rejected', reason: 'AM09' });
    made = { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' };
    expect(await refund(leg)).toMatchObject({ state: 'rejected', reason: 'AC04' });
    views.delete(leg.paymentId);
    expect(await refund(leg)).toMatchObject({ state: 'rejected', reason: 'AG09' });
  });

  it('is told the end when it asks', async () => {
    const leg = await paid();
    await fault(world, { network: 'thailand', operation: 'pay.pacs.004', fault: 'timeout_after', count: 1 });
    expect(await refund(leg)).toMatchObject({ state: 'completed', enquiries: expect.any(Number) });
    expect(refundsOf(leg)).toHaveLength(1);
  });

  it('is evidence about a payment of which we do not know yet that it was made', async () => {
    const leg = legCommandOf('credit');
    await fault(world, {
      network: 'thailand',
      operation: 'pacs.008',
      fault: 'timeout_after',
      delayMs: 50,
      count: 1,
    });
    await fault(world, { network: 'thailand', operation: 'pacs.028', fault: 'http_5xx' });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'unknown');
    expect(await refund(leg, { waitMs: 300 })).toMatchObject({ state: 'open' });
    const told = await until('the contradiction', () =>
      world.results.find(({ legKey, outcome }) => legKey === leg.legKey && outcome === 'conflicting'),
    );
    expect(told.reasonText).toBe('returned 820.00 THB: MD06');
    expect(refundsOf(leg)).toEqual([]);
  });
});

describe('a shop of ours that gives money back', () => {
  /** What a visitor has paid: 337.45 baht for 41,000 riel. */
  const paid = async (): Promise<PaymentSubmit> => {
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', {
      account: 'shop00042@angkor',
      amount: '41000',
    });
    await world.control('POST', '/control/thailand/pay', { qrText });
    return world.submits.at(-1)!;
  };
  const originalOf = (payment: PaymentSubmit): RefundedPayment => {
    const { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt } = payment;
    return { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt };
  };
  const giveBack = (payment: PaymentSubmit, minor = payment.source.minor): LegCommand =>
    legCommandOf('credit', {
      amount: { currency: 'THB', minor },
      otherAmount: payment.target,
      debtor: payment.creditor,
      debtorAgent: payment.creditorAgent,
      creditor: payment.debtor,
      remittance: 'sold out '.repeat(15).trim(),
      refundOf: originalOf(payment),
    });

  it('sends a return that names the payment, in parts up to what was paid', async () => {
    const payment = await paid();
    const part = giveBack(payment, '10000');
    await command(world, SERVICE, part);
    const [report] = await outcomes(world, part.legKey, 'accepted');
    expect(report).toMatchObject({ amount: part.amount, partnerRef: expect.stringMatching(/^TH\d{8}/) });
    const sent = await evidenceOf(part.legKey, 'pacs.004');
    // Valid by its schema, or it would not be read.
    expect(readIso(Buffer.from(sent!))).toMatchObject({
      kind: 'read',
      version: 'pacs.004.001.09',
      header: { from: { bic: 'TONLKHPPXXX' }, to: { bic: 'THSWTHBKXXX' } },
      message: {
        originalMessageId: payment.messageId,
        originalUetr: payment.uetr,
        originalEndToEndId: payment.endToEndId,
        reason: 'MD06',
        reasonText: [expect.stringMatching(/^sold out /), expect.any(String)],
      },
    });
    expect(sent).toContain('<RtrdIntrBkSttlmAmt Ccy="THB">100.00<');
    const tooMuch = giveBack(payment);
    await command(world, SERVICE, tooMuch);
    expect(await outcomes(world, tooMuch.legKey, 'rejected')).toMatchObject([{ reason: 'AM09' }]);
    const rest = giveBack(payment, '23745');
    await command(world, SERVICE, rest);
    await outcomes(world, rest.legKey, 'accepted');
    const keys = [part.legKey, rest.legKey];
    const shown = (await lines()).filter(({ legKey }) => keys.includes(legKey ?? ''));
    expect(shown).toMatchObject([
      { uetr: part.uetr, leg: 'credit', amount: part.amount, status: 'booked' },
      { uetr: rest.uetr, leg: 'credit', amount: rest.amount, status: 'booked' },
    ]);
  });

  it.each([
    ['gone after doing it', { fault: 'timeout_after', delayMs: 100 }],
    ['garbage', { fault: 'garbage' }],
  ])('%s: unknown first, then given back by enquiry about its own id', async (_name, kind) => {
    const payment = await paid();
    await fault(world, { network: 'thailand', operation: 'pacs.004', count: 1, ...kind });
    const leg = giveBack(payment);
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted']);
  });

  it('in progress, then a late call-back ends it', async () => {
    const payment = await paid();
    const late = { fault: 'late_callback', delayMs: 300, count: 1 };
    await fault(world, { network: 'thailand', operation: 'pacs.004', ...late });
    await fault(world, { network: 'thailand', operation: 'pacs.028', fault: 'http_5xx' });
    const leg = giveBack(payment);
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
  });
});

/** As routing shows it when it is completed. */
function viewOf(leg: LegCommand): PaymentView {
  const { paymentId, uetr, endToEndId, debtor, creditor, debtorAgent, creditorAgent, acceptedAt } = leg;
  const { corridor, quoteId, rate, fxProvider, direction } = leg;
  return {
    ...{ paymentId, uetr, endToEndId, debtor, creditor, debtorAgent, creditorAgent, acceptedAt },
    ...{ corridor, quoteId, rate, fxProvider, direction },
    version: 7,
    state: 'COMPLETED',
    isoStatus: 'ACCC',
    sender: debtorAgent,
    messageId: `M${paymentId}`,
    source: leg.otherAmount,
    target: leg.amount,
    fees: [],
    partnerRefs: {},
    at: acceptedAt,
    completedAt: acceptedAt,
    receivedAt: acceptedAt,
    deadline: leg.sendBefore,
    windows: [],
    obligations: [],
    lane: 'L',
    replyTo: { service: 'gateway', instance: 'g1' },
    history: [],
  };
}
