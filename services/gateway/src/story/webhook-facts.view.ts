import { createHash } from 'node:crypto';
import type { StoryFact } from '@tonle/contracts';
import { bytesOf } from '@tonle/door';
import type { Queryable } from '@tonle/persistence';
import type { StoredBytes } from '@tonle/platform';
import type { StoredNotice } from '../notice/notice.store.js';
import type { Attempt } from '../webhook/delivery.decide.js';
import type { WebhookFormatName } from '../webhook/webhook-endpoint.js';
import type { WebhookBody } from '../webhook/webhook-format.js';
import type { WebhookFormats } from '../webhook/webhook-formats.js';

/** A notice about the payment at one endpoint, and all attempts to send it. */
interface DeliveryRow extends StoredNotice {
  readonly endpointId: string;
  readonly participant: string;
  readonly url: string;
  readonly format: WebhookFormatName;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly Attempt[];
  readonly dueAt: Date | null;
}

const DELIVERIES_MAX = 500;

const DELIVERIES = `
  SELECT n.notice_id AS "noticeId", n.position, n.type, n.payment_id AS "paymentId", n.data, n.at, e.endpoint_id AS "endpointId",
    e.participant, e.url, e.format, d.state, d.attempts, d.due_at AS "dueAt"
  FROM notice AS n
  JOIN webhook_endpoint AS e USING (participant)
  JOIN webhook_delivery AS d ON d.endpoint_id = e.endpoint_id AND d.position = n.position
  WHERE n.payment_id = $1::uuid
  ORDER BY n.noticed_at, e.endpoint_id, n.position
  LIMIT ${DELIVERIES_MAX}`;

/** The webhooks and call-backs about one payment: what was sent where, and what each attempt was answered. */
export class WebhookFacts {
  constructor(
    private readonly database: Queryable,
    private readonly formats: WebhookFormats,
  ) {}

  async facts(paymentId: string): Promise<StoryFact[]> {
    const deliveries = await this.deliveries(paymentId);
    return deliveries.flatMap(({ row, body }) => [
      ...row.attempts.map((attempt, index) => attemptFact(row, attempt, index, body)),
      ...standingFacts(row),
    ]);
  }

  /** Bodies are made again of what is stored; only those that are what was sent are given. */
  async bytes(paymentId: string, ids: readonly string[]): Promise<StoredBytes[]> {
    if (!ids.some((id) => id.startsWith(PREFIX))) return [];
    const deliveries = await this.deliveries(paymentId);
    return deliveries.flatMap(({ row, body }) =>
      row.attempts.flatMap((attempt, index) => {
        const id = idOf(row, index);
        const bytes = ids.includes(id) ? sentBytes(attempt, body) : undefined;
        return bytes === undefined ? [] : [{ id, bytes }];
      }),
    );
  }

  private async deliveries(paymentId: string) {
    const rows = await this.database.query<DeliveryRow & object>(DELIVERIES, [paymentId]);
    const bodies = new Map<string, WebhookBody>();
    for (const format of new Set(rows.map((row) => row.format))) {
      const notices = rows.filter((row) => row.format === format);
      for (const [noticeId, body] of await this.formats[format].bodies(notices))
        bodies.set(`${format}:${noticeId}`, body);
    }
    return rows.map((row) => ({ row, body: bodies.get(`${row.format}:${row.noticeId}`) }));
  }
}

const PREFIX = 'webhook:';
const idOf = ({ endpointId, noticeId }: DeliveryRow, index: number): string =>
  `${PREFIX}${endpointId}:${noticeId}:${index + 1}`;

/** Undefined when what can be made now is not what went out then. */
function sentBytes({ sha256 }: Attempt, body: WebhookBody | undefined): Buffer | undefined {
  const bytes = body === undefined ? undefined : Buffer.from(body.text);
  if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== sha256) return undefined;
  return bytes;
}

function attemptFact(
  row: DeliveryRow,
  { at, ms, status, cause, sha256 }: Attempt,
  index: number,
  body: WebhookBody | undefined,
): StoryFact {
  const bytes = sentBytes({ at, ms, ...(sha256 === undefined ? {} : { sha256 }) }, body);
  const answer = status === undefined ? 'no answer' : `HTTP ${status}`;
  const again = index === 0 ? '' : `, attempt ${index + 1}`;
  const trouble = cause === undefined ? '' : ` (${cause})`;
  const { noticeId, type, participant, endpointId, format } = row;
  const headers = { 'content-type': body?.contentType ?? '', 'webhook-id': noticeId };
  return {
    id: idOf(row, index),
    at: new Date(at).toISOString(),
    kind: 'message_out',
    words: `${type} sent to ${participant} at ${hostOf(row)}${again}: ${answer}${trouble}`,
    facts: {
      ...{ operation: format, peer: participant, noticeId, type, endpointId, attempt: String(index + 1) },
      ...{ ms: String(ms), ...(status === undefined ? {} : { status: String(status) }) },
      ...(sha256 === undefined ? {} : { sha256 }),
    },
    ...(bytes === undefined ? {} : { bytes: bytesOf(bytes, status ?? null, headers) }),
    takes: [noticeName(noticeId)],
    // Of one notice: another may be sent again later.
    chain: `webhook:${endpointId}:${noticeId}`,
  };
}

/** What is still to come of a delivery, or what people can do about it. */
function standingFacts(row: DeliveryRow): StoryFact[] {
  const { state, dueAt, type, participant, noticeId, endpointId, attempts } = row;
  const last = attempts.at(-1);
  const at = last === undefined ? row.at : new Date(last.at);
  const about = { at: at.toISOString(), facts: { noticeId, endpointId }, takes: [noticeName(noticeId)] };
  if (state === 'pending' && dueAt !== null) {
    const words = `${type} is sent to ${participant} at ${hostOf(row)} next at ${dueAt.toISOString()}`;
    return [{ ...about, id: `webhook-due:${endpointId}:${noticeId}`, kind: 'timer', words }];
  }
  if (state !== 'failed') return [];
  const words = `${type} was given up at ${hostOf(row)}: ${participant} reads it in its feed (GET /v1/events), or has it sent again`;
  return [{ ...about, id: `webhook-failed:${endpointId}:${noticeId}`, kind: 'trouble', words }];
}

/** The name under which the fact of a notice is known to what comes of it. */
export const noticeName = (noticeId: string): string => `notice:${noticeId}`;

/** Paths may hold secrets of a participant. */
function hostOf({ url }: DeliveryRow): string {
  return new URL(url).host;
}
