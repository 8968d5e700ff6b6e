import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { TestClock } from '@tonle/platform';
import { createTestTelemetry, metricsText, type TestTelemetry } from '@tonle/telemetry';
import { BadSignatures } from './bad-signatures.js';

const STRANGER = '203.0.113.9';
const AT_ONCE = 60;

let clock: TestClock;
let bad: BadSignatures;
let telemetry: TestTelemetry;
beforeEach(() => {
  clock = new TestClock(1_795_000_000_000);
  telemetry = createTestTelemetry('gateway');
  bad = new BadSignatures({ clock, telemetry }, 100);
});
afterEach(() => telemetry.close());

function fail(address: string, keyId: string, times = AT_ONCE): void {
  for (let time = 0; time < times; time += 1) bad.from(address).failed(keyId);
}
const mayTry = (address: string, keyId: string): boolean => bad.from(address).mayTry(keyId);

it('lets no more be looked at of a key whose signatures from one address are bad, and everything else', () => {
  fail(STRANGER, 'A-1', AT_ONCE - 1);
  expect(mayTry(STRANGER, 'A-1')).toBe(true);
  fail(STRANGER, 'A-1', 1);
  expect(mayTry(STRANGER, 'A-1')).toBe(false);
  expect(mayTry(STRANGER, 'B-1')).toBe(true);
  expect(mayTry('203.0.113.10', 'A-1')).toBe(true);
});

it('looks at one more every second, however many failed', () => {
  fail(STRANGER, 'A-1', 1_000);
  clock.advance(999);
  expect(mayTry(STRANGER, 'A-1')).toBe(false);
  clock.advance(1);
  expect(mayTry(STRANGER, 'A-1')).toBe(true);
  fail(STRANGER, 'A-1', 1);
  expect(mayTry(STRANGER, 'A-1')).toBe(false);
});

it('holds nobody to what failed at a later time than it is now', () => {
  fail(STRANGER, 'A-1');
  clock.advance(-3_600_000);
  expect(mayTry(STRANGER, 'A-1')).toBe(true);
});

it('keeps no more than it may, and forgets who failed longest ago', () => {
  for (let host = 0; host < 1_000; host += 1) {
    fail(`198.51.${host >> 8}.${host % 256}`, 'A-1', 1);
    fail(STRANGER, 'A-1', 1);
  }
  expect(bad.kept).toBe(100);
  expect(mayTry(STRANGER, 'A-1')).toBe(false);
});

it.each<[string, string, string, boolean]>([
  ['those beside an address of IPv6', '2001:db8::1', '2001:db8:0:0:9:8:7:6', true],
  ['those beside a short one', '::1', '0:0:0:0:1::2', true],
  ['IPv4 within IPv6', '::ffff:203.0.113.9', STRANGER, true],
  ['whatever is no address', 'unknown', 'x'.repeat(10_000), true],
  ['another network of IPv6', '2001:db8::1', '2001:db8:0:1::1', false],
  ['another of IPv4 within IPv6', '::ffff:203.0.113.9', '::ffff:203.0.113.8', false],
])('counts as one: %s', (_what, one, other, isOne) => {
  fail(one, 'A-1');
  expect(mayTry(other, 'A-1')).toBe(!isOne);
});

it('is counted', async () => {
  fail(STRANGER, 'A-1');
  mayTry(STRANGER, 'A-1');
  const { text } = await metricsText();
  expect(text).toContain('tonle_bad_signatures_total{outcome="bad",service="gateway"} 60');
  expect(text).toContain('tonle_bad_signatures_total{outcome="turned_away",service="gateway"} 1');
});
