import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far clocks of two services may be apart, and how long a captured call could be replayed. */
const TIME_WINDOW_MS = 60_000;

export const CALL_HEADERS = {
  caller: 'x-tonle-caller',
  time: 'x-tonle-time',
  signature: 'x-tonle-signature',
} as const;

export interface CallIdentity {
  readonly caller: string;
  readonly time: string;
  readonly signature: string;
}

function sign(secret: string, caller: string, time: string, path: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${caller}\n${time}\n${path}\n`).update(body).digest();
}

/** Who calls what, when, with which body: under the secret that all services of a deployment share. */
export function identify(
  secret: string,
  caller: string,
  nowMs: number,
  path: string,
  body: string,
): CallIdentity {
  const time = String(nowMs);
  return { caller, time, signature: sign(secret, caller, time, path, body).toString('base64') };
}

/** The calling service, or undefined when the identity does not hold. */
export function callerOf(
  secret: string,
  identity: Partial<CallIdentity>,
  nowMs: number,
  path: string,
  body: Uint8Array,
): string | undefined {
  const { caller, time, signature } = identity;
  if (caller === undefined || time === undefined || signature === undefined) return undefined;
  if (!/^\d{1,16}$/.test(time) || Math.abs(nowMs - Number(time)) > TIME_WINDOW_MS) return undefined;
  const expected = sign(secret, caller, time, path, body);
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected) ? caller : undefined;
}
