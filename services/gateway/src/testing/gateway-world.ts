import type { KeyObject } from 'node:crypto';
import { TOPICS, type InboundRecord } from '@tonle/messaging';
import { createTestPlatform, type RunningService, type TestPlatform } from '@tonle/platform';
import {
  adapterCalls,
  fxCalls,
  paymentSubmit,
  routingCalls,
  type DirectoryEntry,
  type InboundSearch,
  type LookupAnswer,
  type PaymentCodeRequest,
  type PaymentEventMessage,
  type PaymentState,
  type PaymentSubmit,
  type PaymentView,
  type Quote,
  type QuoteRequest,
  type Reason,
  type RefundCause,
} from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { signRequest, type RequestToSign } from '@tonle/security';
import { startGateway } from '../gateway.service.js';
import { expectDeclared } from './declared-answers.testing.js';
import { directoryEntries } from './directory-entries.js';
import { eventOf } from './payment-event.js';

// Real: the gateway with PostgreSQL and HTTP. Driven from here: a responder where routing, fx and the Thai adapter would be.

const LOOK_MS = 10;
const LOOKS_MAX = 2_000;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every form
  readonly json: any;
}

export interface SendOptions {
  readonly participant?: string;
  readonly headers?: Record<string, string>;
  /** Changes what is signed, or leaves the signature out. */
  readonly sign?: Partial<RequestToSign> | false;
  /** Changes the headers after signing. */
  readonly tamper?: Record<string, string>;
  /** Another instance of the gateway. */
  readonly at?: string;
}

/** What the stand-in for routing does with a new payment. */
export type Behaviour = 'silent' | { readonly state: PaymentState; readonly reason?: Reason };

export class GatewayWorld {
  readonly submits: PaymentSubmit[] = [];
  readonly payments = new Map<string, PaymentView>();
  /** What comes in for customers of banks here, and what routing was asked about it. */
  readonly received: PaymentView[] = [];
  readonly inboundSearches: InboundSearch[] = [];
  readonly codesAsked: PaymentCodeRequest[] = [];
  readonly quotes = new Map<string, Quote>();
  readonly lookups = new Map<string, LookupAnswer>();
  readonly kindsAsked: (string | undefined)[] = [];
  behaviour: Behaviour = { state: 'COMPLETED' };
  /** What fx makes of the cause of a refund; undefined: what it was told. */
  cause: RefundCause | undefined;
  /** Routing stores nothing of what it is sent. */
  isStuck = false;
  private nonce = 0;

  private constructor(
    readonly test: TestDatabase,
    readonly platform: TestPlatform,
    readonly keys: ReadonlyMap<string, KeyObject>,
    readonly service: RunningService,
    readonly url: string,
  ) {}

  /** `more`: entries beside those of the small directory. */
  static async start(
    name: string,
    settings: Record<string, string> = {},
    more: readonly DirectoryEntry[] = [],
  ): Promise<GatewayWorld> {
    const test = await createTestDatabase(name, 'gateway');
    const platform = createTestPlatform('gateway', test.database, {
      settings: {
        TONLE_GATEWAY_PORT: '0',
        TONLE_GATEWAY_LOOK_MS: '50',
        TONLE_GATEWAY_AUTHORITIES: 'any',
        ...settings,
      },
    });
    const { entries, keys } = directoryEntries(platform.clock.now());
    const holder: { world?: GatewayWorld } = {};
    await serveNeighbours(platform, () => holder.world!, [...entries, ...more]);
    const service = await startGateway(platform);
    const world = new GatewayWorld(test, platform, keys, service, service.addresses['public']!);
    holder.world = world;
    // Until its directory is there it knows nobody.
    await world.until(async () => (await world.get('/v1/corridors')).status !== 503);
    return world;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.platform.transport.close();
    await this.test.drop();
  }

  get(path: string, options: SendOptions = {}): Promise<HttpAnswer> {
    return this.send('GET', path, undefined, options);
  }

  post(path: string, body: unknown, options: SendOptions = {}): Promise<HttpAnswer> {
    const headers = { 'content-type': 'application/json', ...options.headers };
    return this.send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), {
      ...options,
      headers,
    });
  }

  postXml(path: string, xml: string, options: SendOptions = {}): Promise<HttpAnswer> {
    return this.send('POST', path, xml, {
      ...options,
      headers: { 'content-type': 'application/xml', ...options.headers },
    });
  }

  async send(
    method: string,
    path: string,
    body: string | undefined,
    options: SendOptions,
  ): Promise<HttpAnswer> {
    const participant = options.participant ?? 'KHMEKONG';
    const headers = { ...options.headers };
    const signature =
      options.sign === false
        ? {}
        : signRequest({
            method,
            url: path,
            headers,
            ...(body === undefined ? {} : { body }),
            keyId: `${participant}-1`,
            privateKey: this.keys.get(participant)!,
            created: Math.floor(this.platform.clock.now() / 1000),
            nonce: `nonce-${(this.nonce += 1)}-${participant}`,
            ...options.sign,
          });
    const sent = { ...headers, ...signature, ...options.tamper };
    const response = await fetch((options.at ?? this.url) + path, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    expectDeclared(method, path, { status: response.status, headers: response.headers, text });
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** A looked-up payee and a quote for it, ready to be paid. */
  async payable(options: SendOptions = {}): Promise<{ lookupId: string; quoteId: string; debtor: object }> {
    const payee = { account: '0066812345678', accountType: 'MBNO', country: 'TH' };
    const lookup = await this.post('/v1/lookups', payee, options);
    const amount = { currency: 'THB', amount: '820.00' };
    const quote = await this.post('/v1/quotes', { lookupId: lookup.json.lookupId, amount }, options);
    return {
      lookupId: lookup.json.lookupId,
      quoteId: quote.json.quoteId,
      debtor: { name: 'Sok Dara', account: 'u0000123@mekong' },
    };
  }

  pay(body: unknown, key: string, options: SendOptions = {}): Promise<HttpAnswer> {
    return this.post('/v1/payments', body, {
      ...options,
      headers: { 'idempotency-key': key, ...options.headers },
    });
  }

  /** Tells the world how a payment stands now, as routing would. */
  async tell(
    submit: PaymentSubmit,
    state: PaymentState,
    more: Partial<PaymentEventMessage> = {},
  ): Promise<void> {
    const before = this.payments.get(submit.paymentId)?.version ?? 1;
    const event = eventOf(submit, state, this.platform.clock.now(), { version: before + 1, ...more });
    this.remember(submit, event);
    await this.platform.transport.publish([
      {
        topic: TOPICS.paymentEvent,
        key: event.paymentId,
        type: 'payment.event',
        messageId: `${event.paymentId}:${event.version}`,
        body: JSON.stringify(event),
      },
    ]);
  }

  remember(submit: PaymentSubmit, event: PaymentEventMessage): void {
    const { debtor, creditor, receivedAt } = submit;
    this.payments.set(submit.paymentId, { ...event, debtor, creditor, receivedAt, deadline: receivedAt });
  }

  /** Waits for a condition, not for time. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      if (await condition()) return;
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    throw new Error('the condition did not come true');
  }

  /** What routing was told of a payment; the gateway tells it after it has answered, where nobody waits. */
  async submitOf(paymentId: string): Promise<PaymentSubmit> {
    const submit = () => this.submits.find((each) => each.paymentId === paymentId);
    await this.until(() => submit() !== undefined);
    return submit()!;
  }

  async count(): Promise<number> {
    const [row] = await this.test.database.query<{ n: number }>('SELECT count(*)::int AS n FROM request');
    return row!.n;
  }

  async take(records: readonly InboundRecord[]): Promise<void> {
    for (const record of records) {
      const submit = paymentSubmit.parse(JSON.parse(record.body));
      this.submits.push(submit);
      if (this.behaviour === 'silent' || this.payments.has(submit.paymentId)) continue;
      const { state, reason } = this.behaviour;
      // Not awaited: in process a publication resolves when its subscribers are done, and this is one.
      void this.tell(submit, state, reason === undefined ? {} : { reason });
    }
  }

  /** As routing would find them by the few filters that tests here need; its own tests have them all. */
  inbound(search: InboundSearch): PaymentView[] {
    this.inboundSearches.push(search);
    return this.received
      .filter(({ creditorAgent, sender, paymentCodeId }) =>
        search.drawnFrom === undefined
          ? creditorAgent === search.creditorAgent
          : paymentCodeId !== undefined && sender === search.drawnFrom,
      )
      .filter(({ paymentId }) => search.before === undefined || paymentId < search.before)
      .filter(({ uetr }) => search.uetr === undefined || uetr === search.uetr)
      .sort((a, b) => (a.paymentId < b.paymentId ? 1 : -1))
      .slice(0, search.limit);
  }

  quote(request: QuoteRequest): Quote {
    const now = this.platform.clock.now();
    const quoteId = `00000000-0000-4000-8000-${(this.quotes.size + 1).toString().padStart(12, '0')}`;
    const priced =
      request.fixed === 'target' ? request.amount : { currency: request.targetCurrency, minor: '82000' };
    const given = request.refundOf === undefined ? undefined : request.amount;
    const { direction, refundOf } = request;
    const refundCause = this.cause ?? request.refundCause;
    const quote: Quote = {
      quoteId,
      corridor: request.corridor,
      provider: 'FXNAGA',
      participant: request.participant,
      fixed: request.fixed,
      source: given ?? { currency: request.sourceCurrency, minor: '10024000' },
      target: priced,
      direction,
      refundOf,
      ...(refundOf !== undefined && refundCause !== undefined && { refundCause }),
      rate: '0.00818040',
      baseRate: '0.00817000',
      rateVersion: 1,
      improvementBasisPoints: 2,
      fees: [],
      issuedAt: new Date(now).toISOString(),
      expiresAt: new Date(now + 600_000).toISOString(),
    };
    this.quotes.set(quoteId, quote);
    return quote;
  }

  lookup(account: string | undefined, accountType: string | undefined): LookupAnswer {
    this.kindsAsked.push(accountType);
    const prepared = this.lookups.get(account ?? '');
    if (prepared !== undefined) return prepared;
    if (account?.startsWith('0999') === true) return { kind: 'refused', reason: 'payee_unknown' };
    return {
      kind: 'found',
      creditor: {
        name: 'Somchai Jaidee',
        account: account ?? '010555512345678',
        accountType: accountType ?? 'BIID',
      },
      displayName: 'Somchai J.',
      creditorAgent: 'THSWITCH',
      currency: 'THB',
      validUntil: new Date(this.platform.clock.now() + 600_000).toISOString(),
    };
  }
}

async function serveNeighbours(
  platform: TestPlatform,
  world: () => GatewayWorld,
  entries: DirectoryEntry[],
): Promise<void> {
  const { calls, transport } = platform;
  calls.serve(routingCalls.directory, async () => ({ entries }));
  calls.serve(routingCalls.payments, async ({ paymentIds }) => ({
    payments: paymentIds.flatMap(
      (id) => world().payments.get(id) ?? world().received.find(({ paymentId }) => paymentId === id) ?? [],
    ),
  }));
  calls.serve(routingCalls.known, async ({ paymentIds }) => ({
    payments: world().isStuck
      ? []
      : world().submits.filter(({ paymentId }) => paymentIds.includes(paymentId)),
  }));
  calls.serve(routingCalls.inboundPayments, async (search) => ({ payments: world().inbound(search) }));
  calls.serve(fxCalls.quote, async ({ items }) => ({
    items: items.map((item) => ({
      kind: 'quoted' as const,
      quote: world().quote(item),
      candidates: [{ provider: 'FXNAGA', chosen: true }],
    })),
  }));
  calls.serve(fxCalls.quotesById, async ({ quoteIds }) => ({
    quotes: quoteIds.flatMap((id) => world().quotes.get(id) ?? []),
  }));
  calls.serve(fxCalls.pushRates, async ({ rates }) => ({
    items: rates.map(({ sourceCurrency, targetCurrency, rate }) =>
      rate === '0'
        ? { kind: 'refused' as const, reason: 'rate_refused' as const }
        : { kind: 'accepted' as const, sourceCurrency, targetCurrency, version: 1 },
    ),
  }));
  calls.serve(fxCalls.withdrawRates, async () => ({ withdrawn: 2 }));
  calls.serve(adapterCalls('adapter-thailand').paymentCode, (asked) => {
    world().codesAsked.push(asked);
    const expiresAt = new Date(platform.clock.now() + 60_000).toISOString();
    return Promise.resolve({
      answer: { kind: 'issued', code: '281234567890123456', barcode: '6212345678901234567', expiresAt },
    });
  });
  calls.serve(adapterCalls('adapter-thailand').lookup, async ({ items }) => ({
    items: items.map((item) => world().lookup(item.account, item.accountType)),
  }));
  await transport.subscribe(TOPICS.routing, (records) => world().take(records), { group: 'routing' });
}
