import { setTimeout as pause } from 'node:timers/promises';
import { counted } from '@tonle/contracts';
import { request } from 'undici';
import { takeSnapshot } from './gate.js';
import type { LoadClient } from './load-client.js';
import { LoadError, type TroubleKind } from './options.js';

/** What goes wrong with Bakong while the load runs, and how soon after its end every payment must be final. */
interface Trouble {
  /** What the simulator does from the start of the measured time to its end. */
  readonly fault: Readonly<Record<string, unknown>>;
  /** Killed at the end of the measured time. */
  readonly kills?: string;
  readonly finalMsMax: number;
}

const SLOW_MS = 8_000;
const WATCH_MS_MAX = 300_000;
const WATCH_EVERY_MS = 500;

/** Bakong answers so slowly that legs pile up, and its adapter is killed; or it says nothing at all. */
const TROUBLES: Readonly<Record<TroubleKind, Trouble>> = {
  kill: {
    fault: { network: 'bakong', operation: 'makeFullFundTransfer', fault: 'delay', delayMs: SLOW_MS },
    kills: 'adapter-bakong',
    finalMsMax: 30_000,
  },
  silence: { fault: { network: 'bakong', fault: 'timeout_before' }, finalMsMax: 60_000 },
};

export interface Recovery {
  readonly kind: TroubleKind;
  /** Payments that were open when the trouble ended, and when the watch did. */
  readonly openAtFirst: number;
  readonly openAtLast: number;
  /** From the end of the trouble (a kill, the last second of silence) until no payment was open. */
  readonly finalAfterMs: number;
  /** Payments that were open at each look: milliseconds after the end, number. */
  readonly course: readonly (readonly [number, number])[];
  readonly problems: readonly string[];
}

export interface TroubleTarget {
  readonly controlUrl: string;
  /** Undefined: what runs there was started by somebody else. */
  readonly kill?: (name: string) => void;
}

/** Makes trouble between two moments (`performance.now()`), and watches until every payment is final. */
export async function makeTrouble(
  kind: TroubleKind,
  target: TroubleTarget,
  client: LoadClient,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Recovery> {
  const { fault, kills, finalMsMax } = TROUBLES[kind];
  await pause(Math.max(0, from - performance.now()));
  await control(target, 'POST', fault);
  await pause(Math.max(0, to - performance.now()));
  const openAtFirst = await openPayments(target, client);
  if (kills !== undefined) target.kill?.(kills);
  await control(target, 'DELETE');
  const course = await watch(target, client);
  const [finalAfterMs, openAtLast] = course.at(-1)!;
  const problems: string[] = [];
  if (openAtLast > 0)
    problems.push(`${counted(openAtLast, 'payment')} open ${finalAfterMs} ms after the ${kind}`);
  else if (finalAfterMs > finalMsMax)
    problems.push(`all final ${finalAfterMs} ms after the ${kind}, not within ${finalMsMax} ms`);
  return { kind, openAtFirst, openAtLast, finalAfterMs, course, problems };
}

async function watch(
  target: TroubleTarget,
  client: LoadClient,
): Promise<readonly (readonly [number, number])[]> {
  const endedAt = performance.now();
  const course: [number, number][] = [];
  for (;;) {
    const open = await openPayments(target, client);
    const after = Math.round(performance.now() - endedAt);
    course.push([after, open]);
    if (open === 0 || after > WATCH_MS_MAX) return course;
    await pause(WATCH_EVERY_MS);
  }
}

async function openPayments({ controlUrl }: TroubleTarget, client: LoadClient): Promise<number> {
  const { ours } = await takeSnapshot(client, controlUrl);
  return Number(ours['routing.payments.open'] ?? 0n);
}

async function control(
  { controlUrl }: TroubleTarget,
  method: 'POST' | 'DELETE',
  fault?: unknown,
): Promise<void> {
  const sent =
    fault === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) };
  const answer = await request(`${controlUrl}/control/faults`, { method, ...sent });
  if (answer.statusCode >= 300)
    throw new LoadError(`the sandbox refused the fault: ${await answer.body.text()}`);
  await answer.body.dump();
}
