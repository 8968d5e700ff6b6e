import type { ServiceKeys } from './service-keys.js';

/** How far clocks of two services may be apart, and how long a captured call could be replayed. */
const TIME_WINDOW_MS = 60_000;

export const CALL_HEADERS = {
  caller: 'x-tonle-caller',
  time: 'x-tonle-time',
  seal: 'x-tonle-seal',
} as const;

export interface CallIdentity {
  readonly caller: string;
  readonly time: string;
  readonly seal: string;
}

/** Who calls what, when, with which body, sealed by the calling service. */
export function identify(keys: ServiceKeys, nowMs: number, path: string, body: string): CallIdentity {
  const time = String(nowMs);
  return { caller: keys.service, time, seal: keys.seal(['call', time, path, body]) };
}

/** The identity of a call when it holds, else undefined. */
export function identityOf(
  keys: ServiceKeys,
  identity: Partial<CallIdentity>,
  nowMs: number,
  path: string,
  body: string,
): CallIdentity | undefined {
  const { caller, time, seal } = identity;
  if (caller === undefined || time === undefined || seal === undefined) return undefined;
  if (!/^\d{1,16}$/.test(time) || Math.abs(nowMs - Number(time)) > TIME_WINDOW_MS) return undefined;
  return keys.isSealedBy(caller, ['call', time, path, body], seal) ? { caller, time, seal } : undefined;
}

/** The serving service's seal on its answer, which holds for this one call. */
export function sealAnswer(keys: ServiceKeys, call: CallIdentity, status: number, body: string): string {
  return keys.seal(answerParts(call, status, body));
}

/** Whether an answer to `call` is that of the service which serves it. */
export function isAnswerOf(
  keys: ServiceKeys,
  service: string,
  call: CallIdentity,
  answer: { readonly status: number; readonly body: string; readonly seal: string | undefined },
): boolean {
  const { status, body, seal } = answer;
  return seal !== undefined && keys.isSealedBy(service, answerParts(call, status, body), seal);
}

function answerParts({ seal }: CallIdentity, status: number, body: string): readonly string[] {
  return ['answer', seal, String(status), body];
}
