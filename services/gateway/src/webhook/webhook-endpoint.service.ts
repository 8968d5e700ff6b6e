import { isDeepStrictEqual } from 'node:util';
import { refused, type AuditFacts, type Deed, type Refusal } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { Caller } from '../access/access.js';
import { noticeIdOf } from '../notice/notice.js';
import { insertNotices } from '../notice/notice.store.js';
import { listDeliveries, resendDelivery, resendFailed } from './delivery-log.store.js';
import { endpointDeed, keyFacts, stateFacts, targetFacts, type AskedEndpoint } from './webhook-deed.js';
import { TEST_TYPE, type WebhookEndpoint } from './webhook-endpoint.js';
import {
  deleteEndpoint,
  enableEndpoint,
  endpointLoads,
  endpointOf,
  endpointsOf,
  lockEndpoint,
  lockEndpointAt,
  putEndpoint,
  rotateEndpointKey,
  type OwnEndpoint,
} from './webhook-endpoint.store.js';
import type { WebhookKeys } from './webhook-keys.js';
import { webhookUrl } from './webhook-url.decide.js';
import type {
  DeliveriesQuery,
  EndpointBody,
  OperatorEndpoints,
  PublicDeliveries,
  PublicEndpoint,
} from './webhook.schema.js';
import { showDelivery, showEndpoint, showLoad } from './webhook.view.js';

const ENDPOINTS_MAX = 10;
const RESENT_AT_ONCE = 10_000;
const HOUR_MS = 3_600_000;
const OFF = 'The operator of the switch has not set webhooks up; GET /v1/events tells the same.';

type Told = { readonly kind: 'told'; readonly eventId: string } | Refusal;
type Resent = { readonly kind: 'resent' } | Refusal;
type AllResent = { readonly kind: 'resent'; readonly count: number } | Refusal;
type Shown = { readonly kind: 'shown'; readonly endpoint: PublicEndpoint } | Refusal;

/** What came of a deed, and its entry in the audit log; undefined: nothing was done. */
interface Done<T> {
  readonly result: T;
  readonly deed: Deed | undefined;
}
const NOTHING: Done<Refusal> = { result: refused('not_found'), deed: undefined };

/**
 * Endpoints of participants, which they look after themselves: what their keys do is in the audit log with it. Refuses
 * `not_found` for those of others.
 */
export class WebhookEndpointService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'random'>,
    private readonly keys: WebhookKeys,
    /** `isOn`: there is a secret to sign by. `anywhere`: see webhookUrl. */
    private readonly rules: { readonly isOn: boolean; readonly anywhere: boolean },
  ) {}

  /** Registers a URL, or changes what is sent to one that is there. */
  async put({ participant, keyId }: Caller, body: EndpointBody): Promise<Shown> {
    if (!this.rules.isOn) return refused('not_permitted', OFF);
    const checked = webhookUrl(body.url, this.rules.anywhere);
    if (checked.kind === 'refused') return checked;
    const { clock, random } = this.platform;
    const nowMs = clock.now();
    const { types, format, description = '' } = body;
    const endpoint = {
      ...{ endpointId: random.id(nowMs), participant: participant.participantId, url: checked.url },
      ...{ format, types, description, createdAt: new Date(nowMs), createdBy: keyId },
    };
    const kept = await this.doing(async (transaction) => {
      const before = await lockEndpointAt(transaction, endpoint);
      const result = await putEndpoint(transaction, endpoint, ENDPOINTS_MAX);
      return { result, deed: result && putDeed(before, result, { ...endpoint, keyId }, nowMs) };
    });
    return kept === undefined
      ? refused('not_permitted', `A participant may have ${ENDPOINTS_MAX} endpoints.`)
      : this.shown(kept);
  }

  async list(participant: string): Promise<PublicEndpoint[]> {
    const endpoints = await endpointsOf(this.platform.database, participant);
    return endpoints.map((endpoint) => this.show(endpoint));
  }

  async get(own: OwnEndpoint): Promise<Shown> {
    return this.shown(await endpointOf(this.platform.database, own));
  }

  delete(asked: AskedEndpoint): Promise<Shown> {
    return this.change('delete', asked, stateFacts, deleteEndpoint);
  }

  enable(asked: AskedEndpoint): Promise<Shown> {
    return this.change('enable', asked, stateFacts, enableEndpoint);
  }

  rotate(asked: AskedEndpoint, overlapHours: number): Promise<Shown> {
    const until = new Date(this.platform.clock.now() + overlapHours * HOUR_MS);
    return this.change('rotate-key', asked, keyFacts, (transaction, own) =>
      rotateEndpointKey(transaction, own, until),
    );
  }

  /** An event of its own, sent as all others are. */
  async test(asked: AskedEndpoint): Promise<Told> {
    const { clock, random } = this.platform;
    const { participant, endpointId } = asked;
    const nowMs = clock.now();
    const at = new Date(nowMs);
    const noticeId = noticeIdOf(participant, random.id(nowMs), TEST_TYPE);
    const notice = { noticeId, participant, type: TEST_TYPE, data: { endpointId }, at: at.toISOString() };
    return this.doing<Told>(async (transaction) => {
      if ((await endpointOf(transaction, asked)) === undefined) return NOTHING;
      await insertNotices(transaction, [notice], at);
      const deed = endpointDeed('test', asked, nowMs, { after: { eventId: noticeId } });
      return { result: { kind: 'told', eventId: noticeId }, deed };
    });
  }

  async deliveries(
    own: OwnEndpoint,
    { state, cursor, limit }: DeliveriesQuery,
  ): Promise<({ readonly kind: 'listed' } & PublicDeliveries) | Refusal> {
    const { database } = this.platform;
    if ((await endpointOf(database, own)) === undefined) return refused('not_found');
    const before = cursor === undefined ? undefined : BigInt(cursor);
    const found = await listDeliveries(database, own, { state, before, limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? page.at(-1)!.position.toString() : undefined;
    return { kind: 'listed', deliveries: page.map(showDelivery), ...(next === undefined ? {} : { next }) };
  }

  /** Refuses `not_found` for an event that is not the participant's, or whose turn is yet to come. */
  async resend(asked: AskedEndpoint, eventId: string): Promise<Resent> {
    const nowMs = this.platform.clock.now();
    return this.doing<Resent>(async (transaction) => {
      if ((await endpointOf(transaction, asked)) === undefined) return NOTHING;
      if (!(await resendDelivery(transaction, asked, new Date(nowMs), eventId))) return NOTHING;
      return {
        result: { kind: 'resent' },
        deed: endpointDeed('resend', asked, nowMs, { after: { eventId } }),
      };
    });
  }

  async resendFailed(asked: AskedEndpoint, since: Date): Promise<AllResent> {
    const nowMs = this.platform.clock.now();
    return this.doing<AllResent>(async (transaction) => {
      if ((await endpointOf(transaction, asked)) === undefined) return NOTHING;
      const count = await resendFailed(transaction, asked, new Date(nowMs), since, RESENT_AT_ONCE);
      const after = { since: since.toISOString(), count };
      const deed = count === 0 ? undefined : endpointDeed('resend-failed', asked, nowMs, { after });
      return { result: { kind: 'resent', count }, deed };
    });
  }

  /** Of all participants, for operators. */
  async loads(): Promise<OperatorEndpoints> {
    return { endpoints: (await endpointLoads(this.platform.database)).map(showLoad) };
  }

  private async change(
    what: 'delete' | 'enable' | 'rotate-key',
    asked: AskedEndpoint,
    facts: (endpoint: WebhookEndpoint) => AuditFacts,
    change: (transaction: Transaction, own: OwnEndpoint) => Promise<WebhookEndpoint | undefined>,
  ): Promise<Shown> {
    const nowMs = this.platform.clock.now();
    const changed = await this.doing(async (transaction) => {
      const before = await lockEndpoint(transaction, asked);
      const result = before && (await change(transaction, asked));
      if (result === undefined) return { result, deed: undefined };
      const deed = endpointDeed(what, asked, nowMs, { before: facts(before!), after: facts(result) });
      return { result, deed };
    });
    return this.shown(changed);
  }

  private doing<T>(work: (transaction: Transaction) => Promise<Done<T>>): Promise<T> {
    return this.platform.database.transaction(async (transaction) => {
      const { result, deed } = await work(transaction);
      if (deed !== undefined) await recordDeeds(transaction, 'gateway', [deed]);
      return result;
    });
  }

  private shown(endpoint: WebhookEndpoint | undefined): Shown {
    return endpoint === undefined ? refused('not_found') : { kind: 'shown', endpoint: this.show(endpoint) };
  }

  private show(endpoint: WebhookEndpoint): PublicEndpoint {
    return showEndpoint(endpoint, this.keys.of(endpoint, this.platform.clock.now()));
  }
}

/** A URL that is registered again as it is changes nothing; another request may have registered it since `before` was read. */
function putDeed(
  before: WebhookEndpoint | undefined,
  kept: WebhookEndpoint,
  asked: AskedEndpoint,
  nowMs: number,
): Deed | undefined {
  const facts = { ...(before && { before: targetFacts(before) }), after: targetFacts(kept) };
  if (kept.endpointId === asked.endpointId) return endpointDeed('register', asked, nowMs, facts);
  const { endpointId } = kept;
  return isDeepStrictEqual(facts.before, facts.after)
    ? undefined
    : endpointDeed('change', { ...asked, endpointId }, nowMs, facts);
}
