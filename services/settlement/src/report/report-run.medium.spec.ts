import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkStatement, readIso, type Statement } from '@tonle/iso20022';
import { auditedActions } from '@tonle/platform';
import { isManifestSigned } from '@tonle/security';
import { parse } from 'csv-parse/sync';
import { definitionOf, REPORT_CATALOGUE } from './report-catalogue.table.js';
import { sealFacts } from './fact.testing.js';
import {
  DAY_END,
  paymentOf,
  REPORT_REQUEST,
  reportWorld,
  settleWindow,
  THAI,
  type ReportWorld,
} from './report.testing.js';

// Real: PostgreSQL, the file system.
const HOUR_MS = 3_600_000;

describe('runs of reports', () => {
  let world: ReportWorld;
  const first = paymentOf('82000');
  const rowsOf: ReportWorld['rows'] = (more) => world.rows(more);

  beforeAll(async () => {
    world = await reportWorld('report_run');
    await world.test.database.query(`UPDATE ledger_copy SET copied_up_to = '2026-12-01T00:00:00Z'`);
    await sealFacts(world.test.database, DAY_END + 30 * HOUR_MS);
    await world.take(first, paymentOf('120000'), paymentOf('9000'));
    world.platform.clock.set(DAY_END - HOUR_MS);
    await world.net(THAI.windowId);
    await settleWindow(world, THAI.windowId, [
      { participant: 'FXNAGA', direction: 'pay_in', minor: 211_000n },
      { participant: 'THSWITCH', direction: 'pay_out', minor: 211_000n },
    ]);
    world.platform.clock.set(DAY_END + 30 * HOUR_MS);
  });
  afterAll(() => world.close());

  it.each(REPORT_CATALOGUE.map(({ id }) => id))('%s is read in every format that it has', async (report) => {
    const { needed, formats, audience } = definitionOf(report)!;
    const { run, files } = await world.make({
      report,
      receiver: audience === 'participants' ? 'FXNAGA' : '',
      parameters: {
        ...(needed.includes('day') && { day: THAI.day }),
        ...(needed.includes('entry') && { entry: 'none' }),
        ...(needed.includes('window') && { window: THAI.windowId }),
        ...(needed.includes('currency') && { currency: 'THB' }),
      },
      formats: [...formats],
    });
    expect(run).toMatchObject({ state: 'done' });
    expect(files.map(({ format }) => format).sort()).toEqual([...formats].sort());
  });

  it('tells a window as it was known at the end of its day, and as it is known now', async () => {
    const then = await rowsOf({ parameters: { day: THAI.day, currency: 'THB' } });
    expect(then).toHaveLength(1);
    expect(then[0]).toMatchObject({
      schema: 'R1.1',
      window: THAI.windowId,
      paymentsIn: '3',
      grossIn: '2110.00',
      grossOut: '0.00',
      net: '2110.00',
      state: 'APPROVED',
      bankReference: '',
    });
    const now = await rowsOf({ parameters: { day: THAI.day, currency: 'THB' }, basis: 'now' });
    expect(now[0]).toMatchObject({
      state: 'SETTLED',
      bankReference: 'TONLE-THB-000001',
      valueDate: '2026-11-23',
    });
  });

  it('tells each payment of a window with what was agreed of it, and a participant its own alone', async () => {
    const parameters = { window: THAI.windowId };
    const all = await rowsOf({ report: 'R3', parameters });
    expect(all).toHaveLength(3);
    expect(all.find(({ paymentId }) => paymentId === first.paymentId)).toMatchObject({
      uetr: first.uetr,
      payerAgent: 'KHMEKONG',
      amount: '820.00',
      source: '100240.00',
      rate: '0.00818040',
      feeCurrency: 'KHR',
      fee: '200.00',
      originDay: '2026-11-20',
      completedAt: '2026-11-20T05:00:00.000Z',
    });
    const debtor = await rowsOf({ report: 'R3', parameters, receiver: 'FXNAGA' });
    expect(debtor.map(({ amount }) => amount).sort()).toEqual(['-1200.00', '-820.00', '-90.00']);
    expect(await rowsOf({ report: 'R3', parameters, receiver: 'KHMEKONG' })).toEqual([]);
  });

  it('gives a participant a statement that ties, as CSV and as camt.053', async () => {
    const asked = { report: 'R2', receiver: 'FXNAGA', formats: ['csv', 'camt.053'] };
    const { files } = await world.make({
      ...asked,
      parameters: { day: THAI.day, until: '2026-11-21', currency: 'THB' },
      basis: 'now',
    });
    const [csv, camt] = ['csv', 'camt.053'].map((format) => files.find((file) => file.format === format)!);
    const rows = parse(await world.text(csv!), { columns: true }) as Record<string, string>[];
    expect(rows.map(({ line, net, balance }) => [line, net, balance])).toEqual([
      ['OPENING', '', '0.00'],
      ['WINDOW', '-2110.00', '-2110.00'],
      ['SETTLED', '2110.00', '0.00'],
      ['CLOSING', '', '0.00'],
    ]);
    const reading = readIso(Buffer.from(await world.text(camt!)));
    if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
    expect(checkStatement(reading.message as Statement)).toEqual([]);
    expect((reading.message as Statement).entries).toHaveLength(2);
    const day = await rowsOf({ ...asked, formats: ['csv'], parameters: { day: THAI.day, currency: 'THB' } });
    expect(day.at(-1)).toMatchObject({ line: 'CLOSING', balance: '-2110.00' });
    const nobody = await rowsOf({
      ...asked,
      formats: ['csv'],
      receiver: 'KHANGKOR',
      parameters: { day: THAI.day, currency: 'THB' },
    });
    expect(nobody.map(({ line, balance }) => [line, balance])).toEqual([
      ['OPENING', '0.00'],
      ['CLOSING', '0.00'],
    ]);
  });

  it('nets each pair from both sides, to zero', async () => {
    const rows = await rowsOf({ report: 'R4', parameters: { day: THAI.day, currency: 'THB' } });
    expect(
      rows.map(({ participant, counterparty, net, netOfAll }) => [participant, counterparty, net, netOfAll]),
    ).toEqual([
      ['FXNAGA', 'THSWITCH', '-2110.00', '-2110.00'],
      ['THSWITCH', 'FXNAGA', '2110.00', '2110.00'],
    ]);
  });

  it('makes the same bytes again, of every format, and says so; what is known later changes nothing of then', async () => {
    const asked = {
      report: 'R3',
      parameters: { window: THAI.windowId },
      formats: ['csv', 'xlsx', 'pdf'],
      receiver: 'THSWITCH',
    };
    const before = await world.make(asked);
    await world.take(paymentOf('100'));
    const after = await world.make(asked);
    expect(after.run.progress).toBe('done: the same bytes as before');
    const facts = (files: typeof before.files) => files.map(({ fileId, sha256 }) => [fileId, sha256]);
    expect(facts(after.files)).toEqual(facts(before.files));
    expect(after.files.map(({ confirmed }) => confirmed)).toEqual([1, 1, 1]);
    const now = await world.make({ ...asked, basis: 'now' });
    expect(now.run.rows).toBe(4);
  });

  it('makes a version that supersedes when the content is another, numbers files without a gap, and signs what it says of them', async () => {
    const asked = {
      report: 'R3',
      parameters: { window: THAI.windowId },
      basis: 'now' as const,
      receiver: 'THSWITCH',
    };
    const csvOf = async () =>
      (await world.make({ ...asked, formats: ['csv'] })).files.find(({ format }) => format === 'csv')!;
    const before = await csvOf();
    world.platform.clock.advance(1000);
    expect((await world.make({ ...asked, formats: ['csv'] })).run.progress).toContain('the same bytes');
    await world.take(paymentOf('200'));
    world.platform.clock.advance(1000);
    const after = await csvOf();
    expect(after).toMatchObject({ version: 2, supersedes: before.fileId, rows: before.rows + 1 });
    const { files: all } = await world.service.files({
      report: 'R3',
      receiver: 'THSWITCH',
      all: true,
      limit: 50,
    });
    const inOrder = [...all].sort((a, b) => a.sequence - b.sequence);
    expect(inOrder.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    expect(all.find(({ fileId }) => fileId === before.fileId)!.supersededAt).toBeDefined();
    let previous: string | undefined;
    for (const { fileId, sha256, name } of inOrder) {
      const found = await world.service.manifest({ fileId });
      if (found.kind === 'refused') throw new Error(found.reason);
      const bytes = Buffer.from(found.manifest);
      expect(isManifestSigned(bytes, Buffer.from(found.signature!, 'base64'), world.publicKey)).toBe(true);
      const said = JSON.parse(found.manifest) as Record<string, unknown>;
      expect(said).toMatchObject({ sha256, file: name });
      expect(said['previousManifestSha256']).toBe(previous);
      previous = createHash('sha256').update(bytes).digest('hex');
    }
  });

  it('gives pieces of a file, and only to whom it is for', async () => {
    const { files } = await world.make({
      report: 'R3',
      parameters: { window: THAI.windowId },
      receiver: 'FXNAGA',
    });
    const [{ fileId, bytes }] = files as [(typeof files)[number]];
    const piece = async (offset: number, length: number, receiver?: string) => {
      const answer = await world.service.bytes({ fileId, offset, length, receiver });
      return answer.kind === 'refused' ? answer.reason : Buffer.from(answer.base64, 'base64').toString();
    };
    const whole = await world.text(files[0]!);
    expect((await piece(0, 10)) + (await piece(10, bytes))).toBe(whole);
    expect(await piece(bytes, 10, 'FXNAGA')).toBe('');
    expect(await piece(0, 10, 'KHMEKONG')).toBe('report_file_unknown');
  });

  it('of a participant wait up to a number, also when all are asked for at once', async () => {
    const own = { report: 'R2', receiver: 'THSWITCH', participant: 'THSWITCH', isOwn: true };
    const parameters = { day: THAI.day, currency: 'THB' };
    const asked = { ...REPORT_REQUEST, ...own, parameters };
    const answers = await Promise.all(Array.from({ length: 25 }, () => world.service.run(asked)));
    const refused = answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.reason] : []));
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'report_queue_full'));
    await world.job().run();
    expect(await world.service.run(asked)).toMatchObject({ kind: 'started' });
    await world.job().run();
  });

  it('is taken up again from its start when its worker is gone, by one worker', async () => {
    const runId = await world.ask({ report: 'R8' });
    const { database } = world.test;
    await database.query(
      `UPDATE report_run SET state = 'running', attempts = 1, alive_at = $2 WHERE run_id = $1`,
      [runId, new Date(world.platform.clock.now())],
    );
    const stateOf = async () => (await world.service.runs({ runId, limit: 1 })).runs[0]!.state;
    await world.job().run();
    expect(await stateOf()).toBe('running');
    world.platform.clock.advance(3 * 60_000);
    await Promise.all([world.job().run(), world.job().run()]);
    expect(await stateOf()).toBe('done');
  });

  it('that cannot be made is tried three times, and says why', async () => {
    const runId = await world.ask({ report: 'R3', parameters: { window: THAI.windowId } });
    await world.test.database.query(`UPDATE report_run SET report = 'R99' WHERE run_id = $1`, [runId]);
    for (let round = 1; round <= 3; round += 1) {
      await world.job().run();
      world.platform.clock.advance(60_000);
    }
    const { runs } = await world.service.runs({ runId, limit: 1 });
    expect(runs[0]).toMatchObject({ state: 'failed', progress: 'failed: there is no report R99 any more' });
  });

  it('of the ledger waits until the copy has come so far, and adds up to zero', async () => {
    const { database } = world.test;
    await database.query(`
      INSERT INTO ledger_account VALUES (1, 'POSITION:FXNAGA:THB', 'POSITION', 'FXNAGA', 'THB'), (2, 'POSITION:THSWITCH:THB', 'POSITION', 'THSWITCH', 'THB')`);
    await database.query(`
      INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, at)
      VALUES (gen_random_uuid(), 'obligation', 1, 2, 5000, '2026-11-18T05:00:00Z'), (gen_random_uuid(), 'obligation', 1, 2, 82000, '2026-11-20T05:00:00Z')`);
    await database.query(
      `INSERT INTO ledger_checkpoint VALUES (1, '2026-11-18', 5000, 0), (2, '2026-11-18', 0, 5000)`,
    );
    await database.query(
      `UPDATE ledger_copy SET copied_up_to = '2026-11-20T16:00:00Z', checkpointed_day = '2026-11-18'`,
    );
    const runId = await world.ask({ report: 'R25', parameters: { day: THAI.day } });
    const other = await world.ask({ report: 'R8' });
    await world.job().run();
    const stateOf = async (id: string) => (await world.service.runs({ runId: id, limit: 1 })).runs[0]!;
    expect(await stateOf(runId)).toMatchObject({
      state: 'waiting',
      progress: expect.stringContaining('copy of the ledger'),
    });
    expect(await stateOf(other)).toMatchObject({ state: 'done' });
    await database.query(`UPDATE ledger_copy SET copied_up_to = '2026-11-20T17:00:00Z'`);
    world.platform.clock.advance(60_000);
    const rows = await rowsOf({ report: 'R25', parameters: { day: THAI.day } });
    expect(await stateOf(runId)).toMatchObject({ state: 'done' });
    expect(
      rows.map(({ account, opening, debit, credit, closing }) => [account, opening, debit, credit, closing]),
    ).toEqual([
      ['POSITION:FXNAGA:THB', '50.00', '820.00', '0.00', '870.00'],
      ['POSITION:THSWITCH:THB', '-50.00', '0.00', '-820.00', '-870.00'],
    ]);
    const journal = await rowsOf({ report: 'R24', parameters: { day: THAI.day } });
    expect(journal).toMatchObject([{ kind: 'obligation', debit: 'POSITION:FXNAGA:THB', amount: '820.00' }]);
  });

  it('writes down who asked', async () => {
    expect(await auditedActions(world.test.database)).toContain('report.run');
  });
});
