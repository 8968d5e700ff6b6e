import { createHash } from 'node:crypto';
import type { Clock, Random } from '@tonle/platform';
import { signWebhook, type WebhookKey } from '@tonle/security';
import { outcomeOfAttempt, troubleOf, type Attempt } from './delivery.decide.js';
import type { DeliveryWrite, DueDelivery } from './delivery.store.js';
import type { WebhookBody } from './webhook-format.js';
import type { WebhookAnswer, WebhookSender } from './webhook-sender.js';

/** Requests to one endpoint at once. */
const AT_ONCE = 8;
/** After this a round begins no more requests: its lease must outlive it. */
const ROUND_MS_MAX = 10_000;

export interface RoundParts {
  readonly sender: Pick<WebhookSender, 'post'>;
  readonly clock: Clock;
  readonly random: Random;
}

export interface RoundInput {
  readonly url: string;
  readonly keys: readonly WebhookKey[];
  readonly deliveries: readonly DueDelivery[];
  readonly bodies: ReadonlyMap<string, WebhookBody>;
}

/**
 * Sends what is due to one endpoint, a few at once. Those of one payment go one after the other, and not before the earlier was
 * taken or given up. What was not begun is due at once.
 */
export class WebhookRound {
  readonly writes: DeliveryWrite[] = [];
  taken = 0;
  refused = 0;
  gone = false;
  private readonly begunAt = performance.now();

  constructor(
    private readonly parts: RoundParts,
    private readonly input: RoundInput,
  ) {}

  async run(): Promise<void> {
    const chains = chainsOf(this.input.deliveries);
    const sendNext = async (): Promise<void> => {
      for (let chain = chains.shift(); chain !== undefined; chain = chains.shift())
        await this.sendChain(chain);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sendNext));
  }

  get lastedMs(): number {
    return performance.now() - this.begunAt;
  }

  private async sendChain(chain: readonly DueDelivery[]): Promise<void> {
    let waitsUntil: Date | null = null;
    for (const delivery of chain) {
      const write: DeliveryWrite = await this.send(delivery, waitsUntil ?? delivery.waitsUntil);
      this.writes.push(write);
      if (write.state === 'pending') waitsUntil = write.dueAt;
    }
  }

  private async send(delivery: DueDelivery, waitsUntil: Date | null): Promise<DeliveryWrite> {
    const { clock, random, sender } = this.parts;
    const { position, paymentId, noticedAt, tried, firstAt } = delivery;
    const same = { position, paymentId, noticedAt };
    const startMs = clock.now();
    const notNow = (dueAt: Date): DeliveryWrite => ({
      ...same,
      state: 'pending',
      attempts: [],
      firstAt,
      dueAt,
    });
    if (waitsUntil !== null) return notNow(waitsUntil);
    const body = this.input.bodies.get(delivery.noticeId);
    if (body === undefined) return { ...same, state: 'delivered', attempts: [], firstAt, dueAt: null };
    if (this.isOver) return notNow(new Date(startMs));
    const began = performance.now();
    const headers = {
      'content-type': body.contentType,
      'user-agent': 'tonle-webhooks/1',
      ...signWebhook({ id: delivery.noticeId, atMs: startMs, body: body.text }, this.input.keys),
    };
    const sent = await sender.post(this.input.url, headers, body.text);
    if (sent.kind === 'stopped') return notNow(new Date(startMs));
    const outcome = outcomeOfAttempt(sent, tried, clock.now(), random.unit());
    this.count(outcome.state === 'delivered', outcome.gone);
    const at = new Date(startMs);
    return {
      ...same,
      state: outcome.state,
      attempts: [{ ...attemptOf(sent, at, performance.now() - began), sha256: sha256Of(body.text) }],
      firstAt: firstAt ?? at,
      dueAt: outcome.dueAtMs === null ? null : new Date(outcome.dueAtMs),
    };
  }

  /** It lasts too long, takes nothing, or is there no more: the rest waits for another round. */
  private get isOver(): boolean {
    const takesNothing = this.taken === 0 && this.refused >= AT_ONCE;
    return this.gone || takesNothing || this.lastedMs > ROUND_MS_MAX;
  }

  private count(isTaken: boolean, isGone: boolean): void {
    if (isTaken) this.taken += 1;
    else this.refused += 1;
    this.gone ||= isGone;
  }
}

function chainsOf(deliveries: readonly DueDelivery[]): DueDelivery[][] {
  const chains = new Map<string, DueDelivery[]>();
  for (const delivery of deliveries) {
    const { paymentId, noticeId } = delivery;
    const chain = chains.get(paymentId ?? noticeId);
    if (chain === undefined) chains.set(paymentId ?? noticeId, [delivery]);
    else chain.push(delivery);
  }
  return [...chains.values()];
}

function attemptOf(sent: Exclude<WebhookAnswer, { kind: 'stopped' }>, at: Date, ms: number): Attempt {
  const cause = troubleOf(sent);
  return {
    at: at.toISOString(),
    ms: Math.round(ms),
    ...(sent.kind === 'answered' ? { status: sent.status } : {}),
    ...(cause === undefined ? {} : { cause }),
  };
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
