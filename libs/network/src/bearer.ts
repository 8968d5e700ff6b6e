import type { WireReply } from './exchange.js';
import type { WireRequest } from './network.js';
import type { Carry, Carried, Outgoing, WirePart } from './wire.js';

const TOKEN = /^[\x21-\x7e]+$/;

export interface BearerOptions {
  /** Asks for a token. Neither it nor the answer is kept as evidence: both are credentials. */
  readonly renew: Omit<WireRequest, 'wire'>;
  /** The token in the answer to `renew`; undefined when there is none. */
  token(reply: WireReply): string | undefined;
  /** Does this answer say that the token does not hold? */
  isRefused(reply: WireReply): boolean;
}

/** A bearer token (RFC 6750) that is renewed once when it is refused; then the request is given up. */
export function bearer(options: BearerOptions): WirePart {
  return () => (next) => {
    const token = new BearerToken(options, next);
    return (request) => token.carry(request);
  };
}

class BearerToken {
  private token: string | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly options: BearerOptions,
    private readonly next: Carry,
  ) {}

  async carry(request: Outgoing): Promise<Carried> {
    if (this.token === undefined) await this.renew(request);
    const used = this.token;
    const first = await this.next(this.withToken(request));
    if (!this.options.isRefused(first.reply)) return first;
    // Somebody else may have renewed it meanwhile.
    if (this.token === used) await this.renew(request);
    const second = await this.next(this.withToken(request));
    if (!this.options.isRefused(second.reply)) return second;
    return { ...second, reply: { kind: 'ambiguous', because: 'the token is refused' } };
  }

  private withToken(request: Outgoing): Outgoing {
    if (this.token === undefined) return request;
    return { ...request, headers: { ...request.headers, authorization: `Bearer ${this.token}` } };
  }

  private renew(request: Outgoing): Promise<void> {
    this.renewing ??= this.renewOnce(request).finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async renewOnce({ wire, subject, timeoutMs }: Outgoing): Promise<void> {
    const { renew } = this.options;
    const headers: Record<string, string> =
      renew.contentType === undefined ? {} : { 'content-type': renew.contentType };
    const { reply } = await this.next(this.withToken({ timeoutMs, ...renew, wire, subject, headers }));
    const token = this.options.token(reply);
    if (token !== undefined && TOKEN.test(token)) this.token = token;
  }
}
