import { refused, type Refusal } from '@tonle/contracts';
import type { Platform } from '@tonle/platform';
import type { Caller } from '../access/access.js';
import { noticeIdOf } from '../notice/notice.js';
import { insertNotices } from '../notice/notice.store.js';
import { listDeliveries, resendDelivery, resendFailed } from './delivery-log.store.js';
import { TEST_TYPE, type WebhookEndpoint } from './webhook-endpoint.js';
import {
  deleteEndpoint,
  enableEndpoint,
  endpointLoads,
  endpointOf,
  endpointsOf,
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

type Shown = { readonly kind: 'shown'; readonly endpoint: PublicEndpoint } | Refusal;

/** Endpoints of participants, which they look after themselves. Refuses `not_found` for those of others. */
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
    const { database, clock, random } = this.platform;
    const nowMs = clock.now();
    const { types, format, description = '' } = body;
    const endpoint = {
      ...{ endpointId: random.id(nowMs), participant: participant.participantId, url: checked.url },
      ...{ format, types, description, createdAt: new Date(nowMs), createdBy: keyId },
    };
    const kept = await putEndpoint(database, endpoint, ENDPOINTS_MAX);
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

  async delete(own: OwnEndpoint): Promise<Shown> {
    return this.shown(await deleteEndpoint(this.platform.database, own));
  }

  async enable(own: OwnEndpoint): Promise<Shown> {
    return this.shown(await enableEndpoint(this.platform.database, own));
  }

  async rotate(own: OwnEndpoint, overlapHours: number): Promise<Shown> {
    const until = new Date(this.platform.clock.now() + overlapHours * HOUR_MS);
    return this.shown(await rotateEndpointKey(this.platform.database, own, until));
  }

  /** An event of its own, sent as all others are. */
  async test(own: OwnEndpoint): Promise<{ readonly kind: 'told'; readonly eventId: string } | Refusal> {
    const { database, clock, random } = this.platform;
    if ((await endpointOf(database, own)) === undefined) return refused('not_found');
    const { participant, endpointId } = own;
    const nowMs = clock.now();
    const at = new Date(nowMs);
    const noticeId = noticeIdOf(participant, random.id(nowMs), TEST_TYPE);
    const notice = { noticeId, participant, type: TEST_TYPE, data: { endpointId }, at: at.toISOString() };
    await insertNotices(database, [notice], at);
    return { kind: 'told', eventId: noticeId };
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
  async resend(own: OwnEndpoint, eventId: string): Promise<{ readonly kind: 'resent' } | Refusal> {
    const { database, clock } = this.platform;
    if ((await endpointOf(database, own)) === undefined) return refused('not_found');
    const isThere = await resendDelivery(database, own, new Date(clock.now()), eventId);
    return isThere ? { kind: 'resent' } : refused('not_found');
  }

  async resendFailed(
    own: OwnEndpoint,
    since: Date,
  ): Promise<{ readonly kind: 'resent'; readonly count: number } | Refusal> {
    const { database, clock } = this.platform;
    if ((await endpointOf(database, own)) === undefined) return refused('not_found');
    const count = await resendFailed(database, own, new Date(clock.now()), since, RESENT_AT_ONCE);
    return { kind: 'resent', count };
  }

  /** Of all participants, for operators. */
  async loads(): Promise<OperatorEndpoints> {
    return { endpoints: (await endpointLoads(this.platform.database)).map(showLoad) };
  }

  private shown(endpoint: WebhookEndpoint | undefined): Shown {
    return endpoint === undefined ? refused('not_found') : { kind: 'shown', endpoint: this.show(endpoint) };
  }

  private show(endpoint: WebhookEndpoint): PublicEndpoint {
    return showEndpoint(endpoint, this.keys.of(endpoint, this.platform.clock.now()));
  }
}
