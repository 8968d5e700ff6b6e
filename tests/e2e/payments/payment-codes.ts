// A payer of Cambodia shows a code at a till abroad: asked for by the bank, drawn on through its network, and paid as any payment.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { InstallationPayment, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Issued {
  readonly paymentCodeId: string;
  readonly code: string;
}
interface Scanned {
  readonly state: string;
  readonly reason?: string;
  /** Names of the payment at Alipay+, and at UnionPay that of what asked for it and that of our result. */
  readonly paymentRequestId?: string;
  readonly reference?: string;
  readonly payment?: string;
}
interface Listed {
  readonly payments: readonly (InstallationPayment & { readonly paymentCodeId?: string })[];
}
/** What Alipay+ and UnionPay have booked. */
interface Booked {
  readonly paid?: { readonly status: string };
  readonly credit?: { readonly final?: { readonly status: string } };
}

const NETWORKS = [
  {
    network: 'alipay',
    corridor: 'KH-AP',
    till: { merchant: '00000012', amount: { currency: 'SGD', amount: '13.40' } },
    accountOf: ({ paymentRequestId }: Scanned) => paymentRequestId,
    bookedAs: ({ paymentRequestId }: Scanned) => paymentRequestId,
    statusOf: ({ paid }: Booked) => paid?.status,
    booked: 'S',
    reasons: { used: 'INVALID_CODE', exceeded: 'USER_AMOUNT_EXCEED_LIMIT' },
  },
  {
    network: 'unionpay',
    corridor: 'KH-UP',
    till: { amount: { currency: 'HKD', amount: '80.00' } },
    accountOf: ({ reference }: Scanned) => reference,
    bookedAs: ({ payment }: Scanned) => payment,
    statusOf: ({ credit }: Booked) => credit?.final?.status,
    booked: 'ACCC',
    reasons: { used: '02', exceeded: '61' },
  },
];

export const paymentCodeTests: InstallationTests = (given) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = given();
  });

  describe.each(NETWORKS)('at $network', ({ network, corridor, till, reasons, ...at }) => {
    const { accountOf, bookedAs, statusOf, booked } = at;
    const issue = (most = '100000'): Promise<Issued> =>
      world.until('a code', async () => {
        const { ok, body } = await world.as('KHMEKONG').post<Issued>('/v1/payment-codes', {
          corridor,
          debtor: { name: 'Sok Dara', account: 'u0000123@mekong' },
          most: { currency: 'KHR', amount: most },
        });
        return ok ? body : undefined;
      });
    /** The till waits until there is a price. */
    const scan = (code: string) =>
      world.control<Scanned>('POST', `/control/${network}/scan`, { code, ...till });
    const drawnOn = async (paymentCodeId: string) => {
      const { body } = await world.as('KHMEKONG').get<Listed>('/v1/payments?direction=outbound&limit=200');
      return body.payments.filter((payment) => payment.paymentCodeId === paymentCodeId);
    };

    it('is paid once, seen by the bank, and settled by the network', async () => {
      // Rates may come a moment after the start: a till shows another code then.
      const { issued, scanned } = await world.until('a payment', async () => {
        const issued = await issue();
        const scanned = await scan(issued.code);
        return scanned.state === 'completed' ? { issued, scanned } : undefined;
      });
      // The till hears of the money before routing does.
      const [payment, ...others] = await world.until('the end', async () => {
        const drawn = await drawnOn(issued.paymentCodeId);
        return drawn[0]?.state === 'processing' ? undefined : drawn;
      });
      expect(others).toEqual([]);
      expect(payment).toMatchObject({
        state: 'completed',
        sender: 'KHMEKONG',
        source: { currency: 'KHR' },
        target: { currency: 'USD' },
        messageId: `drawn on ${issued.paymentCodeId}`,
        debtor: { account: 'u0000123@mekong' },
        creditor: { account: accountOf(scanned) },
        partnerReferences: { debit: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      const found = await world.control<Booked>('GET', `/control/${network}/payments/${bookedAs(scanned)}`);
      expect(statusOf(found)).toBe(booked);
      expect(await scan(issued.code)).toMatchObject({ state: 'rejected', reason: reasons.used });
      expect(await drawnOn(issued.paymentCodeId)).toHaveLength(1);
    });

    it('gives nobody more than the payer agreed to', async () => {
      const issued = await issue('1000');
      expect(await scan(issued.code)).toMatchObject({ state: 'rejected', reason: reasons.exceeded });
      expect(await drawnOn(issued.paymentCodeId)).toEqual([]);
    });

    it('tells the till when the payer has no money, and the payer keeps what there is', async () => {
      const issued = await issue();
      await world.fault({
        network: 'bakong',
        operation: 'makeFullFundTransfer',
        fault: 'reject',
        code: 'balance not enough',
        match: { account: 'u0000123@mekong' },
      });
      const scanned = await scan(issued.code);
      expect(scanned.state).toBe('rejected');
      expect(await drawnOn(issued.paymentCodeId)).toMatchObject([{ state: 'failed' }]);
      await world.control('DELETE', '/control/faults');
    });

    it('pays once or not at all though its adapter is killed between the scan and its end', async () => {
      const issued = await Promise.all(Array.from({ length: 4 }, () => issue()));
      const scanned = issued.map(({ code }) => scan(code));
      await world.until('a payment to be drawn', async () => {
        const drawn = await Promise.all(issued.map(({ paymentCodeId }) => drawnOn(paymentCodeId)));
        return drawn.flat().length > 0 ? true : undefined;
      });
      world.running.kill(world.mode === 'single' ? 'switch' : `adapter-${network}`);
      const ends = await Promise.all(scanned);
      for (const [index, { state }] of ends.entries()) {
        const [payment, ...others] = await world.until('an end', async () => {
          const drawn = await drawnOn(issued[index]!.paymentCodeId);
          return drawn.some((each) => each.state === 'processing') ? undefined : drawn;
        });
        expect(others).toEqual([]);
        // What a till has cancelled was not paid, or came back.
        if (state !== 'cancelled') expect(payment?.state === 'completed').toBe(state === 'completed');
      }
    });
  });
};
