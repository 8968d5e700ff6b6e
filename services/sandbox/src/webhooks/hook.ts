import { createHash, type KeyObject } from 'node:crypto';
import { readIso } from '@tonle/iso20022';
import type { HttpCall } from '../kit/listener.js';
import { checkWebhook } from './standard-webhooks.js';

const MESSAGES_MAX = 500;
const ATTEMPTS_MAX = 50;

/** One time that a message came. */
interface Attempt {
  readonly at: string;
  readonly headers: HttpCall['headers'];
  /** `valid`, `unchecked` (no key is known), or what is wrong. */
  readonly signature: string;
  /** Are its bytes those of the first time? */
  readonly same: boolean;
  /** HTTP status, or what was done in its place: `silence`, `reset`. */
  answered: number | string;
}

interface Message {
  readonly id: string;
  readonly body: Buffer;
  readonly sha256: string;
  readonly attempts: Attempt[];
}

/** What came to one address, newest last; the oldest go when there are too many. */
export class Hook {
  keys: readonly KeyObject[] = [];
  private readonly messages = new Map<string, Message>();
  private deliveries = 0;
  private unnamed = 0;

  /** Keeps what came; `answered` is told when it is known. */
  keep({ headers, body }: HttpCall, nowMs: number): (answered: number | string) => void {
    this.deliveries += 1;
    const given = headers['webhook-id'];
    const id = typeof given === 'string' ? given : `unnamed-${(this.unnamed += 1)}`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const message = this.messages.get(id) ?? { id, body, sha256, attempts: [] };
    this.messages.set(id, message);
    const [oldest] = this.messages.keys();
    if (this.messages.size > MESSAGES_MAX) this.messages.delete(oldest!);
    const signature = this.keys.length === 0 ? 'unchecked' : checkWebhook(headers, body, this.keys, nowMs);
    const same = message.sha256 === sha256;
    const attempt: Attempt = {
      at: new Date(nowMs).toISOString(),
      headers,
      signature,
      same,
      answered: 'nothing yet',
    };
    message.attempts.push(attempt);
    if (message.attempts.length > ATTEMPTS_MAX) message.attempts.shift();
    return (answered) => (attempt.answered = answered);
  }

  counts(): object {
    return { deliveries: this.deliveries, messages: this.messages.size };
  }

  /** The newest messages, or that of one id, as the control API shows them. */
  shown(limit: number, id?: string): readonly object[] {
    const all = [...this.messages.values()].filter((each) => id === undefined || each.id === id);
    return all.slice(-limit).map(({ body, ...message }) => ({
      ...message,
      taken: message.attempts.some(({ answered }) => isTaken(answered)),
      base64: body.toString('base64'),
      ...contentOf(body, message.attempts[0]?.headers['content-type']),
    }));
  }

  /** A line for each time that something came, for people. */
  lines(): string {
    const lines = [...this.messages.values()].flatMap(({ id, body, attempts }) =>
      attempts.map(({ at, answered, signature }) =>
        [at, answered, signature, id, body.toString()].join('  '),
      ),
    );
    return `${lines.reverse().join('\n')}\n`;
  }
}

const isTaken = (answered: number | string): boolean =>
  typeof answered === 'number' && answered >= 200 && answered < 300;

/** JSON as it stands, or what a message of ISO 20022 says; neither where it can be read as neither. */
function contentOf(body: Buffer, type = ''): object {
  if (type.startsWith('application/xml')) {
    const reading = readIso(body);
    if (reading.kind !== 'read' || reading.message.kind !== 'status') return {};
    const { status, reason, originalMessageId, originalUetr } = reading.message;
    return { version: reading.version, status, reason, originalMessageId, originalUetr };
  }
  try {
    return { event: JSON.parse(body.toString('utf8')) as unknown };
  } catch {
    return {};
  }
}
