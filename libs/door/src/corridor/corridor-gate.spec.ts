import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  RAMP_MS,
  RAMP_STAGE_MS,
  type DirectoryEntry,
  type PaymentSubmit,
  type PartnerHealthReport,
} from '@tonle/contracts';
import { Directory, type Corridor, type CorridorBody } from '@tonle/directory';
import { MemoryState } from '@tonle/messaging';
import fc from 'fast-check';
import { directionHealth, figuresOf } from './direction-health.decide.js';
import { CorridorGate } from './corridor-gate.js';

const NOW = Date.parse('2026-11-29T10:00:00Z');
let now: number;
let reports: PartnerHealthReport[];

const set = { since: new Date(NOW).toISOString(), by: 'OPERATOR-1', reason: 'a test' };
const clock = { now: () => now };
const health = {
  of: (corridor: Corridor, direction: 'outbound' | 'inbound') =>
    directionHealth(reports, corridor, direction, now),
};

const FILE = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const { entries: SANDBOX } = JSON.parse(readFileSync(FILE, 'utf8')) as { entries: readonly DirectoryEntry[] };

/** The sandbox with the corridor in another form, and with KHANGKOR paused. */
function directoryOf(corridor: Partial<CorridorBody> = {}): Directory {
  const changes: Readonly<Record<string, object>> = { 'KH-TH': corridor, KHANGKOR: { pause: set } };
  return new Directory(
    SANDBOX.map((entry) => ({ ...entry, body: { ...(entry.body as object), ...changes[entry.id] } })),
  );
}

const gateOf = (corridor: Partial<CorridorBody>, shared = new MemoryState()) =>
  new CorridorGate(directoryOf(corridor), shared, clock, health);

const submit = (more: Partial<PaymentSubmit> = {}) =>
  ({
    corridor: 'KH-TH',
    direction: 'outbound',
    debtorAgent: 'KHMEKONG',
    creditorAgent: 'THSWITCH',
    quoteId: 'ffffffff-0000-4000-8000-000000000000',
    payerSecured: false,
    replyTo: { service: 'gateway', instance: 'a' },
    ...more,
  }) as PaymentSubmit;
const refund = submit({ refundOf: {} as PaymentSubmit['refundOf'] });
const reasonOf = async (gate: CorridorGate, of = submit()) => (await gate.admit(of))?.reason;

const down = (more: object = {}): PartnerHealthReport => ({
  network: 'thailand',
  instance: 'a',
  breakers: { sends: { state: 'open', downSinceMs: NOW, hopeful: false, ...more } },
  calls: {},
});

beforeEach(() => {
  now = NOW;
  reports = [];
});

describe('at the gate of a corridor', () => {
  it('everything passes that nobody stops, and what is not known here', async () => {
    const gate = gateOf({ whenDown: 'refuse' });
    expect(await reasonOf(gate)).toBeUndefined();
    expect(await reasonOf(gate, submit({ corridor: 'other' }))).toBeUndefined();
  });

  it.each(['debtorAgent', 'creditorAgent'] as const)(
    'a paused %s takes part in nothing new',
    async (agent) => {
      const gate = gateOf({});
      expect(await reasonOf(gate, submit({ [agent]: 'KHANGKOR' }))).toBe('participant_paused');
      expect(await reasonOf(gate, { ...refund, [agent]: 'KHANGKOR' })).toBeUndefined();
    },
  );

  it('payees of a bank that is paused are not named', () => {
    const gate = gateOf({ switches: { outbound: { hold: { kind: 'drain', ...set } } } });
    const corridor = directoryOf().corridor('KH-TH')!;
    expect(gate.offer(corridor, 'inbound', 'KHMEKONG')).toBeUndefined();
    expect(gate.offer(corridor, 'inbound', 'KHANGKOR')?.reason).toBe('participant_paused');
  });

  it('a throttle lets so many pass, over all instances, and says when the next one may', async () => {
    const shared = new MemoryState();
    const body = { switches: { outbound: { throttle: { perSecond: 2, ...set } } } };
    const gates = [gateOf(body, shared), gateOf(body, shared)];
    const answers = await Promise.all([0, 1, 2, 3, 4, 5].map((each) => gates[each % 2]!.admit(submit())));
    expect(answers.filter((each) => each === undefined)).toHaveLength(2);
    expect(answers.at(-1)).toMatchObject({ reason: 'corridor_throttled', retryAfterS: 1 });
    expect(await reasonOf(gates[0]!, refund)).toBeUndefined();
  });

  it('a throttle of next to nothing has people come again in an hour', async () => {
    const gate = gateOf({ switches: { outbound: { throttle: { perSecond: Number.MIN_VALUE, ...set } } } });
    expect(await gate.admit(submit())).toBeUndefined();
    expect(await gate.admit(submit())).toMatchObject({ reason: 'corridor_throttled', retryAfterS: 3_600 });
  });

  it('a throttle holds for each instance alone without shared state', async () => {
    const lost = { spend: () => Promise.resolve(undefined) } as unknown as MemoryState;
    const gate = gateOf({ switches: { outbound: { throttle: { perSecond: 1, ...set } } } }, lost);
    expect([await reasonOf(gate), await reasonOf(gate)]).toEqual([undefined, 'corridor_throttled']);
  });
});

describe('while a network does not answer', () => {
  it('is refused what the corridor does not want tried, at once', async () => {
    reports = [down()];
    expect(await gateOf({ whenDown: 'refuse' }).admit(submit())).toMatchObject({
      reason: 'corridor_down',
      retryAfterS: 5,
    });
    expect(await reasonOf(gateOf({}))).toBeUndefined();
    expect(await reasonOf(gateOf({ whenDown: 'refuse' }), refund)).toBeUndefined();
    expect(await reasonOf(gateOf({ whenDown: 'refuse' }), submit({ direction: 'inbound' }))).toBeUndefined();
  });

  it('takes what may wait for it where the corridor has a queue, and refuses others', async () => {
    reports = [down()];
    const gate = gateOf({ whenDown: { queue: { seconds: 60, payments: 10 } } });
    expect(await reasonOf(gate)).toBeUndefined();
    expect(await reasonOf(gate, submit({ payerSecured: true }))).toBe('corridor_down');
    const atTill = submit({ replyTo: { service: 'adapter-thailand', instance: 'a' } });
    expect(await reasonOf(gate, atTill)).toBe('corridor_down');
  });

  it('one tries it when it has answered something, or after a long silence', async () => {
    reports = [down({ hopeful: true })];
    const gate = gateOf({ whenDown: 'refuse' });
    expect([await reasonOf(gate), await reasonOf(gate)]).toEqual([undefined, 'corridor_down']);
    reports = [down()];
    now += 60_000;
    expect([await reasonOf(gate), await reasonOf(gate)]).toEqual([undefined, 'corridor_down']);
  });

  it('lets ever more pass when it is back, the same ones whenever they come', async () => {
    reports = [down({ state: 'closed', recoveredMs: NOW })];
    const shares: number[] = [];
    for (const passedMs of [0, RAMP_STAGE_MS, 2 * RAMP_STAGE_MS, RAMP_MS]) {
      now = NOW + passedMs;
      const gate = gateOf({ whenDown: 'refuse' });
      // The one that goes beside the share.
      await gate.admit(submit());
      const lots = Array.from({ length: 100 }, (_, at) =>
        submit({
          quoteId: `${Math.floor(((at + 0.5) / 100) * 2 ** 32)
            .toString(16)
            .padStart(8, '0')}-0`,
        }),
      );
      const answers = await Promise.all(lots.map((each) => reasonOf(gate, each)));
      shares.push(answers.filter((each) => each === undefined).length);
    }
    expect(shares).toEqual([10, 25, 50, 100]);
  });
});

describe(directionHealth, () => {
  const corridor = directoryOf().corridor('KH-TH')!;

  it('is never better than what any instance says, whatever the order of what they say', () => {
    const state = fc.constantFrom('closed' as const, 'open' as const, 'probing' as const);
    const since = fc.option(fc.integer({ min: NOW - 60_000, max: NOW }), { nil: undefined });
    const said = fc.record({ state, since, network: fc.constantFrom('bakong', 'thailand', 'other') });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 6 }), (all) => {
        const told = all.map(({ network, state: of, since: downSinceMs }, at) => ({
          ...down({ state: of, downSinceMs }),
          network,
          instance: `${at}`,
        }));
        const kinds = [told, told.toReversed()].map(
          (each) => directionHealth(each, corridor, 'outbound', NOW).kind,
        );
        const isDown = all.some(({ network, state: of }) => network !== 'other' && of !== 'closed');
        expect(kinds).toEqual(isDown ? ['down', 'down'] : ['up', 'up']);
        const homeDown = all.some(({ network, state: of }) => network === 'bakong' && of !== 'closed');
        expect(directionHealth(told, corridor, 'inbound', NOW).kind).toBe(homeDown ? 'down' : 'up');
      }),
    );
  });

  it('knows lookups that are not answered, and the end of a ramp', () => {
    const lookups = { state: 'open' as const, hopeful: false, downSinceMs: NOW };
    reports = [{ ...down(), breakers: { lookups } }];
    expect(directionHealth(reports, corridor, 'outbound', NOW)).toMatchObject({ kind: 'lookups_down' });
    expect(directionHealth(reports, corridor, 'inbound', NOW).kind).toBe('up');
    reports = [down({ state: 'closed', recoveredMs: NOW })];
    expect(directionHealth(reports, corridor, 'outbound', NOW)).toMatchObject({
      kind: 'recovering',
      share: 0.1,
      fullAtMs: NOW + RAMP_MS,
    });
    expect(directionHealth(reports, corridor, 'outbound', NOW + RAMP_MS).kind).toBe('up');
  });
});

it('figures sum up what all instances counted', () => {
  const classes = [0, 0, 90, 0, 0, 8, 0, 0, 0, 0, 0, 2];
  const counted = { ...down(), calls: { sends: { answered: 100, failed: 100, classes } } };
  expect(figuresOf([counted, { ...counted, instance: 'b' }], 'thailand', 'sends')).toEqual({
    calls: 400,
    answeredShare: 0.5,
    p50Ms: 50,
    p95Ms: 500,
  });
  expect(figuresOf([], 'thailand', 'sends')).toEqual({ calls: 0 });
});
