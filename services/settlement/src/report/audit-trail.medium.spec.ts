import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chained, GENESIS, type AuditEntry, type Deed } from '@tonle/contracts';
import fc from 'fast-check';
import { DAY_END, reportWorld, THAI, type ReportWorld } from './report.testing.js';

// Real: PostgreSQL, the file system.
const DAY_MS = 86_400_000;
const MORNING = DAY_END - DAY_MS / 2;
let world: ReportWorld;

const idOf = (number: number) => number.toString().padStart(18, '0');
/** Entries of a service as the copying job keeps them. */
async function copyEntries(entries: readonly AuditEntry[], version = 1, knownMs = DAY_END): Promise<void> {
  if (version > 1)
    await world.test.database.query('UPDATE fact SET known_until = $1 WHERE id = ANY($2)', [
      new Date(knownMs),
      entries.map(({ number }) => idOf(number)),
    ]);
  for (const entry of entries)
    await world.test.database.query(
      `INSERT INTO fact (source, service, id, version, known_from, body)
       VALUES ('switch.audit-entry', $1, $2, $3, $4, $5)`,
      [
        entry.service,
        idOf(entry.number),
        version,
        new Date(knownMs),
        JSON.stringify({
          ...{ number: entry.number, day: entry.day, at: entry.at },
          entry: JSON.stringify(entry),
        }),
      ],
    );
}

const logOf = (service: string, deeds: readonly Deed[]) =>
  chained({ service, number: 0, day: null, hash: GENESIS }, deeds);

function deed(atMs: number, more: Partial<Deed> = {}): Deed {
  const actor = { kind: 'operator' as const, name: 'OPS-1', participant: 'TONLEOPS' };
  return { atMs, actor, action: 'corridor.close', object: 'KH-TH', reason: 'flood', ...more };
}
const trail = (more: object = {}) => world.rows({ report: 'R26', parameters: { day: THAI.day }, ...more });

beforeAll(async () => {
  world = await reportWorld('audit_trail');
  world.platform.clock.set(DAY_END + 2 * DAY_MS);
});
beforeEach(async () => {
  await world.test.database.query('TRUNCATE fact, fact_copy');
  await world.test.database.query(
    `INSERT INTO fact_copy (source, service, place, sealed_up_to)
     SELECT 'switch.audit-entry', service, 0, $1 FROM unnest(ARRAY['gateway', 'routing']) AS service`,
    [new Date(DAY_END + DAY_MS)],
  );
});
afterAll(() => world.close());

describe('the audit trail', () => {
  it('tells who did what, before and after, with the second approver, and that each chain holds', async () => {
    const approved = { actor: { kind: 'operator' as const, name: 'OPS-2', participant: 'TONLEOPS' } };
    const entries = logOf('routing', [
      deed(MORNING - DAY_MS, { action: 'cap.lower' }),
      deed(MORNING, { action: 'approval.propose', object: 'A1', before: { cap: '1' }, after: { cap: '2' } }),
      deed(MORNING + 1, {
        ...approved,
        ...{ action: 'approval.approve', object: 'A1', decides: { proposal: 'A1', by: 'OPS-1' } },
      }),
      deed(DAY_END + 1),
    ]);
    await copyEntries(entries);
    await copyEntries(logOf('gateway', [deed(MORNING, { reason: 'a \u0000 b', evidence: 'case 7' })]));
    const rows = await trail();
    expect(rows.map(({ section, service, number, chain }) => [section, service, number, chain])).toEqual([
      ['Chains', 'gateway', '1', 'HOLDS'],
      ['Chains', 'routing', '2', 'HOLDS'],
      ['Deeds', 'gateway', '1', 'HOLDS'],
      ['Deeds', 'routing', '2', 'HOLDS'],
      ['Deeds', 'routing', '3', 'HOLDS'],
    ]);
    expect(rows[2]).toMatchObject({ reason: 'a \ufffd b', evidence: 'case 7' });
    expect(rows[1]).toMatchObject({
      object: '2-3',
      hash: entries[2]!.hash,
      previous: entries[0]!.hash,
    });
    expect(rows[3]).toMatchObject({
      ...{ at: new Date(MORNING).toISOString(), actor: 'OPS-1', role: 'operator', participant: 'TONLEOPS' },
      ...{ action: 'approval.propose', object: 'A1', before: '{"cap":"1"}', after: '{"cap":"2"}' },
      ...{ reason: 'flood', approver: 'OPS-2', hash: entries[1]!.hash, previous: entries[0]!.hash },
    });
  });

  it('waits for the log of every service', async () => {
    await copyEntries(logOf('routing', [deed(MORNING)]));
    await world.test.database.query(`UPDATE fact_copy SET sealed_up_to = $1 WHERE service = 'gateway'`, [
      new Date(DAY_END - 1),
    ]);
    await expect(trail()).rejects.toThrow(
      /waiting.*: what gateway tells of switch.audit-entry has come up to 2026-11-20T16:59:59.999Z$/,
    );
    // Who has never answered has told nothing: the trail is not made without it.
    await world.test.database.query(`UPDATE fact_copy SET sealed_up_to = NULL WHERE service = 'gateway'`);
    await expect(trail()).rejects.toThrow(/what gateway tells of switch.audit-entry has not come yet$/);
  });

  it('names what was altered, taken out, or told otherwise later', async () => {
    const entries = logOf(
      'routing',
      [0, 1, 2, 3, 4].map((ms) => deed(MORNING + ms)),
    );
    const altered = { ...entries[1]!, reason: 'nothing' };
    await copyEntries([entries[0]!, altered, entries[2]!, entries[4]!]);
    await copyEntries([{ ...entries[0]!, reason: 'another' }], 2, DAY_END + DAY_MS);
    const known = await trail();
    expect(known.map(({ section, number, chain, fault }) => [section, number, chain, fault])).toEqual([
      ['Chains', '4', 'BROKEN', '2 entries'],
      ['Deeds', '1', 'HOLDS', ''],
      ['Deeds', '2', 'BROKEN', 'entry 2 of routing was altered: its content has another hash'],
      ['Deeds', '3', 'HOLDS', ''],
      ['Deeds', '5', 'BROKEN', 'entry 4 of routing is missing'],
    ]);
    const now = await trail({ basis: 'now' });
    expect(now[1]).toMatchObject({
      reason: 'flood',
      fault: 'entry 1 of routing was another when it was copied first',
    });
  });

  it('holds for every log as it was written, and for none in which a word is another', async () => {
    const words = fc.string({ maxLength: 8 });
    const deeds = fc.array(fc.record({ reason: words, object: words }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(deeds, fc.nat(), fc.boolean(), async (written, which, isAltered) => {
        await world.test.database.query('TRUNCATE fact');
        const entries = logOf(
          'routing',
          written.map((more, ms) => deed(MORNING + ms, more)),
        );
        const at = which % entries.length;
        const copied = entries.map((entry, index) =>
          isAltered && index === at ? { ...entry, reason: `${entry.reason}!` } : entry,
        );
        await copyEntries(copied);
        const [chain, ...rows] = await trail({ basis: 'now' });
        expect(chain!['chain']).toBe(isAltered ? 'BROKEN' : 'HOLDS');
        expect(rows.flatMap(({ fault }, index) => (fault === '' ? [] : [index]))).toEqual(
          isAltered ? [at] : [],
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('dead letters', () => {
  it('R29 tells those that were open on the day or decided on it, as they were known', async () => {
    const letter = (id: string, result: string, more: object) =>
      world.test.database.query(
        `INSERT INTO fact (source, service, id, version, known_from, body)
         VALUES ('switch.dead-letter', 'routing', $1, 1, $2, $3)`,
        [
          id,
          new Date(DAY_END - 1),
          JSON.stringify({
            ...{
              reader: 'routing',
              topic: 'tonle.leg.v1',
              type: 'leg.result',
              key: 'KH-TH',
              errorClass: 'TypeError',
            },
            ...{
              attempts: 3,
              firstAt: new Date(MORNING - DAY_MS),
              lastAt: new Date(MORNING),
              result,
              by: null,
              at: null,
            },
            ...more,
          }),
        ],
      );
    await letter('a', 'OPEN', {});
    await letter('b', 'REPLAYED', { by: 'OPS-1', at: new Date(MORNING) });
    await letter('c', 'DISCARDED', { by: 'OPS-1', at: new Date(MORNING - DAY_MS) });
    await letter('d', 'OPEN', { firstAt: new Date(DAY_END) });
    await world.test.database.query(
      `INSERT INTO fact_copy (source, service, place, sealed_up_to) VALUES ('switch.dead-letter', 'routing', 0, $1)`,
      [new Date(DAY_END + DAY_MS)],
    );
    const rows = await world.rows({ report: 'R29', parameters: { day: THAI.day } });
    expect(rows).toMatchObject([
      { ...{ service: 'routing', errorClass: 'TypeError', attempts: '3' }, result: 'OPEN', replayedBy: '' },
      { result: 'REPLAYED', replayedBy: 'OPS-1', replayedAt: new Date(MORNING).toISOString() },
    ]);
  });
});
