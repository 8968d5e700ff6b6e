import type { PaymentSubmit, StoryFact } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { bytesOf } from './evidence-facts.view.js';

/** A request with its bytes, as it came. */
export interface KeptRequest {
  readonly paymentId: string;
  readonly sender: string;
  readonly messageId: string | null;
  readonly uetr: string;
  readonly dialect: string;
  readonly messageVersion: string | null;
  readonly raw: Buffer;
  readonly headers: Record<string, string> | null;
  readonly submit: PaymentSubmit;
  readonly receivedAt: Date;
  readonly attempts: number;
  readonly notices: number;
  readonly state: string | null;
  readonly version: number | null;
  readonly toldAt: string | null;
}

const BY_ID = `
  SELECT payment_id AS "paymentId", sender, message_id AS "messageId", uetr, dialect, message_version AS "messageVersion", raw,
    headers, submit, received_at AS "receivedAt", attempts, notices, state, version, event ->> 'at' AS "toldAt"
  FROM request
  WHERE payment_id = $1::uuid`;

const RAW = 'request';

/** The request of a payment that came in by this door; undefined where it did not. */
export async function keptRequest(database: Queryable, paymentId: string): Promise<KeptRequest | undefined> {
  const [row] = await database.query<KeptRequest & object>(BY_ID, [paymentId]);
  return row;
}

/** The bytes of the request, when they are asked for. */
export function requestBytes(
  request: KeptRequest | undefined,
  factIds: readonly string[],
): { id: string; bytes: Uint8Array }[] {
  return request !== undefined && factIds.includes(RAW) ? [{ id: RAW, bytes: request.raw }] : [];
}

/** What a door knows of a payment that came in by it. */
export function requestFacts(request: KeptRequest): StoryFact[] {
  const { paymentId, sender, messageId, dialect, messageVersion, headers, submit, receivedAt } = request;
  const keyId = /;keyid="([^"]*)"/.exec(headers?.['signature-input'] ?? '')?.[1];
  const signed = keyId === undefined ? '' : `, its signature by ${keyId} was verified`;
  const asked: StoryFact = {
    id: RAW,
    at: receivedAt.toISOString(),
    kind: 'message_in',
    words: `${submit.refundOf === undefined ? 'payment' : 'refund'} asked for by ${sender} (${messageVersion ?? dialect})${signed}`,
    facts: {
      sender,
      messageId: messageId ?? submit.messageId,
      uetr: request.uetr,
      endToEndId: submit.endToEndId,
      dialect,
      quoteId: submit.quoteId,
      ...(keyId === undefined ? {} : { keyId }),
    },
    bytes: bytesOf(request.raw, null, headers),
    chain: 'door',
    sends: [`payment.submit:${paymentId}`],
    takes: [
      `quote:${submit.quoteId}`,
      ...(submit.lookup === undefined ? [] : [`lookup:${submit.lookup.lookupId}`]),
    ],
  };
  return [asked, ...againFacts(request), ...toldFacts(request)];
}

function againFacts({ attempts, receivedAt }: KeptRequest): StoryFact[] {
  if (attempts === 0) return [];
  return [
    {
      id: 'published-again',
      at: receivedAt.toISOString(),
      kind: 'timer',
      words: `routing was asked for its end, and the request published again: ${attempts} times`,
      facts: { attempts: String(attempts) },
    },
  ];
}

function toldFacts({ paymentId, state, version, toldAt, notices, sender }: KeptRequest): StoryFact[] {
  if (state === null || version === null || toldAt === null) return [];
  const told: StoryFact = {
    id: `told:${version}`,
    at: new Date(toldAt).toISOString(),
    kind: 'notice',
    words: `the door knows: callers are answered ${state} from now on`,
    facts: { state, version: String(version) },
    takes: [`payment.event:${paymentId}:${version}`],
  };
  if (notices === 0) return [told];
  const words = `${sender} was told of the end: ${notices} times`;
  return [told, { ...told, id: 'notices', words, facts: { notices: String(notices) } }];
}
