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
    const uses = Array.from({ length: 200 }, (_, n) =>
      register.isFirstUse({ keyId: `K-${n % 2}`, nonce: `nonce-${n % 50}` }),
    );
    const answers = await Promise.all(uses);
    expect(answers.filter(Boolean)).toHaveLength(50);
    expect(answers.slice(0, 50)).not.toContain(false);
  });

  it('knows what another instance and an earlier process have taken', async () => {
    expect(await new NonceRegister(test.database, clock).isFirstUse({ keyId: 'K', nonce: 'once-only' })).toBe(
      true,
    );
    const other = await test.another();
    expect(await new NonceRegister(other, clock).isFirstUse({ keyId: 'K', nonce: 'once-only' })).toBe(false);
    expect(await new NonceRegister(test.database, clock).isFirstUse({ keyId: 'K', nonce: 'once-only' })).toBe(
      false,
    );
  });

  it('forgets a signature only when its age refuses it, by its own clock and by that of the sandbox', async () => {
    const register = new NonceRegister(test.database, clock);
    const longAgo = (ms: number) =>
      test.database.query("UPDATE used_nonce SET used_at = clock_timestamp() - $1 * interval '1 second'", [
        ms / 1_000,
      ]);
    const ageMax = SIGNATURE_AGE_MAX_MS + SIGNATURE_SKEW_MAX_MS;
    // The database's clock cannot be held: how long is told by the other, and this one is a minute away.
    const nearlyMs = ageMax - 60_000;
    await register.isFirstUse({ keyId: 'K', nonce: 'kept-a-while' });
    await longAgo(ageMax * 2);
    clock.set(NOW + ageMax);
    await register.forget();
    expect(await register.isFirstUse({ keyId: 'K', nonce: 'kept-a-while' })).toBe(false);
    clock.set(NOW + ageMax * 2);
    await longAgo(nearlyMs);
    await register.forget();
    expect(await register.isFirstUse({ keyId: 'K', nonce: 'kept-a-while' })).toBe(false);
    await longAgo(ageMax * 2);
    await register.forget();
    expect(await test.database.query('SELECT 1 FROM used_nonce')).toEqual([]);
    clock.set(NOW);
  });

  it('refuses one that cannot be kept alone: those who came with it are let in', async () => {
    const register = new NonceRegister(test.database, clock);
    const nonces = Array.from({ length: 40 }, (_, n) => (n === 13 ? 'a\u0000b' : `together-${n}`));
    const uses = await Promise.allSettled(nonces.map((nonce) => register.isFirstUse({ keyId: 'K', nonce })));
    expect(uses.filter(({ status }) => status === 'rejected')).toEqual([uses[13]]);
    expect((uses[13] as PromiseRejectedResult).reason).toMatchObject({ code: '22021' });
    const others = uses.flatMap((use) => (use.status === 'fulfilled' ? [use.value] : []));
    expect(new Set(others)).toEqual(new Set([true]));
    expect(await register.isFirstUse({ keyId: 'K', nonce: 'together-39' })).toBe(false);
  });

  it('waits for the disk only for what is written elsewhere', async () => {
    await test.database.query(`
      CREATE TABLE seen (nonce text, waits text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO seen VALUES (NEW.nonce, current_setting('synchronous_commit')); RETURN NEW; END $$;
      CREATE TRIGGER note BEFORE INSERT ON used_nonce FOR EACH ROW EXECUTE FUNCTION note()`);
    const register = new NonceRegister(test.database, clock);
    await register.isFirstUse({ keyId: 'K', nonce: 'a-payment' });
    await register.isFirstUse({ keyId: 'K', nonce: 'a-deed', elsewhere: true });
    await register.isFirstUse({ keyId: 'K', nonce: 'a-payment-after-it', elsewhere: false });
    const together = [{}, { elsewhere: true }].map((how, n) =>
      register.isFirstUse({ keyId: 'K', nonce: `in-one-batch-${n}`, ...how }),
    );
    expect(await Promise.all(together)).toEqual([true, true]);
    const seen = await test.database.query<{ nonce: string; waits: string }>('SELECT * FROM seen');
    expect(Object.fromEntries(seen.map(({ nonce, waits }) => [nonce, waits]))).toEqual({
      'a-payment': 'off',
      'a-deed': 'on',
      'a-payment-after-it': 'off',
      'in-one-batch-0': 'on',
      'in-one-batch-1': 'on',
    });
  });

  it('does not say yes when nobody knows', async () => {
    const away = await test.another();
    const register = new NonceRegister(away, clock);
    await away.close();
    await expect(register.isFirstUse({ keyId: 'K', nonce: 'unknown-if-used' })).rejects.toThrow();
  });
});
