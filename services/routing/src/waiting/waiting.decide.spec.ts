import { describe, expect, it } from '@jest/globals';
import { RAMP_MS, RAMP_STAGE_MS, type PaymentSubmit } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type { DirectionHealth } from '@tonle/door';
import fc from 'fast-check';
import { directoryOf, sandboxDirectory } from '../payment/directory.testing.js';
import { decideStart, releaseOf, type StartFacts } from './waiting.decide.js';

const NOW_MS = Date.parse('2026-11-29T10:00:00Z');
const CORRIDOR = directoryOf(sandboxDirectory()).corridor('KH-TH')!;
const QUEUE = { seconds: 120, payments: 10 };
const GUARD_MS = CORRIDOR.timers.creditGuardMs;

const queued: Corridor = { ...CORRIDOR, whenDown: { queue: QUEUE } };
const { partner: network } = CORRIDOR;
const down = (more: { readonly hopeful?: boolean; readonly sinceMs?: number } = {}): DirectionHealth => ({
  kind: 'down',
  sinceMs: NOW_MS,
  hopeful: false,
  network,
  ...more,
});
const recovering = (share: number): DirectionHealth => ({
  kind: 'recovering',
  sinceMs: NOW_MS,
  network,
  share,
  fullAtMs: NOW_MS + RAMP_MS,
});
/** At the half of all lots. */
const submit = {
  quoteId: '80000000-0000-4000-8000-000000000000',
  payerSecured: false,
  replyTo: { service: 'gateway', instance: 'a' },
} as PaymentSubmit;

const start = (more: Partial<StartFacts> = {}) =>
  decideStart({
    submit,
    corridor: queued,
    health: down(),
    waiting: 0,
    quoteEndsMs: NOW_MS + 600_000,
    nowMs: NOW_MS,
    ...more,
  });

describe(decideStart, () => {
  it.each<[string, Partial<StartFacts>]>([
    ['the network answers', { health: { kind: 'up' } }],
    ['only lookups are down', { health: { kind: 'lookups_down', sinceMs: NOW_MS, network } }],
    ['it is among those that may go first', { health: recovering(0.6) }],
    ['the corridor has no queue', { corridor: CORRIDOR }],
    ['the corridor tries all the same', { corridor: { ...CORRIDOR, whenDown: 'try' } }],
    ['its payer was debited already', { submit: { ...submit, payerSecured: true } }],
    ['it is a refund', { submit: { ...submit, refundOf: {} as NonNullable<PaymentSubmit['refundOf']> } }],
    ['it came by a partner', { submit: { ...submit, replyTo: { service: 'adapter-a', instance: 'a' } } }],
  ])('starts when %s', (_, more) => {
    expect(start(more)).toEqual({ kind: 'go' });
  });

  it('waits as long as the corridor says, its price holds and its sender leaves time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100, max: 300 }),
        fc.option(fc.integer({ min: -100, max: 300 }), { nil: undefined }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(down(), down({ hopeful: true }), recovering(0.1), recovering(0.5)),
        (quoteS, senderS, waiting, health) => {
          const quoteEndsMs = NOW_MS + quoteS * 1_000;
          const deadline =
            senderS === undefined ? {} : { deadline: new Date(NOW_MS + senderS * 1_000).toISOString() };
          const said = start({ health, waiting, quoteEndsMs, submit: { ...submit, ...deadline } });
          const startsBeforeS = senderS === undefined ? 300 : senderS - GUARD_MS / 1_000;
          const leftS = Math.min(QUEUE.seconds, quoteS, startsBeforeS);
          if (waiting >= QUEUE.payments || leftS <= 0)
            expect(said).toMatchObject({ kind: 'refuse', refusal: { reason: 'partner_away' } });
          else expect(said).toEqual({ kind: 'wait', untilMs: NOW_MS + leftS * 1_000 });
        },
      ),
    );
  });
});

describe(releaseOf, () => {
  const at = (startedAgoMs = RAMP_MS, nowMs = NOW_MS) => ({ nowMs, startedAgoMs });

  it('lets nobody go while nothing is heard, and one now and then that tries', () => {
    expect(releaseOf(down(), 100, at())).toBeUndefined();
    expect(releaseOf(down(), 100, at(0, NOW_MS + 60_000))).toEqual({ perSecond: 1 / 60, most: 1 });
    expect(releaseOf(down({ hopeful: true }), 100, at())).toEqual({ perSecond: 0.2, most: 1 });
  });

  it('lets ever more go when it is back, and the last one too', () => {
    const most = (health: DirectionHealth, waiting = 1_000) => releaseOf(health, waiting, at())?.most;
    expect([recovering(0.1), recovering(0.25), recovering(0.5)].map((each) => most(each))).toEqual([
      10, 25, 50,
    ]);
    expect([most({ kind: 'up' }), most({ kind: 'up' }, 1), most(recovering(0.1), 1)]).toEqual([100, 1, 1]);
  });

  it('begins slowly after a start, whatever is heard then', () => {
    const most = (startedAgoMs: number) => releaseOf({ kind: 'up' }, 1_000, at(startedAgoMs))?.most;
    expect([0, RAMP_STAGE_MS, 2 * RAMP_STAGE_MS, RAMP_MS].map(most)).toEqual([10, 25, 50, 100]);
    expect(releaseOf(recovering(0.1), 1_000, at(2 * RAMP_STAGE_MS))?.most).toBe(10);
  });
});
