import { inboxTopic } from '@tonle/messaging';
import {
  fxCalls,
  uuidV4,
  type InboundOutcome,
  type IsoStatus,
  type PaymentState,
  type PaymentSubmit,
} from '@tonle/contracts';
import { clock, type AdapterWorld } from './adapter-world.js';

// What the inbound door needs around it: prices, and routing's word on a payment.

/** What routing makes of an inbound payment. */
export interface Made {
  readonly state: PaymentState;
  readonly isoStatus: IsoStatus;
  readonly isoReason?: string;
}

/** It pays. */
export const PAID: Made = { state: 'COMPLETED', isoStatus: 'ACCC' };

/** 121.5 riel a baht, or a unit of another currency: riel / 121.5, rounded up to a satang. */
export function serveFx(world: AdapterWorld, currency = 'THB'): void {
  const now = (): string => new Date(clock.now()).toISOString();
  world.calls.serve(fxCalls.quote, ({ items }) =>
    Promise.resolve({
      items: items.map(({ amount, participant, corridor }) => {
        const minor = BigInt(amount.minor);
        const baht = amount.currency === currency ? minor : (minor * 10n + 1214n) / 1215n;
        const riel = amount.currency === 'KHR' ? minor : ((minor * 1215n) / 1000n) * 100n;
        const quoteId = uuidV4((size) => crypto.getRandomValues(new Uint8Array(size)));
        const source = { currency, minor: baht.toString() };
        const target = { currency: 'KHR', minor: riel.toString() };
        const fixed = amount.currency === 'KHR' ? ('target' as const) : ('source' as const);
        const rate = {
          rate: '121.50000000',
          baseRate: '121.50000000',
          rateVersion: 1,
          improvementBasisPoints: 0,
          fees: [],
        };
        const expiresAt = new Date(clock.now() + 600_000).toISOString();
        const quote = {
          quoteId,
          corridor,
          provider: 'FXNAGA',
          participant,
          fixed,
          source,
          target,
          ...rate,
          issuedAt: now(),
          expiresAt,
        };
        return { kind: 'quoted' as const, quote, candidates: [] };
      }),
    }),
  );
}

/** Stands in for routing: tells the door what `decide` makes of each payment; undefined: nothing yet. */
export async function playRouting(
  world: AdapterWorld,
  decide: (submit: PaymentSubmit) => Made | undefined,
): Promise<void> {
  const answer = async (records: readonly { type: string; body: string }[]): Promise<void> => {
    for (const { type, body } of records) {
      if (type !== 'payment.submit') continue;
      const submit = JSON.parse(body) as PaymentSubmit;
      const made = decide(submit);
      if (made !== undefined) await tell(world, submit, made);
    }
  };
  await world.transport.subscribe('tonle.routing.inbox.v1', answer, { group: 'routing-double' });
}

/** Tells the door the end of a payment, as routing does. */
export async function tell(world: AdapterWorld, submit: PaymentSubmit, made: Made): Promise<void> {
  const { paymentId, uetr, replyTo } = submit;
  const at = new Date(clock.now()).toISOString();
  const body: InboundOutcome = {
    paymentId,
    uetr,
    version: 7,
    ...made,
    partnerRef: 'ab'.repeat(32),
    at,
    replyTo,
  };
  await world.transport.publish([
    {
      topic: inboxTopic(replyTo.service),
      key: paymentId,
      type: 'payment.outcome',
      messageId: `${paymentId}:7`,
      body: JSON.stringify(body),
    },
  ]);
}
