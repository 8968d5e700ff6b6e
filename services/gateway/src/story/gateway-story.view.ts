import type { StoryFact, StoryNames } from '@tonle/contracts';
import {
  evidenceBytes,
  evidenceFact,
  evidenceOf,
  keptRequest,
  requestBytes,
  requestFacts,
  type KeptRequest,
} from '@tonle/door';
import type { Database } from '@tonle/persistence';
import type { StoredBytes, StorySource } from '@tonle/platform';
import { noticeName, type WebhookFacts } from './webhook-facts.view.js';

const LOOKUPS = `
  SELECT lookup_id AS "lookupId", participant, made_at AS "madeAt", valid_until AS "validUntil", finding ->> 'corridor' AS corridor
  FROM lookup
  WHERE lookup_id = ANY ($1::uuid[])
  ORDER BY made_at`;

const NOTICES = `
  SELECT notice_id AS "noticeId", participant, position::text, type, version, noticed_at AS "noticedAt"
  FROM notice
  WHERE payment_id = $1::uuid
  ORDER BY noticed_at, participant, position`;

interface NoticeRow {
  readonly noticeId: string;
  readonly participant: string;
  readonly position: string;
  readonly type: string;
  readonly version: number;
  readonly noticedAt: Date;
}

interface LookupRow {
  readonly lookupId: string;
  readonly participant: string;
  readonly madeAt: Date;
  readonly validUntil: Date;
  readonly corridor: string | null;
}

/** What the gateway knows of one payment: the request as it came, what it was answered, the lookup it was paid on, who is told. */
export class GatewayStory implements StorySource {
  constructor(
    private readonly database: Database,
    private readonly webhooks: Pick<WebhookFacts, 'facts' | 'bytes'>,
  ) {}

  async facts({ paymentId, lookupIds }: StoryNames) {
    const [request, notices, messages, webhooks] = await Promise.all([
      keptRequest(this.database, paymentId),
      this.database.query<NoticeRow & object>(NOTICES, [paymentId]),
      evidenceOf(this.database, [paymentId]),
      this.webhooks.facts(paymentId),
    ]);
    const names = request === undefined ? undefined : namesOf(request);
    const lookups = await this.database.query<LookupRow & object>(LOOKUPS, [
      [...new Set([...lookupIds, ...(names?.lookupIds ?? [])])],
    ]);
    const facts: StoryFact[] = [
      ...lookups.map(lookupFact),
      ...(request === undefined ? [] : requestFacts(request)),
      ...notices.map((each) => noticeFact(paymentId, each)),
      ...messages.map((row) => ({ ...evidenceFact(row, request?.sender ?? 'the caller'), chain: 'door' })),
      ...webhooks,
    ];
    return names === undefined ? { facts } : { facts, names };
  }

  async bytes({ paymentId }: StoryNames, ids: readonly string[]): Promise<readonly StoredBytes[]> {
    const [request, messages, webhooks] = await Promise.all([
      keptRequest(this.database, paymentId),
      evidenceBytes(this.database, [paymentId], ids),
      this.webhooks.bytes(paymentId, ids),
    ]);
    return [...requestBytes(request, ids), ...messages, ...webhooks];
  }
}

function namesOf({ paymentId, uetr, submit }: KeptRequest): Partial<StoryNames> {
  const { quoteId, lookup, paymentCodeId } = submit;
  const lookupIds = [lookup?.lookupId, paymentCodeId].filter((each) => each !== undefined);
  return { paymentId, uetr, quoteId, lookupIds };
}

function lookupFact({ lookupId, participant, madeAt, validUntil, corridor }: LookupRow): StoryFact {
  return {
    id: `lookup:${lookupId}`,
    at: madeAt.toISOString(),
    kind: 'decision',
    words: `${participant} looked the payee up${corridor === null ? '' : ` in ${corridor}`}, to pay until ${validUntil.toISOString()}`,
    facts: { lookupId, participant },
    chain: 'lookup',
    sends: [`lookup:${lookupId}`],
  };
}

function noticeFact(paymentId: string, row: NoticeRow): StoryFact {
  const { noticeId, participant, position, type, version, noticedAt } = row;
  return {
    id: `notice:${noticeId}`,
    at: noticedAt.toISOString(),
    kind: 'notice',
    words: `${participant} is told: ${type}`,
    facts: { noticeId, participant, position, type, version: String(version) },
    takes: [`payment.event:${paymentId}:${version}`],
    sends: [noticeName(noticeId)],
  };
}
