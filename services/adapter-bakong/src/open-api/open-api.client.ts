import type { Dispatcher } from 'undici';
import type { Clock } from '@tonle/platform';
import { exchange, type Evidence, type WireReply } from '@tonle/network';
import { asRecord, readEnvelope, type ApiAnswer } from './transaction.js';

const CALL_MS_MAX = 5_000;
const STATEMENT_BYTES_MAX = 8 * 1024 * 1024;

export interface OpenApiReply {
  readonly answer:
    | ApiAnswer
    | { readonly kind: 'not_sent'; readonly because: string }
    | { readonly kind: 'ambiguous'; readonly because: string };
  readonly evidence: readonly Evidence[];
}

/** The read-only Open API: a bearer token that is renewed once when it is refused, then the call is given up. */
export class OpenApiClient {
  private token: string | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly email: string,
    private readonly clock: Clock,
  ) {}

  /** Asks `/v1/<operation>`. Never throws. `subject` is what the evidence is filed under. */
  async ask(operation: string, body: unknown, subject: string): Promise<OpenApiReply> {
    if (this.token === undefined) await this.renew();
    const used = this.token;
    const first = await this.askOnce(operation, body, subject);
    if (first.answer.kind !== 'renew_token') return first;
    // Somebody else may have renewed it meanwhile.
    if (this.token === used) await this.renew();
    const second = await this.askOnce(operation, body, subject);
    if (second.answer.kind !== 'renew_token') return second;
    return { ...second, answer: { kind: 'ambiguous', because: 'the token is refused' } };
  }

  private async askOnce(operation: string, body: unknown, subject: string): Promise<OpenApiReply> {
    const bytes = Buffer.from(JSON.stringify(body));
    const at = this.clock.now();
    const answered = await this.post(operation, bytes);
    const evidence: Evidence[] = [{ subject, direction: 'out', at, operation, bytes }];
    if (answered.kind !== 'answered')
      return { answer: { kind: answered.kind, because: answered.because }, evidence };
    evidence.push({
      subject,
      direction: 'in',
      at: this.clock.now(),
      operation,
      status: answered.status,
      bytes: answered.bytes,
    });
    return { answer: readEnvelope(answered.status, answered.bytes), evidence };
  }

  private renew(): Promise<void> {
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  /** The e-mail is the credential here, so neither it nor the token is kept as evidence. */
  private async renewOnce(): Promise<void> {
    const answered = await this.post('renew_token', Buffer.from(JSON.stringify({ email: this.email })));
    if (answered.kind !== 'answered') return;
    const answer = readEnvelope(answered.status, answered.bytes);
    const token = answer.kind === 'data' ? asRecord(answer.data)?.['token'] : undefined;
    if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) this.token = token;
  }

  private post(operation: string, body: Uint8Array): Promise<WireReply> {
    const authorization: Record<string, string> =
      this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    return exchange(this.dispatcher, {
      method: 'POST',
      path: `/v1/${operation}`,
      headers: { 'content-type': 'application/json', ...authorization },
      body,
      timeoutMs: CALL_MS_MAX,
      maxBytes: STATEMENT_BYTES_MAX,
    });
  }
}
