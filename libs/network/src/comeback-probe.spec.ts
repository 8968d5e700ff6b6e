import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTestTelemetry } from '@tonle/telemetry';
import type { Database } from '@tonle/persistence';
import { CircuitBreaker } from './breaker.js';
import { ComebackProbe } from './comeback-probe.js';
import type { AnswerWithEvidence, LegAnswer, LegCarrier, OpenLeg } from './leg.js';

const LEG = { legKey: 'P1:credit' } as OpenLeg;

let now: number;
let sends: CircuitBreaker;
let unanswered: string | undefined;
/** Questions that were asked, each with how its answer is given. */
let asked: ((answer: LegAnswer) => void)[];
let failing: boolean;

function makeProbe(): ComebackProbe {
  const carrier: Pick<LegCarrier, 'enquire'> = {
    enquire: (legs) =>
      failing
        ? Promise.reject(new Error('broken'))
        : new Promise((done) => {
            expect(legs).toEqual([LEG]);
            asked.push((answer) =>
              done([{ leg: LEG, answer, evidence: [] } as unknown as AnswerWithEvidence]),
            );
          }),
  };
  return new ComebackProbe({
    carrier,
    database: {} as Database,
    sends,
    asks: new CircuitBreaker(() => now),
    clock: { now: () => now },
    telemetry: createTestTelemetry('probe'),
    unanswered: () => unanswered,
    find: (legKey) => Promise.resolve(legKey === LEG.legKey ? LEG : undefined),
  });
}

/** Everything that waits for nothing but its turn is done. */
const settled = () => new Promise((done) => setImmediate(done));
async function round(probe: ComebackProbe, passedMs = 5_000): Promise<number> {
  now += passedMs;
  probe.round();
  await settled();
  return asked.length;
}

beforeEach(() => {
  now = Date.parse('2026-11-29T10:00:00Z');
  asked = [];
  failing = false;
  unanswered = LEG.legKey;
  sends = new CircuitBreaker(() => now, 1, 5_000, 0);
});

describe('whether a silent partner is back', () => {
  it('is asked by nobody while it is sent to', async () => {
    expect(await round(makeProbe())).toBe(0);
  });

  it('is asked by one question at a time, and not before five seconds', async () => {
    sends.failed();
    const probe = makeProbe();
    expect(await round(probe)).toBe(1);
    expect(await round(probe, 60_000)).toBe(1);
    asked[0]!({ kind: 'ambiguous', because: 'HTTP 503' } as LegAnswer);
    await settled();
    expect(sends.report.hopeful).toBe(false);
    expect(await round(probe, 0)).toBe(2);
    asked[1]!({ kind: 'not_found' } as LegAnswer);
    await settled();
    expect(await round(probe, 4_999)).toBe(2);
    expect(await round(probe, 1)).toBe(3);
  });

  it('gives hope once anything is answered, and opens nothing: a payment has to get through', async () => {
    sends.failed();
    await round(makeProbe());
    asked[0]!({ kind: 'not_found' } as LegAnswer);
    await settled();
    expect(sends.report).toMatchObject({ state: 'open', hopeful: true });
  });

  it('is not asked without a leg to ask about, and asked again after one that broke', async () => {
    sends.failed();
    const probe = makeProbe();
    unanswered = undefined;
    expect(await round(probe)).toBe(0);
    [unanswered, failing] = [LEG.legKey, true];
    expect(await round(probe)).toBe(0);
    failing = false;
    expect(await round(probe)).toBe(1);
  });

  it('is asked on time by a clock that was set back', async () => {
    sends.failed();
    const probe = makeProbe();
    unanswered = undefined;
    await round(probe);
    unanswered = LEG.legKey;
    expect(await round(probe, -3_600_000)).toBe(1);
  });
});
