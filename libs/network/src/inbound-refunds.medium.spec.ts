import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import {
  fxCalls,
  legKeyOf,
  refused,
  routingCalls,
  uuidV4,
  type InboundOutcome,
  type LegCommand,
  type PaymentSubmit,
  type PaymentView,
  type QuoteRequest,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { Door, ownOutcomes, RefundService, requestOutbox, type InboundQuoteService } from '@tonle/door';
import { InProcessTransport, openLane, ServiceUnavailable, TOPICS, type OutboxLane } from '@tonle/messaging';
import type { AmountJson } from '@tonle/money';
import { EvidenceLog } from '@tonle/door';
import { CALLING_NETWORK_DATABASE } from './host.js';
import { InboundEndpoint } from './inbound-endpoint.js';
import { InboundRefunds } from './inbound-refunds.js';
import { inboundMessages, type InboundFound } from './inbound.js';
import { commandOf } from './leg.testing.js';
import { LegStore } from './leg.store.js';
import { DrawnPayments } from './payment-codes/drawn-payments.js';
import { refundContentHash, refundInstruction, type RefundMessage } from './refund-instruction.js';

// Real: PostgreSQL, the outbox lane, the transport, the endpoint. The network speaks JSON; routing and fx are played here.

const CORRIDOR = {
  corridorId: 'KH-TH',
  partner: { participant: 'THSWITCH' },
  refunds: { days: 30, rate: 'original' },
} as unknown as Corridor;
const baht = (minor: string): AmountJson => ({ currency: 'THB', minor });
const riel = (minor: string): AmountJson => ({ currency: 'KHR', minor });

let test: TestDatabase;
let transport: InProcessTransport;
let platform: TestPlatform;
let lane: OutboxLane;
let endpoint: InboundEndpoint;
const submits: PaymentSubmit[] = [];
const views = new Map<string, PaymentView>();
const asked: QuoteRequest[] = [];
let away: 'routing' | 'fx' | undefined;

/** What the network writes: `{"id", "ref"?, "theirs"?, "minor"?}`. */
const route = inboundMessages<RefundMessage>({
  operation: 'refund',
  subjectOf: ({ messageId }) => messageId,
  quoteIdOf: () => undefined,
  legKeyOf: () => undefined,
  readLeg: () => ({ kind: 'ambiguous', because: 'no call-back' }),
  refundOf: ({ refund }) => refund,
  dialect: {
    name: 'json',
    read: (message) => {
      const {
        id,
        ref = '',
        theirs,
        minor,
      } = JSON.parse(Buffer.from(message.bytes).toString()) as Record<string, string>;
      const amount = minor === undefined ? undefined : baht(minor);
      const refund = { externalRef: ref, partnerRef: theirs, ...(amount !== undefined && { amount }) };
      const asked = { dialect: 'json', messageId: id!, endToEndId: id!, refund, message };
      return { kind: 'instruction', asked, key: { messageId: id!, contentHash: refundContentHash(asked) } };
    },
    instruct: (message, found: InboundFound, stamp) => refundInstruction(message, found, stamp),
    write: (answer) => ({
      status: 200,
      contentType: 'text/plain',
      body:
        answer.kind === 'taken'
          ? `taken ${answer.request.paymentId}`
          : 'reason' in answer
            ? answer.reason
            : '',
    }),
    writeUnreadable: () => ({ status: 400, contentType: 'text/plain', body: 'what?' }),
  },
});

const neverAsked = () => Promise.reject(new Error('this route asks nobody'));

beforeAll(async () => {
  test = await createTestDatabase('inbound_refunds');
  await test.database.openOrm(CALLING_NETWORK_DATABASE);
  transport = new InProcessTransport({ lingerMs: 0 });
  await transport.subscribe(
    TOPICS.routing,
    (records) => {
      submits.push(...records.map(({ body }) => JSON.parse(body) as PaymentSubmit));
      return Promise.resolve();
    },
    { group: 'routing' },
  );
  platform = createTestPlatform('adapter-x', test.database, { transport });
  platform.calls.serve(routingCalls.payments, ({ paymentIds }) => {
    if (away === 'routing') return Promise.reject(new ServiceUnavailable('routing', 'routing.payments'));
    return Promise.resolve({ payments: paymentIds.flatMap((id) => views.get(id) ?? []) });
  });
  platform.calls.serve(fxCalls.quote, ({ items }) => {
    if (away === 'fx') return Promise.reject(new ServiceUnavailable('fx', 'fx.quote'));
    asked.push(...items);
    return Promise.resolve({ items: items.map((item) => quoted(item)) });
  });
  lane = await openLane(platform, { source: requestOutbox });
  const directory = {
    participant: () => undefined,
    corridorsOfAdapterIncludingEnded: () => [CORRIDOR],
    corridorIncludingEnded: () => CORRIDOR,
  };
  const store = new LegStore();
  const legs = {
    find: () => Promise.resolve(undefined),
    learn: () => Promise.resolve(false),
    standing: async (externalRef: string, partnerRef?: string) =>
      (await store.standing(test.database, externalRef)) ??
      (partnerRef === undefined ? undefined : store.acceptedAs(test.database, partnerRef)),
  };
  const door = new Door<InboundOutcome>(platform, { lane, form: ownOutcomes });
  const drawn = new DrawnPayments({ platform, door, directory: { corridor: () => CORRIDOR } });
  endpoint = new InboundEndpoint({
    platform,
    routes: { '/refund': route },
    door,
    quotes: {} as InboundQuoteService,
    drawn,
    refunds: new InboundRefunds(new RefundService(platform.calls, directory, platform.clock), legs, drawn),
    legs,
    evidence: new EvidenceLog(test.database, platform.telemetry),
    confirmation: { confirm: neverAsked, isOwed: () => Promise.resolve(false) },
    hints: { answered: (_path, _route, _message, answer) => answer() },
    directory,
    waitMs: 0,
  });
});
afterAll(async () => {
  await lane.close();
  await transport.close();
  await test.drop();
});
beforeEach(() => {
  [submits.length, asked.length, away] = [0, 0, undefined];
});

function quoted(item: QuoteRequest) {
  const { participant, corridor, fixed, amount: source, refundOf } = item;
  const issuedAt = new Date(platform.clock.now()).toISOString();
  const quote = {
    ...{
      quoteId: uuidV4((size) => crypto.getRandomValues(new Uint8Array(size))),
      participant,
      corridor,
      fixed,
    },
    ...{ provider: 'FXNAGA', source, target: riel('10000'), rate: '122', baseRate: '122', rateVersion: 1 },
    ...{ improvementBasisPoints: 0, fees: [], refundOf, issuedAt, expiresAt: issuedAt },
  };
  return { kind: 'quoted' as const, quote, candidates: [] };
}

/** A payment of 820.00 baht whose credit leg was sent under this reference. */
async function paid(externalRef: string, more: Partial<PaymentView> = {}): Promise<PaymentView> {
  const paymentId = platform.random.id(platform.clock.now());
  const [source, target] = [riel('10024000'), baht('82000')];
  const leg: Partial<LegCommand> = { paymentId, legKey: legKeyOf(paymentId, 'credit'), leg: 'credit' };
  const command = commandOf(1, { ...leg, amount: target, otherAmount: source });
  const intent = { command, externalRef, bytesHash: 'hash', intentMs: platform.clock.now() };
  await new LegStore().insertIntents(test.database, [intent]);
  const { uetr, quoteId, debtor, debtorAgent, creditor, creditorAgent, acceptedAt } = command;
  const view = {
    ...{ paymentId, uetr, quoteId, debtor, debtorAgent, creditor, creditorAgent, acceptedAt, source, target },
    ...{ version: 7, state: 'COMPLETED', isoStatus: 'ACCC', direction: 'outbound', corridor: 'KH-TH' },
    ...{
      sender: 'KHMEKONG',
      messageId: `M-${externalRef}`,
      endToEndId: 'E1',
      fxProvider: 'FXNAGA',
      rate: '1',
    },
    ...{
      fees: [],
      partnerRefs: { credit: 'T1' },
      at: acceptedAt,
      windows: [],
      obligations: [],
      lane: 'main',
    },
    ...{ replyTo: { service: 'gateway', instance: 'g' }, history: [], deadline: acceptedAt },
    ...{ receivedAt: acceptedAt, ...more },
  } as PaymentView;
  views.set(paymentId, view);
  return view;
}

/** What the network is told: the words of its dialect, or the reason of a refusal that is none of its answers. */
async function ask(message: Record<string, string>): Promise<string> {
  const answer = await endpoint.answer('/refund', {
    bytes: Buffer.from(JSON.stringify(message)),
    headers: {},
  });
  return 'reason' in answer ? `later: ${answer.reason}` : String(answer.body);
}

describe('a network that gives money back', () => {
  it('pays the payer of the payment that its reference means, once, however often it says so', async () => {
    const view = await paid('A1');
    const first = await ask({ id: 'R1', ref: 'A1', minor: '20500' });
    expect(first).toMatch(/^taken /);
    await lane.published();
    expect(submits).toMatchObject([
      {
        direction: 'inbound',
        sender: 'THSWITCH',
        messageId: 'R1',
        source: baht('20500'),
        target: riel('10000'),
        debtor: view.creditor,
        debtorAgent: view.creditorAgent,
        creditor: view.debtor,
        creditorAgent: view.debtorAgent,
        refundOf: { paymentId: view.paymentId, messageId: 'M-A1', quoteId: view.quoteId, partnerRef: 'T1' },
      },
    ]);
    expect(asked).toMatchObject([{ participant: 'THSWITCH', amount: baht('20500'), refundOf: view.quoteId }]);
    expect(await ask({ id: 'R1', ref: 'A1', minor: '20500' })).toBe(first);
    expect(await ask({ id: 'R1', ref: 'A1', minor: '20501' })).toBe('key_reused');
    expect(asked).toHaveLength(1);
  });

  it('is answered by the same payment whatever is left by then, without a second price', async () => {
    const view = await paid('A2');
    const first = await ask({ id: 'R2', ref: 'A2' });
    expect(asked).toMatchObject([{ amount: baht('82000') }]);
    views.set(view.paymentId, { ...view, refundedAmount: baht('82000') });
    away = 'fx';
    expect(await ask({ id: 'R2', ref: 'A2' })).toBe(first);
    away = undefined;
    expect(await ask({ id: 'R2b', ref: 'A2' })).toBe('already_refunded');
    expect(asked).toHaveLength(1);
  });

  it('gives back what is left when it names no amount', async () => {
    await paid('A3', { refundedAmount: baht('80000'), creditedAmount: baht('81500') });
    await ask({ id: 'R3', ref: 'A3' });
    expect(asked).toMatchObject([{ amount: baht('1500') }]);
  });

  it('is told to come again while the payment is under way or one of us is away, and is served then', async () => {
    const view = await paid('A4', { state: 'CREDIT_UNKNOWN' });
    const message = { id: 'R4', ref: 'A4' };
    expect(await ask(message)).toBe('later: original_not_completed');
    views.set(view.paymentId, { ...view, state: 'COMPLETED' });
    for (const each of ['routing', 'fx'] as const) {
      away = each;
      expect(await ask(message)).toBe('later: unavailable');
    }
    away = undefined;
    expect(await ask(message)).toMatch(/^taken /);
  });

  it('may name it by a reference of its own, unless two have the same', async () => {
    const accepted = async (of: PaymentView, partnerRef: string) => {
      const { paymentId } = of;
      const report = { legKey: legKeyOf(paymentId, 'credit'), paymentId, leg: 'credit' as const, attempt: 1 };
      const at = platform.clock.now();
      await new LegStore().insertAnswers(test.database, [{ ...report, outcome: 'accepted', partnerRef, at }]);
    };
    const [one, other] = [await paid('A8'), await paid('A9')];
    await accepted(one, 'V1');
    expect(await ask({ id: 'R8', theirs: 'V1' })).toMatch(/^taken /);
    await lane.published();
    expect(submits.find(({ messageId }) => messageId === 'R8')).toMatchObject({
      refundOf: { paymentId: one.paymentId },
    });
    expect(await ask({ id: 'R8', theirs: 'V2' })).toBe('key_reused');
    expect(await ask({ id: 'R9', ref: 'nobody else', theirs: 'V1', minor: '100' })).toMatch(/^taken /);
    await accepted(other, 'V1');
    expect(await ask({ id: 'R10', theirs: 'V1' })).toBe('original_unknown');
    expect(await ask({ id: 'R11', ref: 'A9', theirs: 'V1', minor: '100' })).toMatch(/^taken /);
  });

  it('is refused for good what was never sent, and what came in', async () => {
    expect(await ask({ id: 'R5', ref: 'nobody' })).toBe(refused('original_unknown').reason);
    await paid('A5', { direction: 'inbound' });
    expect(await ask({ id: 'R6', ref: 'A5' })).toBe('original_unknown');
    await paid('nobody');
    // The network has its answer: what it was told once it is told again.
    expect(await ask({ id: 'R5', ref: 'nobody' })).toBe('original_unknown');
  });
});
