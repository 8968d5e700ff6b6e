import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditCall, auditLogCalls, routingCalls, type AuditFinding } from '@tonle/contracts';
import { otherSays } from '../directory/opening.testing.js';
import { AuditWorld, account, set } from '../audit/audit.testing.js';

// Real: PostgreSQL and everything of routing; its books are broken and mended by hand.

let books: AuditWorld;
beforeAll(async () => {
  books = await AuditWorld.open('routing_stops');
});
afterAll(() => books.close());

const calls = () => books.world.platform.calls;
const query = (statement: string) => books.world.test.database.query(books.filled(statement));

/** A round of routing's auditor: what it finds in the tables, and what becomes of it. */
async function round(): Promise<void> {
  const { findings } = await calls().call(auditCall('routing'), {});
  await told('routing', findings);
}
const told = (service: string, findings: AuditFinding[]) =>
  calls().call(routingCalls.audited, { service, findings });
const stops = async () => (await calls().call(routingCalls.stops, {})).stops;

async function openOf(corridor: string): Promise<{ outbound: boolean; inbound: boolean }> {
  const { entries } = await calls().call(routingCalls.directory, {});
  return (entries.find(({ kind, id }) => kind === 'corridor' && id === corridor)!.body as { open: never })
    .open;
}
const propose = (
  acknowledges?: string[],
  corridor = 'KH-TH',
  direction: 'outbound' | 'inbound' = 'outbound',
) =>
  calls().call(routingCalls.setCorridor, {
    corridor,
    direction,
    open: true,
    operator: 'OPERATOR-1',
    participant: 'OPERATOR',
    reason: 'mended by hand',
    ...(acknowledges === undefined ? {} : { acknowledges }),
  });
/** Proposed by one, approved by another who looked at what was found. */
const resume = async (...asked: Parameters<typeof propose>) =>
  otherSays(books.world, await propose(...asked), { acknowledged: ['auditor_stopped'] });
const deeds = async () => {
  const all = { after: 0, until: 1_000_000, limit: 1_000 };
  const { entries } = await calls().call(auditLogCalls('routing').entries, all);
  return entries.filter(({ action }) => action.startsWith('corridor.'));
};

const LEAVES = set('completed', 'quote_taken = false');
const WRONG = set('rejected', `credit_ref = 'x'`);
const MENDED = set('rejected', 'credit_ref = NULL');

describe('a broken invariant', () => {
  it('stops the corridor of its payment, once, as a deed of the auditor', async () => {
    await round();
    expect([await stops(), await openOf('KH-TH')]).toEqual([[], { outbound: true, inbound: true }]);
    await query(WRONG);
    await round();
    await round();
    const [stop, ...others] = await stops();
    expect(others).toEqual([]);
    expect(stop).toMatchObject({
      corridor: 'KH-TH',
      service: 'routing',
      invariant: 'I4',
      about: books.filled('payment:{rejected}'),
    });
    expect(await openOf('KH-TH')).toEqual({ outbound: false, inbound: false });
    expect(await deeds()).toMatchObject([
      {
        actor: { kind: 'system', name: 'auditor' },
        action: 'corridor.stop',
        object: 'KH-TH',
        reason: expect.stringContaining(books.filled('I4: payment {rejected}')),
        before: { open: { outbound: true, inbound: true } },
      },
    ]);
  });

  it('lets the corridor go on by an operator alone, who names what was found', async () => {
    const { stopId } = (await stops())[0]!;
    expect(await propose()).toMatchObject({
      kind: 'refused',
      reason: 'corridor_stopped',
      detail: expect.stringContaining(stopId),
    });
    expect(await propose(['00000000-0000-4000-8000-000000000001'])).toMatchObject({
      reason: 'corridor_stopped',
    });
    const proposed = await propose([stopId]);
    expect(await otherSays(books.world, proposed)).toMatchObject({
      reason: 'warnings_unacknowledged',
      errors: [{ message: expect.stringContaining('auditor_stopped: I4') }],
    });
    expect(await stops()).toHaveLength(1);
    const acknowledged = ['auditor_stopped'];
    expect(await otherSays(books.world, proposed, { acknowledged })).toMatchObject({ state: 'executed' });
    expect(await stops()).toEqual([]);
    expect((await deeds()).at(-1)).toMatchObject({
      action: 'corridor.open.outbound',
      after: { acknowledges: [stopId] },
    });
  });

  it('that was acknowledged does not stop it again as long as it is there; another one, or the same found anew, does', async () => {
    await round();
    expect([await stops(), (await openOf('KH-TH')).outbound]).toEqual([[], true]);
    await query(MENDED);
    await round();
    await query(WRONG);
    await round();
    const again = await stops();
    expect(again).toMatchObject([{ invariant: 'I4' }]);
    await query(LEAVES);
    await round();
    expect(new Set((await stops()).map(({ about }) => about))).toEqual(
      new Set(['payment:{rejected}', 'payment:{completed}'].map((about) => books.filled(about))),
    );
    expect(await propose([again[0]!.stopId])).toMatchObject({ reason: 'corridor_stopped' });
    await resume((await stops()).map(({ stopId }) => stopId));
    await query(MENDED);
    await query(set('completed', 'quote_taken = true'));
  });

  it('is told before all that was acknowledged, however much that is, and is counted', async () => {
    const brokenToo = (count: number) =>
      query(`
        INSERT INTO payment
        SELECT (jsonb_populate_record(one, jsonb_build_object('id', other.id, 'uetr', other.id, 'quote_id', other.id,
          'message_id', replace(other.id::text, '-', ''), 'credit_ref', 'x'))).*
        FROM payment AS one
        CROSS JOIN LATERAL (SELECT gen_random_uuid() AS id FROM generate_series(1, ${count})) AS other
        WHERE one.id = '{rejected}'`);
    const found = async () => {
      const { findings } = await calls().call(auditCall('routing'), {});
      return findings.find(({ invariant, ok }) => invariant === 'I4' && !ok)!;
    };
    // As many rounds as it takes: a round names twenty.
    await brokenToo(25);
    for (let rounds = 1; rounds <= 2; rounds += 1) {
      await round();
      await resume((await stops()).map(({ stopId }) => stopId));
    }
    expect(await found()).toMatchObject({ found: 25, acknowledged: 25 });
    await round();
    expect([await stops(), (await openOf('KH-TH')).outbound]).toEqual([[], true]);
    await brokenToo(1);
    const { violations, ...counts } = await found();
    expect([violations.length, counts]).toEqual([
      20,
      expect.objectContaining({ found: 26, acknowledged: 25 }),
    ]);
    await round();
    const [next, ...others] = await stops();
    expect(others).toEqual([]);
    expect(violations[0]).toBe(next!.what);
    expect((await openOf('KH-TH')).outbound).toBe(false);
    await resume([next!.stopId]);
    await query(`DELETE FROM payment WHERE message_id ~ '^[0-9a-f]{32}$'`);
    await round();
  });

  it('of an account stops every corridor in its currency, and those only', async () => {
    await round();
    const before = await stops();
    await query(account('POSITION:KHMEKONG:KHR', 'debits_posted = debits_posted + 1'));
    await round();
    const found = (await stops()).filter(({ invariant }) => invariant === 'I2');
    expect(found.length).toBeGreaterThan(1);
    expect(new Set(found.map(({ about }) => about))).toEqual(new Set(['currency:KHR']));
    await query(account('POSITION:KHMEKONG:KHR', 'debits_posted = debits_posted - 1'));
    await round();
    expect((await stops()).filter(({ goneAt }) => goneAt === undefined)).toEqual(before);
    for (const corridor of new Set(found.map((stop) => stop.corridor)))
      await resume(
        found.map(({ stopId }) => stopId),
        corridor,
      );
  });

  it('at an adapter stops the corridor of its payment, and what it does not find any more is gone', async () => {
    const finding: AuditFinding = {
      invariant: 'I4 a leg is accepted at most once',
      ok: false,
      checked: 1,
      violations: [books.filled('{open}:D')],
      about: [books.filled('payment:{open}')],
    };
    await told('adapter-bakong', [finding]);
    expect(await stops()).toMatchObject([{ service: 'adapter-bakong', corridor: 'KH-TH' }]);
    await told('adapter-thailand', []);
    expect((await stops())[0]!.goneAt).toBeUndefined();
    await told('adapter-bakong', [{ ...finding, ok: true, violations: [], about: [] }]);
    expect((await stops())[0]!.goneAt).toBeDefined();
  });
});
