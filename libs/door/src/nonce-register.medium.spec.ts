import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { TestClock } from '@tonle/platform';
import { SIGNATURE_AGE_MAX_MS, SIGNATURE_SKEW_MAX_MS } from '@tonle/security';
import { UsedNonces1767100000000 } from './migrations/1767100000000-used-nonces.js';
import { NonceRegister } from './nonce-register.js';

// Real: PostgreSQL.

const NOW = 1_795_000_000_000;
const clock = new TestClock(NOW);
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('nonces');
  await test.database.openOrm({ migrations: [UsedNonces1767100000000] });
});
afterAll(() => test.drop());

describe(NonceRegister.name, () => {
  it('takes each nonce of a key once, also of many that come together', async () => {
    const register = new NonceRegister(test.database, clock);
    const uses = Array.from({ length: 200 }, (_, n) => register.isFirstUse(`K-${n % 2}`, `nonce-${n % 50}`));
    const answers = await Promise.all(uses);
    expect(answers.filter(Boolean)).toHaveLength(50);
    expect(answers.slice(0, 50)).not.toContain(false);
  });

  it('knows what another instance and an earlier process have taken', async () => {
    expect(await new NonceRegister(test.database, clock).isFirstUse('K', 'once-only')).toBe(true);
    const other = await test.another();
    expect(await new NonceRegister(other, clock).isFirstUse('K', 'once-only')).toBe(false);
    expect(await new NonceRegister(test.database, clock).isFirstUse('K', 'once-only')).toBe(false);
  });

  it('forgets a signature only when its age refuses it, by its own clock and by that of the sandbox', async () => {
    const register = new NonceRegister(test.database, clock);
    const longAgo = (ms: number) =>
      test.database.query("UPDATE used_nonce SET used_at = clock_timestamp() - $1 * interval '1 second'", [
        ms / 1_000,
      ]);
    const ageMax = SIGNATURE_AGE_MAX_MS + SIGNATURE_SKEW_MAX_MS;
    await register.isFirstUse('K', 'kept-a-while');
    await longAgo(ageMax * 2);
    clock.set(NOW + ageMax);
    await register.forget();
    expect(await register.isFirstUse('K', 'kept-a-while')).toBe(false);
    clock.set(NOW + ageMax * 2);
    await longAgo(ageMax);
    await register.forget();
    expect(await register.isFirstUse('K', 'kept-a-while')).toBe(false);
    await longAgo(ageMax * 2);
    await register.forget();
    expect(await test.database.query('SELECT 1 FROM used_nonce')).toEqual([]);
    clock.set(NOW);
  });

  it('refuses one that cannot be kept alone: those who came with it are let in', async () => {
    const register = new NonceRegister(test.database, clock);
    const nonces = Array.from({ length: 40 }, (_, n) => (n === 13 ? 'a\u0000b' : `together-${n}`));
    const uses = await Promise.allSettled(nonces.map((nonce) => register.isFirstUse('K', nonce)));
    expect(uses.filter(({ status }) => status === 'rejected')).toEqual([uses[13]]);
    expect((uses[13] as PromiseRejectedResult).reason).toMatchObject({ code: '22021' });
    const others = uses.flatMap((use) => (use.status === 'fulfilled' ? [use.value] : []));
    expect(new Set(others)).toEqual(new Set([true]));
    expect(await register.isFirstUse('K', 'together-39')).toBe(false);
  });

  it('does not say yes when nobody knows', async () => {
    const away = await test.another();
    const register = new NonceRegister(away, clock);
    await away.close();
    await expect(register.isFirstUse('K', 'unknown-if-used')).rejects.toThrow();
  });
});
