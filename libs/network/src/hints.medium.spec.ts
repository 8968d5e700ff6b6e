import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { refused, type Refusal } from '@tonle/contracts';
import { contentHashOf, type RawMessage, type Reply } from '@tonle/door';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { Hints } from './hints.js';
import type { InboundMessages } from './inbound.js';
import { Hints1771000100000 } from './migrations/1771000100000-hints.js';

// Real: PostgreSQL. How a hint is answered says this file.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PATH = '/notify';
const route = {
  dialect: {
    read: ({ bytes }: RawMessage) =>
      bytes.length === 0
        ? { kind: 'unreadable' }
        : { kind: 'instruction', key: { contentHash: contentHashOf([Buffer.from(bytes).toString()]) } },
  },
} as unknown as Pick<InboundMessages, 'dialect'>;
const WELL: Reply = { status: 200, contentType: 'text/plain', body: 'ok' };
const LATER = refused('partner_silent');

let test: TestDatabase;
let platform: TestPlatform;
let hints: Hints;
let said: Reply | Refusal | Error;
let looked: string[];

beforeAll(async () => {
  test = await createTestDatabase('hints');
  await test.database.openOrm({ migrations: [Hints1771000100000] });
  platform = createTestPlatform('adapter-x', test.database);
  hints = new Hints(platform);
});
beforeEach(async () => {
  [said, looked] = [LATER, []];
  await test.database.query('TRUNCATE hint');
});
afterAll(() => test.drop());

function answer(path: string, message: RawMessage): Promise<Reply | Refusal> {
  return hints.answered(path, route, message, () => {
    const { signature } = message.headers;
    looked.push(`${Buffer.from(message.bytes).toString()} ${String(signature)}`);
    return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
  });
}
const tell = (text: string) => answer(PATH, { bytes: Buffer.from(text), headers: { signature: 's' } });
const look = () => hints.run(answer);
/** A minute at a time, or what is told, for so long; how often it was looked at. */
async function after(ms: number, everyMs = MINUTE_MS): Promise<number> {
  looked = [];
  for (let passed = 0; passed < ms; passed += everyMs) {
    platform.clock.advance(everyMs);
    await look();
  }
  return looked.length;
}

it('what is answered well is not looked at again, nor what is no payment', async () => {
  said = WELL;
  expect(await tell('A')).toBe(WELL);
  said = { ...WELL, status: 400 };
  expect(await tell('')).toBe(said);
  expect(await after(DAY_MS, HOUR_MS)).toBe(0);
});

it.each<[string, () => Reply | Refusal | Error]>([
  ['refused', () => LATER],
  ['told that it is pending', () => ({ ...WELL, status: 503 })],
  ['lost in an error', () => new Error('broken')],
])('what is %s is looked at until it is answered well, though nobody comes again', async (_how, first) => {
  said = first();
  await tell('A').catch(() => undefined);
  platform.clock.advance(MINUTE_MS - 1);
  looked = [];
  await look();
  expect(looked).toEqual([]);
  platform.clock.advance(1);
  await look();
  expect(looked).toEqual(['A s']);
  said = WELL;
  expect(await after(3 * MINUTE_MS)).toBe(1);
  expect(await after(DAY_MS, HOUR_MS)).toBe(0);
});

it('is looked at ever more seldom, at least once an hour, and given up after three days', async () => {
  await tell('A');
  expect([await after(4 * MINUTE_MS), await after(DAY_MS)]).toEqual([2, 27]);
  expect(await after(2 * DAY_MS, HOUR_MS / 2)).toBeGreaterThan(45);
  expect(await after(DAY_MS, HOUR_MS)).toBe(0);
  expect(await platform.telemetry.registry.getSingleMetricAsString('tonle_hints_given_up_total')).toMatch(
    /^tonle_hints_given_up_total\{.*\} 1$/m,
  );
});

it('comes once to those who look at the same moment, and another content under its path is another', async () => {
  await tell('A');
  await tell('A');
  await tell('B');
  platform.clock.advance(MINUTE_MS);
  looked = [];
  await Promise.all([look(), look(), look()]);
  expect(looked.sort()).toEqual(['A s', 'B s']);
});
