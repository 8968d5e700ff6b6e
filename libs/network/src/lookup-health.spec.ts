import { beforeEach, expect, it } from '@jest/globals';
import { createTestTelemetry, type TestTelemetry } from '@tonle/telemetry';
import type { WireReply } from './exchange.js';
import { LookupHealth } from './lookup-health.js';
import type { FoundPayee, PayeeRefusal } from './network.js';

let now: number;
let health: LookupHealth;
let telemetry: TestTelemetry;
const answered = (status: number): WireReply => ({
  kind: 'answered',
  status,
  headers: {},
  bytes: new Uint8Array(0),
});
const found: FoundPayee = {
  kind: 'found',
  name: 'Sok',
  account: 'a@x',
  accountType: 'bakong',
  currency: 'KHR',
};
const no: PayeeRefusal = { kind: 'refused', reason: 'account_unknown' };
const silent: PayeeRefusal = { kind: 'refused', reason: 'partner_silent' };

beforeEach(() => {
  now = Date.parse('2026-11-22T10:00:00Z');
  telemetry = createTestTelemetry('lookups');
  health = new LookupHealth('bakong', { now: () => now }, telemetry);
});

let asked = 0;
const ask = (reply: WireReply, said: FoundPayee | PayeeRefusal, about = `KHMEKONG payee ${(asked += 1)}`) => {
  now += 1_000;
  return health.ask(
    about,
    () => Promise.resolve(reply),
    () => said,
  );
};
const silence: WireReply = { kind: 'ambiguous', because: 'timeout' };

it('shows since when the network does not answer, and why', async () => {
  expect(health.shown).toEqual({ breaker: 'closed' });
  await ask(answered(200), found);
  const answeredAt = new Date(now).toISOString();
  expect(health.shown).toEqual({ breaker: 'closed', answeredAt });
  await ask(silence, silent);
  const failingSince = new Date(now).toISOString();
  for (let n = 0; n < 4; n += 1) await ask(silence, silent);
  expect(health.shown).toEqual({ breaker: 'open', answeredAt, failingSince, because: 'timeout' });
  expect(await ask(answered(200), found)).toBeUndefined();
});

it('takes an error of the server for silence, and a refusal for an answer', async () => {
  for (let n = 0; n < 9; n += 1) await ask(answered(422), no);
  for (let n = 0; n < 9; n += 1) await ask(answered(500), no);
  for (let n = 0; n < 9; n += 1) await ask(answered(400), silent);
  expect(health.shown.breaker).toBe('closed');
  for (let n = 0; n < 5; n += 1) await ask(answered(503), silent);
  expect(health.shown).toMatchObject({ breaker: 'open', because: 'HTTP 503' });
});

it('counts one payee whom nobody answers about once for each who asks, until there is an answer', async () => {
  for (let n = 0; n < 20; n += 1) await ask(silence, silent, 'KHMEKONG dead');
  for (let n = 0; n < 20; n += 1) await ask(silence, silent, 'KHANGKOR dead');
  expect(health.shown).toMatchObject({ breaker: 'closed', because: 'timeout' });
  await ask(answered(200), found);
  for (let n = 0; n < 4; n += 1) await ask(silence, silent);
  for (let n = 0; n < 20; n += 1) await ask(silence, silent, 'KHMEKONG dead');
  expect(health.shown.breaker).toBe('open');
  // The probe of an open breaker counts, whoever it is about: nobody is asked for another while.
  now += 5_000;
  await ask(silence, silent, 'KHMEKONG dead');
  expect(await ask(silence, silent, 'KHMEKONG dead')).toBeUndefined();
});

it('counts codes that no table has', async () => {
  await ask(answered(200), { ...silent, unmapped: 'code 91' });
  await ask(answered(200), silent);
  const counted = await telemetry.registry.getSingleMetric('tonle_partner_unmapped_codes_total')!.get();
  expect(counted.values).toMatchObject([{ labels: { partner: 'bakong' }, value: 1 }]);
});
