import type { WireReply } from './exchange.js';
import type { WireRequest } from './network.js';
import type { Carry, Carried, Outgoing, WireContext, WirePart } from './wire.js';

const TOKEN = /^[\x21-\x7e]+$/;
/** A fifth of its life before its end, a token is renewed beside the requests that it still serves. */
const EARLY = 0.2;

export interface BearerOptions {
  /** Asks for a token. Neither it nor the answer is kept as evidence: both are credentials. */
  readonly renew: Omit<WireRequest, 'wire'>;
  /** Value of the Authorization header of `renew`. Default: the token that there is. */
  readonly authorization?: string;
  /** The token in the answer to `renew`; undefined when there is none. */
  token(reply: WireReply): IssuedToken | undefined;
  /** Does this answer say that the token does not hold? */
  isRefused(reply: WireReply): boolean;
}

export interface IssuedToken {
  readonly text: string;
  /** How long it holds, ms, from when it was asked for: whose clock is wrong does not matter. Default: until refused. */
  readonly lifeMs?: number;
}

/**
 * A bearer token (RFC 6750): asked for when it is needed, renewed before it ends, and once when it is refused; then the
 * request is given up. Without a token nothing is sent. Token and request share the request's time.
 */
export function bearer(options: BearerOptions): WirePart {
  return (context) => (next) => {
    const token = new BearerToken(options, context, next);
    return (request) => token.carry(request);
  };
}

interface HeldToken {
  readonly text: string;
  /** Epoch ms. */
  readonly renewFrom: number;
  readonly endsAt: number;
}

class BearerToken {
  private held: HeldToken | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly options: BearerOptions,
    private readonly context: Pick<WireContext, 'clock'>,
    private readonly next: Carry,
  ) {}

  async carry(request: Outgoing): Promise<Carried> {
    const from = this.context.clock.now();
    if (this.valid() === undefined) await this.renew(request);
    const used = this.valid();
    if (used === undefined) return nothingSent('there is no token');
    if (from >= used.renewFrom) void this.renew(request);
    const first = await this.send(request, used, from);
    if (!this.options.isRefused(first.reply)) return first;
    // Somebody else may have renewed it meanwhile.
    if (this.held === used) this.held = { ...used, endsAt: from };
    if (this.valid() === undefined) await this.renew(request);
    const newer = this.valid();
    const second = newer === undefined ? first : await this.send(request, newer, from);
    if (!this.options.isRefused(second.reply)) return second;
    return { ...second, reply: { kind: 'ambiguous', because: 'the token is refused' } };
  }

  private valid(): HeldToken | undefined {
    const { held } = this;
    return held !== undefined && this.context.clock.now() < held.endsAt ? held : undefined;
  }

  private async send(request: Outgoing, { text }: HeldToken, from: number): Promise<Carried> {
    // A clock that is set back gives no more time than the request has.
    const spent = Math.max(0, this.context.clock.now() - from);
    if (spent >= request.timeoutMs) return nothingSent('the token took all the time');
    const headers = { ...request.headers, authorization: `Bearer ${text}` };
    return this.next({ ...request, headers, timeoutMs: request.timeoutMs - spent });
  }

  private renew(request: Outgoing): Promise<void> {
    this.renewing ??= this.renewOnce(request).finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async renewOnce({ wire, subject, timeoutMs }: Outgoing): Promise<void> {
    const { renew, authorization = this.held && `Bearer ${this.held.text}` } = this.options;
    const headers: Record<string, string> = {
      ...(renew.contentType !== undefined && { 'content-type': renew.contentType }),
      ...(authorization !== undefined && { authorization }),
    };
    const from = this.context.clock.now();
    const { reply } = await this.next({ timeoutMs, ...renew, wire, subject, headers });
    const token = this.options.token(reply);
    if (token === undefined || !TOKEN.test(token.text)) return;
    const { text, lifeMs = Number.POSITIVE_INFINITY } = token;
    this.held = { text, renewFrom: from + lifeMs * (1 - EARLY), endsAt: from + lifeMs };
  }
}

/** Proof: without a token no byte of the request was written. */
function nothingSent(because: string): Carried {
  return { reply: { kind: 'not_sent', because }, evidence: [] };
}
