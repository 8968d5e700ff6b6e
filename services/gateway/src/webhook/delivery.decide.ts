import type { WebhookAnswer } from './webhook-sender.js';

/** Waits after the first attempt, the second and so on; after the last one it is tried once more, and then no more. */
const WAITS_MS = [5, 300, 1_800, 7_200, 18_000, 36_000, 86_400, 86_400].map((seconds) => seconds * 1000);
/** After this an endpoint that takes nothing is not tried any more. */
const FAILING_MS_MAX = 3 * 86_400_000;
const JITTER = 0.2;
const GONE = 410;
/** An endpoint that takes nothing is looked at ever more seldom: so it does not cost others, and fills no table. */
const REST_MS = 1_000;
const REST_MS_MAX = 60_000;

/** One attempt, as the log of deliveries has it. */
export interface Attempt {
  readonly at: string;
  readonly ms: number;
  readonly status?: number;
  readonly cause?: string;
  /** Of the body that was sent; absent in what was sent by earlier versions. */
  readonly sha256?: string;
}

/** What becomes of a delivery by an attempt. */
export interface DeliveryOutcome {
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly dueAtMs: number | null;
  /** The endpoint says that it is there no more. */
  readonly gone: boolean;
}

/** `tried`: attempts before this one since it was to be sent; `unit`: 0 <= value < 1, spreads what failed together. */
export function outcomeOfAttempt(
  sent: Exclude<WebhookAnswer, { kind: 'stopped' }>,
  tried: number,
  nowMs: number,
  unit: number,
): DeliveryOutcome {
  const status = sent.kind === 'answered' ? sent.status : undefined;
  if (status !== undefined && status >= 200 && status < 300)
    return { state: 'delivered', dueAtMs: null, gone: false };
  const waitMs = WAITS_MS[tried];
  if (waitMs === undefined) return { state: 'failed', dueAtMs: null, gone: status === GONE };
  const askedMs = sent.kind === 'answered' ? (sent.retryAfterS ?? 0) * 1000 : 0;
  const dueAtMs = Math.round(nowMs + Math.max(waitMs * (1 + JITTER * unit), askedMs));
  return { state: 'pending', dueAtMs, gone: status === GONE };
}

/** What went wrong with an attempt, in words; undefined: nothing. */
export function troubleOf(sent: Exclude<WebhookAnswer, { kind: 'stopped' }>): string | undefined {
  if (sent.kind === 'failed') return sent.cause;
  if (sent.status >= 200 && sent.status < 300) return undefined;
  return sent.status >= 300 && sent.status < 400 ? 'redirects are not followed' : 'not taken';
}

/** How an endpoint does. */
export interface EndpointHealth {
  readonly failures: number;
  readonly failingSinceMs: number | null;
  readonly restUntilMs: number | null;
}

/** After a round: one that was taken makes it well; only failures let it rest, and after three days disable it. */
export function healthAfter(
  { failures, failingSinceMs }: EndpointHealth,
  round: { readonly taken: number; readonly refused: number },
  nowMs: number,
): EndpointHealth & { readonly isDead: boolean } {
  if (round.taken > 0) return { failures: 0, failingSinceMs: null, restUntilMs: null, isDead: false };
  const since = failingSinceMs ?? nowMs;
  if (round.refused === 0) return { failures, failingSinceMs, restUntilMs: null, isDead: false };
  const restMs = Math.min(REST_MS * 2 ** Math.min(failures, 10), REST_MS_MAX);
  return {
    failures: failures + 1,
    failingSinceMs: since,
    restUntilMs: nowMs + restMs,
    isDead: nowMs - since >= FAILING_MS_MAX,
  };
}
