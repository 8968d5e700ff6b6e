// Every counter that operators alert on stands at 0 before its first count: the whole switch with PostgreSQL.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RedisState } from '@tonle/messaging';
import { createTestTelemetry } from '@tonle/telemetry';
import { TracedSwitch } from '../world/traced-switch.js';

// A bound for what hangs: a busy machine needs a minute to start the whole switch.
jest.setTimeout(300_000);

/** What is looked at as a share of all, by participant, or as what callers see: nothing rises from 0 there. */
const SHARES = [
  'tonle_leg_outcomes_total',
  'tonle_partner_lookups_total',
  'tonle_lookups_total',
  'tonle_partner_enquiries_total',
  'tonle_gateway_payments_total',
  'tonle_routing_payments_total',
];
/** Kafka's and Redis's, which one process has not. */
const CLUSTER = ['tonle_records_forged_total', 'tonle_shared_state_errors_total'];

const page = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
const counters = page
  .split('\n')
  .filter((line) => line.startsWith('| `tonle_'))
  .flatMap((line) => [...line.split('|')[1]!.matchAll(/`(tonle_\w+_total)/g)].map(([, name]) => name!));

let whole: TracedSwitch;
beforeAll(async () => {
  whole = await TracedSwitch.start('alerts', '0');
});
afterAll(() => whole?.close());

describe('the counters of the page of alerts', () => {
  it('are there to be looked at', () => {
    expect(counters.length).toBeGreaterThan(10);
    for (const name of [...SHARES, ...CLUSTER]) expect(counters).toContain(name);
  });

  it.each(counters.filter((name) => !SHARES.includes(name) && !CLUSTER.includes(name)))(
    '%s begins at 0',
    async (name) => {
      expect((await whole.metrics()).match(new RegExp(`^${name}(\\{.*\\})? 0$`, 'gm')) ?? []).not.toEqual([]);
    },
  );

  it('have series for what they are about', async () => {
    const text = await whole.metrics();
    for (const series of [
      'tonle_routing_breaks_total{type="LATE_SUCCESS"',
      'tonle_routing_reviews_total{leg="reversal"',
      'tonle_partner_unmapped_codes_total{partner="bakong"',
      'tonle_job_failures_total{job="due-payments"',
      'tonle_messages_dead_total{topic="tonle.routing.inbox.v1",type="leg.result"',
    ])
      expect(text).toContain(series);
  });

  it('of a cluster begin at 0 as well', async () => {
    const telemetry = createTestTelemetry('cluster');
    const redis = new RedisState('redis://127.0.0.1:1', telemetry);
    expect(await telemetry.registry.metrics()).toMatch(
      /^tonle_shared_state_errors_total\{what="publish",.*\} 0$/m,
    );
    await redis.close();
    await telemetry.close();
  });
});
