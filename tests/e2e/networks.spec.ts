// Every network, both ways, on both ways of running: what goes well, what is refused, what nobody answers, what comes twice
// and what differs. The rows are deploy/sandbox/flows.json; all networks do the same at a time, each with its own faults. Those
// whose corridor is planned are opened first, and do what every network does at least: success, refusal, silence.
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { networkFlows, type NetworkFlow } from '@tonle/tool-launcher';
import { MODES, TestInstallation, type InstallationPayment, type Money } from '../world/installation.js';
import { reconciledSince } from '../world/reconciliation.js';

jest.setTimeout(180_000);

interface Inbound {
  readonly uetr: string;
  readonly state: string;
  readonly source: Money;
  readonly target: Money;
  readonly reason?: string;
}

interface Break {
  readonly breakId: string;
  readonly type: string;
  readonly paymentId?: string;
  readonly ours: Money;
}

type Fault = Readonly<Record<string, unknown>>;
type Books = Readonly<Record<string, Readonly<Record<string, { readonly count: number }>>>>;

const FLOWS = networkFlows();
const PLANNED = networkFlows({ planned: true });
const EVERY = [...FLOWS, ...PLANNED];
const UNTOLD = { fault: 'timeout_after', delayMs: 3_000 };
/** What the home network says of a payee that it does not credit, and what that is to others. */
const AT_HOME = { code: 'account closed', reason: 'AC04' };

/** A reason as the network tells it. */
const told = ({ inbound: { refusals } }: NetworkFlow, reason: string): string => refusals[reason] ?? reason;

describe.each(MODES)('every network on %s', (mode) => {
  const startedMs = Date.now();
  let world: TestInstallation;

  beforeAll(async () => {
    world = await TestInstallation.start(mode);
  });
  afterEach(() => world.control('DELETE', '/control/faults'));
  afterAll(async () => {
    await world?.stop();
  });

  /** The same for all networks at a time; what fails is told with the network's name. */
  async function everywhere<T>(
    what: (flow: NetworkFlow) => Promise<T>,
    expected: (flow: NetworkFlow) => unknown,
    flows = FLOWS,
  ): Promise<void> {
    const found = flows.map(async (flow) => [flow.network, await what(flow)] as const);
    const wanted = flows.map((flow) => [flow.network, expected(flow)] as const);
    expect(Object.fromEntries(await Promise.all(found))).toMatchObject(Object.fromEntries(wanted));
  }

  const outbound = async (flow: NetworkFlow, fault?: Fault): Promise<InstallationPayment> => {
    const { network } = flow;
    const { operation } = flow.outbound;
    const prepared = await world.prepareAt(flow);
    if (fault !== undefined) await world.fault({ network, operation, ...fault });
    const { body } = await world.pay(prepared, { wait: 0 });
    return world.ended(body.paymentId);
  };

  const inbound = async (flow: NetworkFlow, fault?: Fault): Promise<Inbound> => {
    const { network } = flow;
    const { code, operation } = flow.inbound;
    const qrText = await world.khqrCode(code);
    if (fault !== undefined) await world.fault({ network, operation, ...fault });
    return world.control<Inbound>('POST', `/control/${network}/pay`, { qrText });
  };

  /** What of a payment can still be given back. */
  const refundable = async (paymentId: string, bank: string): Promise<Money | undefined> => {
    const { body } = await world.as(bank).get<{ refundableAmount?: Money }>(`/v1/payments/${paymentId}`);
    return body.refundableAmount;
  };

  /** The home network refuses the next credit to this network's shop. */
  const refusedAtHome = ({ inbound: { code } }: NetworkFlow): Promise<unknown> =>
    world.fault({
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'reject',
      code: AT_HOME.code,
      match: { account: code.account },
    });

  /** Payments that a network has in its books as accepted: made for us, and taken from its payers. */
  const booked = async ({ network, outbound: { target }, inbound: { source } }: NetworkFlow) => {
    const books = (await world.control<Books>('GET', '/control/books'))[network]!;
    return [
      books[`credit:ACCC:${target.currency}`]?.count ?? 0,
      books[`debit:ACCC:${source}`]?.count ?? 0,
    ] as const;
  };

  /** Runs what moves money, and tells how often it did so by the network's own books. */
  const counted = async <T>(flow: NetworkFlow, run: () => Promise<T>) => {
    const [paid, taken] = await booked(flow);
    const told = await run();
    const [paidThen, takenThen] = await booked(flow);
    return { told, paid: paidThen - paid, taken: takenThen - taken };
  };

  it('is closed while it is planned, and says why, until an operator opens it', async () => {
    const refused = async (flow: NetworkFlow) => {
      const bank = world.as('KHMEKONG');
      return (await bank.post<object>('/v1/lookups', await world.payeeOf(flow))).body;
    };
    const reason = expect.stringMatching(/is closed for outbound payments\. It is planned: ./);
    await everywhere(refused, () => ({ code: 'corridor_closed', detail: reason }), PLANNED);
    expect(await world.openPlanned()).toHaveLength(PLANNED.length);
  });

  it('pays a shop there', async () => {
    const pay = (flow: NetworkFlow) => counted(flow, () => outbound(flow));
    await everywhere(
      pay,
      ({ outbound: { target } }) => ({
        told: { state: 'completed', isoStatus: 'ACCC', target },
        paid: 1,
        taken: 0,
      }),
      EVERY,
    );
  });

  it('is paid by its visitors', async () => {
    const pay = (flow: NetworkFlow) => counted(flow, () => inbound(flow));
    await everywhere(
      pay,
      ({ inbound: { code, source } }) => ({
        told: {
          state: 'completed',
          source: { currency: source },
          target: { currency: 'KHR', amount: code.amount },
        },
        paid: 0,
        taken: 1,
      }),
      EVERY,
    );
  });

  it('gives the payer the money back when the shop is refused', async () => {
    const pay = (flow: NetworkFlow) =>
      counted(flow, () => outbound(flow, { fault: 'reject', code: flow.outbound.refusal }));
    await everywhere(
      pay,
      ({ outbound: { refusal, isoRefusal = refusal } }) => ({
        told: {
          state: 'failed',
          isoStatus: 'RJCT',
          problem: { isoReason: isoRefusal },
          partnerReferences: { reversal: expect.stringMatching(/^[0-9a-f]{64}$/) },
        },
        paid: 0,
      }),
      EVERY,
    );
  });

  it('tells the network when the shop at home is refused', async () => {
    const pay = (flow: NetworkFlow) =>
      counted(flow, async () => {
        await refusedAtHome(flow);
        return inbound(flow);
      });
    await everywhere(
      pay,
      (flow) => ({
        told: { state: 'rejected', reason: told(flow, AT_HOME.reason) },
        taken: 0,
      }),
      EVERY,
    );
  });

  it('finds out that it was paid when nobody answered', async () => {
    const pay = (flow: NetworkFlow) => counted(flow, () => outbound(flow, UNTOLD));
    await everywhere(pay, () => ({ told: { state: 'completed' }, paid: 1 }), EVERY);
  });

  it('finds out that it was refused when nobody answered', async () => {
    const pay = (flow: NetworkFlow) =>
      counted(flow, () => outbound(flow, { ...UNTOLD, code: flow.outbound.refusal }));
    await everywhere(pay, ({ outbound: { refusal, isoRefusal = refusal } }) => ({
      told: { state: 'failed', problem: { isoReason: isoRefusal } },
      paid: 0,
    }));
  });

  it('tells who asks that it was paid when our answer was lost', async () => {
    const pay = (flow: NetworkFlow) => counted(flow, () => inbound(flow, { fault: 'timeout_after' }));
    await everywhere(pay, () => ({ told: { state: 'completed' }, taken: 1 }), EVERY);
  });

  it('tells who asks that it was refused when our answer was lost', async () => {
    const pay = (flow: NetworkFlow) =>
      counted(flow, async () => {
        await refusedAtHome(flow);
        return inbound(flow, { fault: 'timeout_after' });
      });
    await everywhere(pay, (flow) => ({
      told: { state: 'rejected', reason: told(flow, AT_HOME.reason) },
      taken: 0,
    }));
  });

  it('takes an answer and its call-backs as one', async () => {
    const pay = (flow: NetworkFlow) => counted(flow, () => outbound(flow, { fault: 'duplicate' }));
    await everywhere(pay, () => ({ told: { state: 'completed' }, paid: 1 }));
  });

  it('takes a payment that comes twice as one', async () => {
    const pay = (flow: NetworkFlow) => counted(flow, () => inbound(flow, { fault: 'duplicate' }));
    await everywhere(pay, () => ({ told: { state: 'completed' }, taken: 1 }));
  });

  it('refuses a payment of another amount than it quoted', async () => {
    const pay = (flow: NetworkFlow) => counted(flow, () => inbound(flow, { fault: 'wrong_amount' }));
    await everywhere(pay, (flow) => ({ told: { state: 'rejected', reason: told(flow, 'AM09') }, taken: 0 }));
  });

  const NOTHING = { amount: expect.stringMatching(/^0(\.00)?$/) };
  const REFUNDING = EVERY.filter(({ refunds }) => refunds !== undefined);

  it('pays our payers what its shops give back, in parts and never more than was paid', async () => {
    const giveBack = (flow: NetworkFlow) =>
      counted(flow, async () => {
        const { uetr: payment, paymentId } = await outbound(flow);
        const refund = (amount?: string) =>
          world.control<Inbound>('POST', `/control/${flow.network}/refund`, { payment, amount });
        const part = await refund(flow.refunds!.outbound);
        const tooMuch = await refund(flow.outbound.target.amount);
        return { part, tooMuch, rest: await refund(), left: await refundable(paymentId, 'KHMEKONG') };
      });
    const given = { state: 'completed' };
    await everywhere(
      giveBack,
      () => ({
        told: { part: given, tooMuch: { state: 'rejected', reason: 'AM09' }, rest: given, left: NOTHING },
        paid: 1,
        taken: 2,
      }),
      REFUNDING,
    );
  });

  it('pays its visitors what our shops give back, in parts and never more than was paid', async () => {
    const giveBack = (flow: NetworkFlow) =>
      counted(flow, async () => {
        const { uetr } = await inbound(flow);
        const bank = world.as('KHANGKOR');
        const { payments } = (
          await bank.get<{ payments: InstallationPayment[] }>(`/v1/payments?uetr=${uetr}`)
        ).body;
        const { paymentId } = payments[0]!;
        const refund = async (amount?: string) => {
          const money = amount === undefined ? {} : { amount: { currency: 'KHR', amount } };
          const key = { 'idempotency-key': crypto.randomUUID() };
          const { ok, body } = await bank.post<InstallationPayment & { code: string }>(
            '/v1/refunds',
            { paymentId, ...money },
            key,
          );
          return ok ? world.ended(body.paymentId, 'KHANGKOR') : { code: body.code };
        };
        const part = await refund(flow.refunds!.inbound);
        const tooMuch = await refund(flow.inbound.code.amount);
        return { part, tooMuch, rest: await refund(), left: await refundable(paymentId, 'KHANGKOR') };
      });
    const given = { state: 'completed', isoStatus: 'ACCC' };
    await everywhere(
      giveBack,
      () => ({
        told: { part: given, tooMuch: { code: 'refund_exceeds' }, rest: given, left: NOTHING },
        paid: 2,
        taken: 1,
      }),
      REFUNDING,
    );
  });

  it("agrees with the networks' statements", async () => {
    const books = new Map<string, number>();
    for (const flow of FLOWS) {
      const [paid, taken] = await booked(flow);
      books.set(flow.network, paid + taken);
    }
    const { of, breaks } = await reconciledSince(world, startedMs);
    const agreed = ({ network, outbound: { target } }: NetworkFlow) =>
      Promise.resolve({ agreed: of(network, target.currency).agreed });
    await everywhere(agreed, ({ network }) => ({ agreed: books.get(network) }));
    expect(breaks).toEqual([]);
  });

  it('keeps an amount that the network tells otherwise as a break, until people resolve it', async () => {
    const operator = world.as('OPERATOR');
    const pay = async (flow: NetworkFlow) => {
      const ended = await outbound(flow, { fault: 'wrong_amount' });
      const found = await world.until('the break', async () => {
        const { breaks } = (await operator.get<{ breaks: Break[] }>('/v1/ops/breaks?state=OPEN')).body;
        return breaks.find(({ paymentId }) => paymentId === ended.paymentId);
      });
      const resolved = { decision: 'resolve', reason: 'they took back what was too much' };
      const { ok } = await operator.post(`/v1/ops/breaks/${found.breakId}`, resolved);
      return { state: ended.state, type: found.type, ours: found.ours, ok };
    };
    await everywhere(pay, ({ outbound: { target } }) => ({
      state: 'completed',
      type: 'AMOUNT',
      ours: target,
      ok: true,
    }));
  });

  it('holds every invariant at the end, and the simulators agree', async () => {
    await world.sound();
    const books = await world.control<unknown>('GET', '/control/books');
    expect(JSON.stringify(books)).not.toContain('"ok":false');
  });
});
