import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closureOf, closureRefusal, throttlesOf } from './corridor-standing.js';
import { Directory } from './directory.js';
import { corridorEntry, networkEntry, pairOf, participantEntry } from './directory.testing.js';
import type { CorridorBody, NetworkBody, ParticipantBody } from './entry.schema.js';
import { pauseOf, pauseRefusal } from './participant-standing.js';
import type { SwitchHold } from './switches.schema.js';

const NOW = Date.parse('2026-11-29T10:00:00Z');
const MINUTE_MS = 60_000;
const at = (minutes: number) => new Date(NOW + minutes * MINUTE_MS).toISOString();
const set = { since: at(0), by: 'OPERATOR-1', reason: 'a secret of operations' };
const hold = (kind: SwitchHold['kind'], more: Partial<SwitchHold> = {}): SwitchHold => ({
  kind,
  ...set,
  ...more,
});

interface Changed {
  readonly corridor?: Partial<CorridorBody>;
  readonly home?: Partial<NetworkBody>;
  readonly partner?: Partial<NetworkBody>;
  readonly stands?: Partial<ParticipantBody>;
}

function corridorOf({ corridor, home, partner, stands }: Changed) {
  const directory = new Directory([
    ...pairOf('home', 'thai', partner),
    participantEntry('THAI', { kind: 'network', ...stands }),
  ]);
  if (home !== undefined) {
    const { body } = directory.entry('network', 'home')!;
    directory.take([networkEntry('home', { ...(body as object), ...home }, 2)]);
  }
  directory.take([corridorEntry('home-thai', { home: 'home', partner: 'thai', ...corridor }, 2)]);
  return directory.corridor('home-thai')!;
}

const outbound = (of: SwitchHold) => ({ switches: { outbound: { hold: of } } });

describe('what operators have set', () => {
  it.each<[string, Changed]>([
    ['on the corridor', { corridor: outbound(hold('pause')) }],
    ['on the home network', { home: outbound(hold('pause')) }],
    ['on the partner network', { partner: outbound(hold('pause')) }],
    ['on who stands for the partner', { stands: { pause: set } }],
  ])('stops offers and payments when it is %s, and no refund', (_where, changed) => {
    const corridor = corridorOf(changed);
    const stops = (['offer', 'payment', 'refund'] as const).map(
      (begun) => closureOf(corridor, 'outbound', NOW, begun)?.status,
    );
    expect(stops).toEqual(['paused', 'paused', undefined]);
  });

  it('leaves the other way alone, and says nothing of who did it and why', () => {
    const corridor = corridorOf({
      corridor: outbound(hold('pause', { until: at(5), notice: 'Maintenance.' })),
    });
    expect(closureOf(corridor, 'inbound', NOW, 'offer')).toBeUndefined();
    const refusal = closureRefusal(closureOf(corridor, 'outbound', NOW, 'payment')!, NOW);
    expect(refusal).toEqual({
      kind: 'refused',
      reason: 'corridor_closed',
      detail: `Corridor home-thai is paused for outbound payments until ${at(5)}: Maintenance.`,
      retryAfterS: 300,
    });
  });

  it('drains: no offers at once, payments as long as a quote of before can hold, then it is paused', () => {
    const corridor = corridorOf({ corridor: outbound(hold('drain')) });
    const { quoteMs } = corridor.timers;
    const status = (ms: number, begun: 'offer' | 'payment') =>
      closureOf(corridor, 'outbound', NOW + ms, begun)?.status;
    expect([status(0, 'offer'), status(0, 'payment')]).toEqual(['draining', undefined]);
    expect([status(quoteMs - 1, 'offer'), status(quoteMs - 1, 'payment')]).toEqual(['draining', undefined]);
    expect([status(quoteMs, 'offer'), status(quoteMs, 'payment')]).toEqual(['paused', 'paused']);
  });

  it('a pause beside a drain counts', () => {
    const corridor = corridorOf({ corridor: outbound(hold('drain')), home: outbound(hold('pause')) });
    expect(closureOf(corridor, 'outbound', NOW, 'payment')?.status).toBe('paused');
    expect(closureOf(corridor, 'outbound', NOW, 'offer')?.status).toBe('paused');
  });

  it('is over by itself at its end, whatever it is', () => {
    const kind = fc.constantFrom<SwitchHold['kind']>('pause', 'drain');
    fc.assert(
      fc.property(
        kind,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0 }),
        (of, lastsMs, later) => {
          const until = new Date(NOW + lastsMs).toISOString();
          const corridor = corridorOf({
            corridor: {
              switches: {
                outbound: { hold: hold(of, { until }), throttle: { perSecond: 1, ...set, until } },
              },
            },
          });
          const closed = (ms: number) => closureOf(corridor, 'outbound', ms, 'offer') !== undefined;
          const slow = (ms: number) => throttlesOf(corridor, 'outbound', ms).length > 0;
          expect([closed(NOW + lastsMs - 1), slow(NOW + lastsMs - 1)]).toEqual([true, true]);
          expect([closed(NOW + lastsMs + later), slow(NOW + lastsMs + later)]).toEqual([false, false]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('throttles by every switch that is set, under names of their own', () => {
    const throttle = { perSecond: 2, ...set };
    const corridor = corridorOf({
      corridor: { switches: { outbound: { throttle } } },
      home: { switches: { outbound: { throttle } } },
    });
    const names = throttlesOf(corridor, 'outbound', NOW).map(({ on }) => on);
    expect(names).toEqual(['corridor:home-thai:outbound', 'network:home:outbound']);
    expect(throttlesOf(corridor, 'inbound', NOW)).toEqual([]);
  });
});

describe('a participant', () => {
  const body = (more: Partial<ParticipantBody>) => participantEntry('BANK', more).body as ParticipantBody;

  it.each<[Partial<ParticipantBody>, string]>([
    [{}, 'send receive'],
    [{ state: 'send_only' }, 'send'],
    [{ state: 'receive_only' }, 'receive'],
    [{ state: 'paused' }, ''],
    [{ pause: set }, ''],
    [{ pause: { ...set, until: at(0) } }, 'send receive'],
  ])('in %j may %s', (more, may) => {
    const roles = (['send', 'receive'] as const).filter(
      (role) => pauseOf(body(more), role, NOW, 'payment') === undefined,
    );
    expect(roles.join(' ')).toBe(may);
  });

  it('that an operator paused still gives money back, one that the directory has paused does not', () => {
    const refunds = ([{ pause: set }, { state: 'paused' }] as const).map(
      (more) => pauseOf(body(more), 'any', NOW, 'refund') === undefined,
    );
    expect(refunds).toEqual([true, false]);
  });

  it('is told until when', () => {
    const pause = pauseOf(body({ pause: { ...set, until: at(1) } }), 'any', NOW, 'offer')!;
    expect(pauseRefusal(pause, NOW)).toEqual({
      kind: 'refused',
      reason: 'participant_paused',
      detail: `BANK is paused until ${at(1)}.`,
      retryAfterS: 60,
    });
  });
});
