import type { EvidenceLog } from '@tonle/door';
import type { Clock } from '@tonle/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

// What is said and answered about a payment at our own door is evidence, as it is at the door of each network. The bytes of a
// request that was taken are in its row; its repeats, questions about it and all answers are kept here.

/** Headers that a signature covers, and the signature. */
const SIGNED = ['signature-input', 'signature', 'content-digest', 'content-type', 'idempotency-key', 'host'];
const ANSWERED = ['content-type', 'location', 'preference-applied', 'retry-after'];

interface About {
  readonly paymentId: string;
  readonly operation: string;
  readonly isKept: boolean;
}

type KeptRequest = FastifyRequest & { about?: About };

/** What the signature of a request is checked with, under the names of RFC 9421; the body is kept beside. */
export function signedParts({ method, url, headers }: FastifyRequest): Record<string, string> {
  const [path = '', query] = url.split('?');
  const derived = {
    '@method': method,
    '@path': path,
    ...(query === undefined ? {} : { '@query': `?${query}` }),
  };
  return { ...derived, ...picked(headers, SIGNED) };
}

/** The request is about this payment: its answer is kept, and so are its bytes unless they stand in a row of their own. */
export function keepAbout(reply: FastifyReply, paymentId: string, operation: string, isKept: boolean): void {
  (reply.request as KeptRequest).about = { paymentId, operation, isKept };
}

/** Keeps what `keepAbout` names, behind the answer. */
export function keepMessages(server: FastifyInstance, log: Pick<EvidenceLog, 'keep'>, clock: Clock): void {
  server.addHook('onSend', async (request: KeptRequest, reply, payload) => {
    const { about } = request;
    if (about === undefined || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload;
    const { paymentId: subject, operation } = about;
    const at = clock.now();
    if (!about.isKept)
      log.keep({
        ...{ subject, operation, at, direction: 'in' },
        headers: signedParts(request),
        bytes: (request as { rawBody?: Buffer }).rawBody ?? Buffer.alloc(0),
      });
    log.keep({
      ...{ subject, operation, at, direction: 'out', status: reply.statusCode },
      headers: picked(reply.getHeaders(), ANSWERED),
      bytes: Buffer.from(payload),
    });
    return payload;
  });
}

function picked(
  headers: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
