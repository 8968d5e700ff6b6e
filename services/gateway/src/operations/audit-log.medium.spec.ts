import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  auditLogCalls,
  chained,
  GENESIS,
  spanLine,
  verifyExport,
  type AuditEntry,
  type AuditHead,
} from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP, and its own log. Routing answers from here, the others have nothing to tell.

const ops = { participant: 'OPERATOR' };
let world: GatewayWorld;
let routing: AuditEntry[] = [];

const headOf = (service: string, entries: readonly AuditEntry[], day: string): AuditHead => {
  const last = entries.filter((entry) => entry.day <= day).at(-1);
  return { service, day, number: last?.number ?? 0, hash: last?.hash ?? GENESIS };
};

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_audit_log', { TONLE_SANDBOX: 'true' });
  const deed = {
    actor: { kind: 'system', name: 'auditor' },
    action: 'corridor.stop',
    object: 'KH-TH',
  } as const;
  const atMs = world.platform.clock.now();
  const nowhere = { service: 'routing', day: null, number: 0, hash: GENESIS };
  routing = chained(nowhere, [
    { ...deed, atMs: atMs - 86_400_000 },
    { ...deed, atMs },
    { ...deed, atMs },
  ]);
  const { calls } = world.platform;
  for (const service of ['routing', 'fx', 'settlement', 'adapter-bakong']) {
    const { entries, heads } = auditLogCalls(service);
    const own = service === 'routing' ? routing : [];
    calls.serve(heads, ({ days }) =>
      Promise.resolve({ heads: days.map((day) => headOf(service, own, day)) }),
    );
    calls.serve(entries, ({ after, until, limit }) =>
      Promise.resolve({
        entries: own.filter(({ number }) => number > after && number <= until).slice(0, limit),
      }),
    );
  }
});
afterAll(() => world.close());

async function pages(query: string): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (let cursor = ''; ;) {
    const { status, json } = await world.get(`/v1/ops/audit-log?limit=2${query}${cursor}`, ops);
    expect([status, json.entries.length <= 2]).toEqual([200, true]);
    all.push(...json.entries);
    if (json.next === undefined) return all;
    cursor = `&cursor=${json.next}`;
  }
}

describe('the audit log', () => {
  it('is refused while a service is silent: a log with a hole would read as one without', async () => {
    expect((await world.get('/v1/ops/audit-log', ops)).json.code).toBe('unavailable');
    expect((await world.get('/v1/ops/audit-log/heads', ops)).json.code).toBe('unavailable');
    const { entries, heads } = auditLogCalls('adapter-thailand');
    world.platform.calls.serve(heads, ({ days }) =>
      Promise.resolve({ heads: days.map((day) => headOf('adapter-thailand', [], day)) }),
    );
    world.platform.calls.serve(entries, () => Promise.resolve({ entries: [] }));
    expect((await world.get('/v1/ops/audit-log', ops)).status).toBe(200);
  });

  it('has what keys of participants did, once each, and is whole for whoever verifies it', async () => {
    const publicKeyPem = generateKeyPairSync('ed25519')
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();
    const key = { keyId: 'KHMEKONG-laptop', publicKeyPem };
    for (let times = 0; times < 2; times += 1) await world.post('/v1/keys', key);
    for (let times = 0; times < 2; times += 1)
      await world.send('DELETE', '/v1/keys/KHMEKONG-laptop', undefined, {});
    const entries = await pages('');
    expect(entries.map(({ service, number, action, object }) => [service, number, action, object])).toEqual([
      ['gateway', 1, 'key.register', 'KHMEKONG-laptop'],
      ['gateway', 2, 'key.withdraw', 'KHMEKONG-laptop'],
      ['routing', 2, 'corridor.stop', 'KH-TH'],
      ['routing', 3, 'corridor.stop', 'KH-TH'],
    ]);
    expect(entries[0]!.actor).toEqual({ kind: 'participant', name: 'KHMEKONG-1', participant: 'KHMEKONG' });
    const [since, until] = await Promise.all(
      [routing[0]!.day, routing[1]!.day].map(
        async (day) => (await world.get(`/v1/ops/audit-log/heads?day=${day}`, ops)).json.heads as AuditHead[],
      ),
    );
    const lines = until!.flatMap((end, index) => [
      spanLine({ service: end.service, since: since![index]!, until: end }),
      ...entries.filter(({ service }) => service === end.service).map((entry) => JSON.stringify(entry)),
    ]);
    expect(until!.map(({ service, number }) => [service, number])).toContainEqual(['routing', 3]);
    expect(
      verifyExport(
        lines.map((text) => ({ where: '', text })),
        until,
      ).faults,
    ).toEqual([]);
  });

  it('is looked at by service, by days, and by operators alone', async () => {
    expect((await pages('&service=routing')).map(({ number }) => number)).toEqual([2, 3]);
    const both = `&service=routing&day=${routing[0]!.day}&until=${routing[1]!.day}`;
    expect((await pages(both)).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect((await world.get('/v1/ops/audit-log?service=nobody', ops)).status).toBe(400);
    expect((await world.get('/v1/ops/audit-log?cursor=nobody.1', ops)).status).toBe(400);
    expect((await world.get('/v1/ops/audit-log?day=2020-01-02&until=2020-01-01', ops)).status).toBe(400);
    expect((await world.get('/v1/ops/audit-log')).status).toBe(403);
  });
});
