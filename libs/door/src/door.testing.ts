import {
  routingCalls,
  uuidV4,
  uuidV7,
  type PaymentEventMessage,
  type PaymentState,
  type PaymentSubmit,
  type PaymentView,
} from '@tonle/contracts';
import { InProcessTransport, openLane, Outbox1763990000000, TOPICS, type OutboxLane } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type Platform, type TestPlatform } from '@tonle/platform';
import { Door, type DoorOptions } from './door.js';
import { contentHashOf, type Instruction } from './instruction.js';
import { UnknownRequests1772200000000 } from './migrations/1772200000000-unknown-requests.js';
import { Notices1770500000000 } from './migrations/1770500000000-notices.js';
import { Requests1765000000000 } from './migrations/1765000000000-requests.js';
import { RefusedMessages1768100000000 } from './migrations/1768100000000-refused-messages.js';
import { publicEvents } from './payment-news.js';
import { requestOutbox } from './request.store.js';

// A door with PostgreSQL and the in-process transport; routing is what it hears and what `views` says.

const randomBytes = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));

export interface DoorWorld {
  readonly test: TestDatabase;
  readonly platform: TestPlatform;
  readonly lane: OutboxLane;
  /** What was published to routing, in order. */
  readonly submits: PaymentSubmit[];
  /** What routing answers when it is asked. */
  readonly views: Map<string, PaymentView>;
  door(
    options?: Partial<DoorOptions<PaymentEventMessage>>,
    more?: Partial<Platform>,
  ): Door<PaymentEventMessage>;
  count(): Promise<number>;
  close(): Promise<void>;
}

export async function openDoorWorld(name: string): Promise<DoorWorld> {
  const test = await createTestDatabase(name);
  await test.database.openOrm({
    migrations: [
      Outbox1763990000000,
      Requests1765000000000,
      RefusedMessages1768100000000,
      Notices1770500000000,
      UnknownRequests1772200000000,
    ],
  });
  const transport = new InProcessTransport({ lingerMs: 0 });
  const submits: PaymentSubmit[] = [];
  await transport.subscribe(
    TOPICS.routing,
    (records) => {
      submits.push(...records.map(({ body }) => JSON.parse(body) as PaymentSubmit));
      return Promise.resolve();
    },
    { group: 'routing' },
  );
  const platform = createTestPlatform('gateway', test.database, { transport });
  const views = new Map<string, PaymentView>();
  platform.calls.serve(routingCalls.payments, ({ paymentIds }) =>
    Promise.resolve({ payments: paymentIds.flatMap((id) => views.get(id) ?? []) }),
  );
  platform.calls.serve(routingCalls.known, ({ paymentIds }) =>
    Promise.resolve({
      payments: paymentIds.flatMap((paymentId) => {
        const view = views.get(paymentId);
        return view === undefined ? [] : [{ paymentId, uetr: view.uetr }];
      }),
    }),
  );
  const lane = await openLane(platform, { source: requestOutbox });
  return {
    test,
    platform,
    lane,
    submits,
    views,
    door: (options, more) => new Door({ ...platform, ...more }, { lane, form: publicEvents, ...options }),
    count: async () => {
      const [row] = await test.database.query<{ n: number }>('SELECT count(*)::int AS n FROM request');
      return row!.n;
    },
    close: async () => {
      await lane.close();
      await transport.close();
      await test.drop();
    },
  };
}

/** An instruction of bank A: 100,240 riel against 820.00 baht. */
export function instructionOf(
  nowMs: number,
  more: Partial<PaymentSubmit> = {},
  rest: Partial<Instruction> = {},
): Instruction {
  const paymentId = uuidV7(nowMs, randomBytes);
  const submit: PaymentSubmit = {
    paymentId,
    uetr: uuidV4(randomBytes),
    direction: 'outbound',
    corridor: 'KH-TH',
    sender: 'A',
    messageId: `M-${paymentId}`,
    endToEndId: 'E1',
    quoteId: uuidV4(randomBytes),
    source: { currency: 'KHR', minor: '10024000' },
    target: { currency: 'THB', minor: '82000' },
    debtor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
    debtorAgent: 'A',
    creditor: { name: 'Somchai', account: '010555500000012', accountType: 'BIID' },
    creditorAgent: 'B',
    payerSecured: false,
    acceptedAt: new Date(nowMs).toISOString(),
    receivedAt: new Date(nowMs).toISOString(),
    replyTo: { service: 'gateway', instance: 'gateway-test' },
    ...more,
  };
  return {
    submit,
    contentHash: contentHashOf([submit.endToEndId]),
    raw: Buffer.from('bytes as they came'),
    dialect: 'rest',
    creditorShown: 'Somchai',
    ...rest,
  };
}

/** What routing tells of a payment. */
export function newsOf(submit: PaymentSubmit, state: PaymentState, version = 7): PaymentEventMessage {
  return {
    paymentId: submit.paymentId,
    uetr: submit.uetr,
    version,
    state,
    isoStatus: state === 'COMPLETED' ? 'ACCC' : 'ACSP',
    direction: submit.direction,
    corridor: submit.corridor,
    sender: submit.sender,
    messageId: submit.messageId,
    endToEndId: submit.endToEndId,
    debtorAgent: submit.debtorAgent,
    creditorAgent: submit.creditorAgent,
    fxProvider: 'FXNAGA',
    quoteId: submit.quoteId,
    rate: '0.00818040',
    source: submit.source,
    target: submit.target,
    fees: [],
    partnerRefs: { debit: 'D1', credit: 'C1' },
    acceptedAt: submit.acceptedAt,
    at: submit.receivedAt,
    windows: [],
    obligations: [],
    lane: 'main',
    replyTo: submit.replyTo,
    history: [],
  };
}

/** A payment as routing knows it. */
export function viewOf(submit: PaymentSubmit, state: PaymentState, version = 7): PaymentView {
  const { debtor, creditor, receivedAt } = submit;
  return { ...newsOf(submit, state, version), debtor, creditor, receivedAt, deadline: receivedAt };
}
