import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Clock, Random } from '@tonle/platform';
import type { FindKey } from '@tonle/security';
import { Pool, type Dispatcher } from 'undici';
import { exchange, type WireReply } from './exchange.js';
import type { Evidence } from './leg.js';
import type { WireRequest } from './network.js';

// A wire is a connection and the parts around it, outermost first: an envelope, a token, a signature. A part changes
// what goes out, and may refuse to believe what comes back; the connection keeps the evidence of both.

/** Longest wait for an answer when the request says nothing else. */
export const ANSWER_MS = 5_000;
const CONNECT_MS_MAX = 3_000;

export interface Wire {
  readonly connection: HttpConnection;
  readonly parts: readonly WirePart[];
}

export interface HttpConnection {
  /** Scheme, host and port; requests bring their path. */
  readonly origin: string;
  /** Connections, and so requests in flight. */
  readonly connections: number;
  readonly tls?: ClientTls;
}

/** Paths of PEM files: whom we trust, and who we are. */
export interface ClientTls {
  /** Without it the authorities that this machine trusts. */
  readonly authority?: string;
  /** Where the network asks for a certificate. */
  readonly certificate?: string;
  readonly key?: string;
}

/** One part of a wire, once it is open. */
export type WirePart = (context: WireContext) => (next: Carry) => Carry;

/** What the engine gives to the parts of a wire. */
export interface WireContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Keys of the network that the directory has now. */
  readonly findKey: FindKey;
}

/** A request on its way through the parts. */
export interface Outgoing extends WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What the evidence is filed under: a leg key, a lookup id. */
  readonly subject: string;
  /** Asked again just before the first byte; false means that nothing is written (decisions 12). */
  readonly mayStart?: () => boolean;
  /** What is kept as evidence when it is not the body: a part that adds a credential puts the body from before here. */
  readonly kept?: Uint8Array;
  /** Headers of request and answer that are kept with it: signatures, never credentials. */
  readonly keptHeaders?: readonly string[];
}

export interface Carried {
  readonly reply: WireReply;
  readonly evidence: readonly Evidence[];
}

/** Sends once. Never rejects. */
export type Carry = (request: Outgoing) => Promise<Carried>;

/** An HTTP connection with parts around it, the outermost first. */
export function httpWire(connection: HttpConnection, ...parts: readonly WirePart[]): Wire {
  return { connection, parts };
}

/** A wire that is open: its connections are made when they are needed. */
export interface OpenWire {
  readonly carry: Carry;
  close(): Promise<void>;
}

/** Opens a wire. Throws when a file of its keys cannot be read. */
export function openWire({ connection, parts }: Wire, context: WireContext): OpenWire {
  const pool = poolOf(connection);
  const carry = parts.reduceRight(
    (next: Carry, part) => part(context)(next),
    (request) => carryOver(pool, request, context.clock),
  );
  return { carry, close: () => pool.destroy() };
}

function poolOf({ origin, connections, tls }: HttpConnection): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: CONNECT_MS_MAX,
      // One context for all connections: reading keys and certificates again for each costs milliseconds.
      ...(tls !== undefined && {
        secureContext: createSecureContext({
          ...(tls.authority !== undefined && { ca: readFileSync(tls.authority) }),
          ...(tls.key !== undefined && { key: readFileSync(tls.key) }),
          ...(tls.certificate !== undefined && { cert: readFileSync(tls.certificate) }),
        }),
      }),
    },
  });
}

async function carryOver(dispatcher: Dispatcher, request: Outgoing, clock: Clock): Promise<Carried> {
  const { method, path, headers, body, timeoutMs, mayStart, maxBytes } = request;
  const sentAt = clock.now();
  const reply = await exchange(dispatcher, { method, path, headers, body, timeoutMs, mayStart, maxBytes });
  const evidence: Evidence[] = [];
  const { subject, operation, kept = body } = request;
  if (reply.kind !== 'not_sent' && kept !== undefined) {
    const at = sentAt;
    evidence.push({ subject, direction: 'out', at, operation, ...keptOf(request, headers), bytes: kept });
  }
  if (reply.kind === 'answered') {
    const { status, bytes } = reply;
    const at = clock.now();
    const shown = keptOf(request, reply.headers);
    evidence.push({ subject, direction: 'in', at, operation, status, ...shown, bytes });
  }
  return { reply, evidence };
}

function keptOf(
  { keptHeaders }: Outgoing,
  headers: Readonly<Record<string, string>>,
): { headers?: Record<string, string> } {
  return keptHeaders === undefined ? {} : { headers: pickHeaders(headers, keptHeaders) };
}

/** Those of the named headers that are there, once each. */
export function pickHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}
