import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refused, reportCalls, type ReportFile } from '@tonle/contracts';
import { until } from '../../../../tests/world/until.js';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. Settlement answers from this file, with one file of a participant.
const CONTENT = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => 33 + (index % 94)));
const FILE: ReportFile = {
  fileId: '01a20056-8580-7b00-b8ee-ed94c0de9c1c',
  runId: '01a20056-8580-7b00-b8ee-ed94c0de9c1d',
  report: 'R2',
  receiver: 'KHMEKONG',
  format: 'csv',
  name: 'R2_KHMEKONG_TONLE_THB_2026-11-20_v1_000001.csv',
  version: 1,
  sequence: 1,
  bytes: CONTENT.length,
  rows: 3,
  sha256: 'ab'.repeat(32),
  contentSha256: 'ab'.repeat(32),
  parameters: { day: '2026-11-20', currency: 'THB' },
  knownAt: '2026-11-20T17:00:00.000Z',
  madeAt: '2026-11-20T18:00:00.000Z',
  confirmed: 0,
};
const PATH = `/v1/reports/files/${FILE.fileId}`;

describe('reports at the gateway', () => {
  let world: GatewayWorld;
  const told: string[][] = [];
  const asked: unknown[] = [];
  const get = (path: string, participant = 'KHMEKONG', headers: Record<string, string> = {}) =>
    world.get(path, { participant, headers });

  beforeAll(async () => {
    world = await GatewayWorld.start('gateway_reports');
    const { calls } = world.platform;
    const isTheirs = (receiver: string | undefined) => receiver === undefined || receiver === FILE.receiver;
    calls.serve(reportCalls.files, ({ receiver }) =>
      Promise.resolve({ files: isTheirs(receiver) ? [FILE] : [] }),
    );
    calls.serve(reportCalls.bytes, ({ receiver, offset, length }) =>
      Promise.resolve(
        isTheirs(receiver)
          ? {
              kind: 'bytes' as const,
              base64: CONTENT.subarray(offset, offset + length).toString('base64'),
              file: FILE,
            }
          : (refused('report_file_unknown') as never),
      ),
    );
    calls.serve(reportCalls.catalogue, () =>
      Promise.resolve({
        reports: (['operators', 'participants'] as const).map((audience, index) => ({
          ...{ report: `R${index + 1}`, title: 'T', schemaVersion: 1, audience, formats: ['csv'] },
          ...{ parameters: [], columns: [] },
        })),
        places: ['archive'],
      }),
    );
    calls.serve(reportCalls.run, (request) => {
      asked.push(request);
      return Promise.resolve({ kind: 'started' as const, runId: FILE.runId });
    });
    calls.serve(reportCalls.news, ({ told: ids }) => {
      told.push(ids);
      return Promise.resolve({ files: told.flat().includes(FILE.fileId) ? [] : [FILE] });
    });
    calls.serve(reportCalls.statement, ({ participant, after, limit }) =>
      Promise.resolve({
        openingMinor: '0',
        closingMinor: '-211000',
        entries: Array.from({ length: Math.min(limit, 3 - after) }, (_, index) => ({
          line: 'WINDOW' as const,
          reference: `${participant} ${after + index}`,
          at: '2026-11-20T16:00:00.000Z',
          day: '2026-11-20',
          minor: '-100',
          balanceMinor: '-100',
        })),
      }),
    );
  });
  afterAll(() => world.close());

  it('are found by whom they are for, and by nobody else', async () => {
    const own = await get('/v1/reports/files');
    expect(own.json.files).toMatchObject([{ fileId: FILE.fileId, links: { file: PATH } }]);
    expect((await get('/v1/reports/files', 'KHANGKOR')).json.files).toEqual([]);
    expect((await get(PATH, 'KHANGKOR')).json.code).toBe('report_file_unknown');
  });

  it('are described to a participant as far as they are for it', async () => {
    const { status, json } = await get('/v1/reports');
    expect([status, json]).toEqual([
      200,
      { reports: [expect.objectContaining({ report: 'R2', audience: 'participants' })] },
    ]);
    expect((await get('/v1/ops/reports')).status).toBe(403);
  });

  it('are asked for by a participant for itself alone', async () => {
    const body = { report: 'R2', parameters: { day: '2026-11-20', currency: 'THB' } };
    const answer = await world.post('/v1/reports/runs', body);
    expect([answer.status, answer.json]).toEqual([202, { runId: FILE.runId }]);
    expect(asked).toMatchObject([
      { receiver: 'KHMEKONG', participant: 'KHMEKONG', isOwn: true, basis: 'then' },
    ]);
    const other = await world.post('/v1/reports/runs', { ...body, receiver: 'KHANGKOR' });
    expect(other.status).toBe(400);
  });

  it.each([
    ['the whole', {}, 200, 0, CONTENT.length - 1],
    ['a range', { range: 'bytes=10-99' }, 206, 10, 99],
    ['what is left', { range: 'bytes=2400000-' }, 206, 2_400_000, CONTENT.length - 1],
    ['more than there is', { range: 'bytes=2400000-9999999' }, 206, 2_400_000, CONTENT.length - 1],
    ['a Range of another form, which is passed over', { range: 'bytes=0-1,4-5' }, 200, 0, CONTENT.length - 1],
  ])('give %s', async (_, headers, status, from, to) => {
    const answer = await get(PATH, 'KHMEKONG', headers);
    expect(answer.status).toBe(status);
    expect(answer.text === CONTENT.subarray(from, to + 1).toString()).toBe(true);
    expect(answer.headers.get('content-length')).toBe((to - from + 1).toString());
    expect(answer.headers.get('etag')).toBe(`"${FILE.sha256}"`);
    if (status === 206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to}/${CONTENT.length}`);
  });

  it('refuse a range that is not in the file, with its length', async () => {
    const answer = await get(PATH, 'KHMEKONG', { range: `bytes=${CONTENT.length}-` });
    expect([answer.status, answer.json.code, answer.json.detail]).toEqual([
      416,
      'report_range_wrong',
      'It has 2500000 bytes.',
    ]);
  });

  it('are told of, once', async () => {
    const events = await until('the event', async () => {
      const { json } = await get('/v1/events?types=report.available');
      return json.events.length > 0 && json.events;
    });
    expect(events).toMatchObject([
      {
        type: 'report.available',
        data: { fileId: FILE.fileId, report: 'R2', href: PATH, bytes: CONTENT.length },
      },
    ]);
    expect(told.flat()).toContain(FILE.fileId);
  });

  it('give a statement by pages', async () => {
    const first = await get('/v1/statements/THB?day=2026-11-20&limit=2');
    expect(first.json).toMatchObject({
      participant: 'KHMEKONG',
      closing: { currency: 'THB', amount: '-2110.00' },
      next: '2',
    });
    const last = await get(`/v1/statements/THB?day=2026-11-20&limit=2&cursor=${first.json.next}`);
    expect(last.json.entries.map(({ reference }: { reference: string }) => reference)).toEqual([
      'KHMEKONG 2',
    ]);
    expect(last.json.next).toBeUndefined();
    expect((await get('/v1/statements/XTS')).json.errors).toMatchObject([{ path: '/currency' }]);
    expect((await get('/v1/statements/THB?day=2026-11-20&until=2026-11-19')).json.errors).toMatchObject([
      { path: '/until' },
    ]);
  });
});
