import { mkdir, readdir, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReportFiling } from './report-filing.js';
import { ReportMaker } from './report-maker.js';
import { ReportRetentionJob } from './report-retention.job.js';
import { ReportRunJob } from './report-run.job.js';
import { DAY_END, paymentOf, reportWorld, THAI, type ReportWorld } from './report.testing.js';

// Real: PostgreSQL, the file system.
const DAY_MS = 86_400_000;
const KEPT_DAYS = 10;

let world: ReportWorld;
const R3 = { report: 'R3', parameters: { window: THAI.windowId } };
const runOf = async (runId: string) => (await world.service.runs({ runId, limit: 1 })).runs[0]!;
const filesOf = async (runId: string) => (await world.service.files({ runId, limit: 9 })).files;

beforeAll(async () => {
  world = await reportWorld('report_retention');
  await world.take(paymentOf('82000'), paymentOf('120000'));
  world.platform.clock.set(DAY_END + DAY_MS);
});
afterAll(() => world.close());

describe('files of reports', () => {
  it('are compressed when they are long, as gzip that others open, of the same content', async () => {
    const plain = (await world.make(R3)).files[0]!;
    const job = (over: number) =>
      new ReportRunJob(
        world.platform,
        world.directory,
        new ReportMaker(world.test.database, world.folder, over),
        new ReportFiling(world.platform.random, undefined),
        0,
      );
    const runId = await world.ask({ ...R3, language: 'th' });
    await job(plain.bytes - 1).run();
    const [small] = await filesOf(runId);
    expect(small).toMatchObject({ format: 'csv', contentSha256: plain.contentSha256, rows: 2 });
    expect(small!.name).toMatch(/\.csv\.gz$/);
    const bytes = await readFile(world.folder.pathOf(small!.sha256));
    expect(gunzipSync(bytes).toString('utf8')).toBe(await world.text(plain));
    expect(bytes.length).toBe(small!.bytes);
    const found = await world.service.manifest({ fileId: small!.fileId });
    expect(found.kind === 'found' && JSON.parse(found.manifest)).toMatchObject({
      compression: 'gzip',
      sha256: small!.sha256,
    });
    const again = await world.ask({ ...R3, language: 'th' });
    await job(plain.bytes - 1).run();
    expect((await runOf(again)).progress).toBe('done: the same bytes as before');
    const whole = await world.ask({ ...R3, language: 'lo' });
    await job(plain.bytes).run();
    expect((await filesOf(whole))[0]!.name).toMatch(/\.csv$/);
  });

  it('wait while the disk is full, say so, and are made once there is room', async () => {
    const runId = await world.ask({ ...R3, language: 'km' });
    const drafts = join(world.root, 'drafts');
    await mkdir(drafts, { recursive: true });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const path = join(drafts, `${runId}.${attempt}.csv`);
      await symlink('/dev/full', path);
      await world.job().run();
      expect(await runOf(runId)).toMatchObject({
        state: 'waiting',
        progress: expect.stringMatching(/no room .* TONLE_REPORTS_DIR .* ENOSPC/),
      });
      await unlink(path).catch(() => undefined);
      world.platform.clock.advance(60_000);
    }
    await world.job().run();
    expect(await runOf(runId)).toMatchObject({ state: 'done' });
  });

  it('leave no draft behind that nobody works on', async () => {
    const runId = await world.ask({ ...R3, language: 'zh' });
    const left = await world.folder.draft(runId, 7, 'csv');
    await left.finish();
    await new ReportRetentionJob(world.platform, world.folder, KEPT_DAYS).run();
    expect(await readdir(join(world.root, 'drafts'))).toEqual([]);
    await world.job().run();
    expect(await runOf(runId)).toMatchObject({ state: 'done' });
  });

  it('end after their time, and what they were stays; a run of the same gives them again', async () => {
    const job = new ReportRetentionJob(world.platform, world.folder, KEPT_DAYS);
    const { files } = await world.make(R3);
    const file = files[0]!;
    const bytesOf = () => world.service.bytes({ fileId: file.fileId, offset: 0, length: 10 });
    world.platform.clock.advance(KEPT_DAYS * DAY_MS);
    await job.run();
    expect((await bytesOf()).kind).toBe('bytes');
    world.platform.clock.advance(1);
    await job.run();
    expect(await bytesOf()).toMatchObject({ kind: 'refused', reason: 'report_file_gone' });
    const { files: listed } = await world.service.files({ fileId: file.fileId, limit: 1 });
    expect(listed[0]).toMatchObject({ sha256: file.sha256, goneAt: expect.any(String) });
    const found = await world.service.manifest({ fileId: file.fileId });
    expect(found.kind === 'found' && found.signature).toEqual(expect.any(String));
    const again = await world.make(R3);
    expect(again.files[0]).toMatchObject({ fileId: file.fileId, sha256: file.sha256 });
    expect(again.files[0]!.goneAt).toBeUndefined();
    expect((await bytesOf()).kind).toBe('bytes');
    await job.run();
    expect((await bytesOf()).kind).toBe('bytes');
  });

  it('that have the bytes of one that is kept stay', async () => {
    const job = new ReportRetentionJob(world.platform, world.folder, KEPT_DAYS);
    const old = (await world.make({ ...R3, language: 'km' })).files[0]!;
    world.platform.clock.advance(KEPT_DAYS * DAY_MS + 1);
    const young = (await world.make(R3)).files[0]!;
    expect(young.sha256).toBe(old.sha256);
    await job.run();
    const bytes = await world.service.bytes({ fileId: young.fileId, offset: 0, length: 10 });
    expect(bytes.kind).toBe('bytes');
  });
});
