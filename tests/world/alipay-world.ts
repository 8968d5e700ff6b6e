import { start as startAdapterAlipay } from '@tonle/adapter-alipay';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import {
  adapterCalls,
  fxCalls,
  routingCalls,
  uuidV4,
  type LegCommand,
  type PaymentSubmit,
  type PaymentView,
} from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
import { clock, legCommandOf, openAdapterWorld, type AdapterWorld } from './adapter-world.js';
import { freePort } from './free-port.js';
import { tell, type Made } from './inbound.js';

// Real: PostgreSQL, transport, Alipay+ in the sandbox with signatures both ways, Bakong for lookups.

export const SERVICE = 'adapter-alipay';
const TUNING = { orphanAfterMs: 900, sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const randomBytes = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));

export interface Pushed {
  readonly paymentId: string;
  readonly state: string;
  readonly reason?: string;
  readonly source?: { readonly currency: string; readonly minor: string };
  readonly steps: readonly { readonly step: string; readonly detail?: string }[];
}
export interface Called {
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The adapter between Alipay+ and what routing and fx would say. */
export class AlipayWorld {
  /** What routing makes of an inbound payment; undefined: nothing yet. */
  decide: (submit: PaymentSubmit) => Made | undefined = () => ({ state: 'COMPLETED', isoStatus: 'ACCC' });

  /** Payments as routing knows them. */
  readonly views = new Map<string, PaymentView>();

  private constructor(
    readonly world: AdapterWorld,
    private readonly running: RunningService[],
  ) {}

  static async open(database: string): Promise<AlipayWorld> {
    const world = await openAdapterWorld(database, `https://127.0.0.1:${await freePort()}`);
    world.settings['TONLE_ALIPAY_DOOR_WAIT_MS'] = '1000';
    const running: RunningService[] = [];
    const opened = new AlipayWorld(world, running);
    serveFx(world);
    world.calls.serve(routingCalls.payments, ({ paymentIds }) =>
      Promise.resolve({ payments: paymentIds.flatMap((id) => opened.views.get(id) ?? []) }),
    );
    await world.transport.subscribe('tonle.routing.inbox.v1', (records) => opened.answer(records), {
      group: 'routing-double',
    });
    running.push(await startAdapterAlipay(world.platform(SERVICE), TUNING));
    running.push(
      await startAdapterBakong(world.platform('adapter-bakong', await world.database.another('bakong'))),
    );
    return opened;
  }

  async close(): Promise<void> {
    for (const service of this.running) await service.close();
    await this.world.close();
  }

  async khqr(body: object): Promise<string> {
    const asked = { account: 'shop00001@angkor', ...body };
    return (await this.world.control<{ qrText: string }>('POST', '/control/qr/khqr', asked)).qrText;
  }

  /** A wallet's user pays a code. */
  push(qrText: string, more: object = {}): Promise<Pushed> {
    return this.world.control<Pushed>('POST', '/control/alipay/pay', { qrText, waitMs: 20_000, ...more });
  }

  /** A call of Alipay+. */
  call(operation: string, body: object): Promise<Called> {
    return this.world.control<Called>('POST', '/control/alipay/call', { operation, body });
  }

  submitsOf(paymentId: string): PaymentSubmit[] {
    return this.world.submits.filter(({ messageId }) => messageId === paymentId);
  }

  /** What our payer sees of the code of an order abroad. */
  async lookUp(qr: object) {
    const { qrText } = await this.world.control<{ qrText: string }>('POST', '/control/alipay/qr', qr);
    const item = { lookupId: crypto.randomUUID(), participant: 'KHMEKONG', corridor: 'KH-AP', qrText };
    const { items } = await this.world.calls.call(adapterCalls(SERVICE).lookup, { items: [item] });
    return items[0]!;
  }

  /** The credit leg of a new order of 12.47 dollars. */
  async leg(more: Partial<LegCommand> = {}): Promise<LegCommand> {
    const found = await this.lookUp({ amount: '88.50' });
    if (found.kind !== 'found') throw new Error(found.reason);
    return legCommandOf('credit', {
      corridor: 'KH-AP',
      amount: found.amount!,
      creditor: found.creditor,
      creditorAgent: 'APLUS',
      ...more,
    });
  }

  /** Routing knows the payment of a leg, and what has become of it. */
  known(leg: LegCommand, more: Partial<PaymentView> = {}): PaymentView {
    const { paymentId, uetr, quoteId, debtor, debtorAgent, creditor, creditorAgent, acceptedAt } = leg;
    const view = {
      ...{ paymentId, uetr, quoteId, debtor, debtorAgent, creditor, creditorAgent, acceptedAt },
      ...{ direction: 'outbound', corridor: 'KH-AP', source: leg.otherAmount, target: leg.amount },
      ...{
        version: 7,
        state: 'COMPLETED',
        isoStatus: 'ACCC',
        sender: debtorAgent,
        messageId: `M-${paymentId}`,
      },
      ...{
        endToEndId: 'E1',
        fxProvider: 'FXNAGA',
        rate: '1',
        fees: [],
        windows: [],
        obligations: [],
        history: [],
      },
      ...{ partnerRefs: { credit: creditor.account }, lane: 'main', at: acceptedAt, receivedAt: acceptedAt },
      ...{ deadline: acceptedAt, replyTo: { service: 'gateway', instance: 'g' } },
      ...more,
    } as PaymentView;
    this.views.set(paymentId, view);
    return view;
  }

  private async answer(records: readonly { type: string; body: string }[]): Promise<void> {
    for (const record of records) {
      if (record.type !== 'payment.submit') continue;
      const submit = JSON.parse(record.body) as PaymentSubmit;
      const made = this.decide(submit);
      if (made !== undefined) await tell(this.world, submit, made);
    }
  }
}

/** 4,000 riel a dollar, rounded up to a cent. */
function serveFx(world: AdapterWorld): void {
  world.calls.serve(fxCalls.quote, ({ items }) =>
    Promise.resolve({
      items: items.map(({ amount, participant, corridor, fixed }) => {
        const cents =
          amount.currency === 'USD' ? BigInt(amount.minor) : (BigInt(amount.minor) + 3999n) / 4000n;
        const issuedAt = new Date(clock.now()).toISOString();
        const quote = {
          quoteId: uuidV4(randomBytes),
          corridor,
          provider: 'FXNAGA',
          participant,
          fixed,
          source: { currency: 'USD', minor: cents.toString() },
          target: fixed === 'target' ? amount : { currency: 'KHR', minor: `${cents * 4000n}` },
          rate: '4000',
          baseRate: '4000',
          rateVersion: 1,
          improvementBasisPoints: 0,
          fees: [],
          issuedAt,
          expiresAt: new Date(clock.now() + 600_000).toISOString(),
        };
        return { kind: 'quoted' as const, quote, candidates: [] };
      }),
    }),
  );
}
