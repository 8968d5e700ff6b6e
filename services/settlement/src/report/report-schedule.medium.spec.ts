import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { filePlaceOf } from '@tonle/network';
import { auditedActions } from '@tonle/platform';
import ssh2 from 'ssh2';
import type { ReportPlaces } from '../settlement.settings.js';
import { ReportDeliveryJob } from './report-delivery.job.js';
import { ReportScheduleJob } from './report-schedule.job.js';
import { ReportScheduleService } from './report-schedule.service.js';
import { DAY_END, paymentOf, reportWorld, THAI, type ReportWorld } from './report.testing.js';

// Real: PostgreSQL, the file system, SSH on loopback.
const HOUR_MS = 3_600_000;
const BY = { operator: 'ops-1', participant: 'TONLEOPS', reason: 'every morning' };
const BODY = {
  report: 'R2',
  every: 'day' as const,
  at: '01:00',
  currency: 'THB',
  receiver: 'each',
  formats: ['csv'],
  language: 'en',
  deliver: [] as string[],
};

let world: ReportWorld;
let service: ReportScheduleService;
let plan: () => Promise<void>;
const runs = async () =>
  (await world.service.runs({ limit: 100 })).runs.map(({ report, receiver, parameters }) => [
    report,
    receiver,
    parameters.window ?? parameters.day,
  ]);

beforeAll(async () => {
  world = await reportWorld('report_schedule');
  service = new ReportScheduleService(
    world.platform,
    ['archive'],
    (id) => world.directory.participant(id) !== undefined,
  );
  plan = () => new ReportScheduleJob(world.platform, world.directory, ['archive']).run();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.test.database.query('UPDATE report_schedule SET ended_at = now()');
  await world.test.database.query(`UPDATE report_run SET state = 'failed' WHERE state = 'waiting'`);
});

describe('a schedule', () => {
  it('asks once for each participant of a day that is over, from its hour on', async () => {
    const added = await service.add({ schedule: BODY, ...BY });
    expect(added.kind).toBe('done');
    await world.take(paymentOf('82000'));
    world.platform.clock.set(DAY_END - HOUR_MS);
    await world.net(THAI.windowId);
    await plan();
    expect(await runs()).toEqual([]);
    world.platform.clock.set(DAY_END + HOUR_MS - 1);
    await plan();
    expect(await runs()).toEqual([]);
    world.platform.clock.set(DAY_END + HOUR_MS);
    await Promise.all([plan(), plan()]);
    await plan();
    expect((await runs()).sort()).toEqual([
      ['R2', 'FXNAGA', THAI.day],
      ['R2', 'THSWITCH', THAI.day],
    ]);
    const { schedules } = await service.list();
    expect(schedules).toMatchObject([{ report: 'R2', receiver: 'each', operator: 'ops-1' }]);
    expect(await service.end({ scheduleId: schedules[0]!.scheduleId, ...BY })).toEqual({ kind: 'done' });
    expect(await service.end({ scheduleId: schedules[0]!.scheduleId, ...BY })).toMatchObject({
      reason: 'report_schedule_unknown',
    });
    world.platform.clock.advance(24 * HOUR_MS);
    await plan();
    expect(await runs()).toHaveLength(2);
    const actions = await auditedActions(world.test.database);
    expect(actions).toEqual(expect.arrayContaining(['report.schedule', 'report.unschedule']));
  });

  it('asks for each window once it is netted, as it was then', async () => {
    world.platform.clock.set(DAY_END - 2 * HOUR_MS);
    await service.add({
      schedule: { ...BODY, report: 'R3', every: 'window', at: undefined },
      ...BY,
    });
    world.platform.clock.set(DAY_END + HOUR_MS);
    await plan();
    await plan();
    const ofWindows = (await runs()).filter(([report]) => report === 'R3');
    expect(ofWindows.sort()).toEqual([
      ['R3', 'FXNAGA', THAI.windowId],
      ['R3', 'THSWITCH', THAI.windowId],
    ]);
    await world.job().run();
    const { files } = await world.service.files({ report: 'R3', limit: 10 });
    expect(files.map(({ receiver, rows }) => [receiver, rows]).sort()).toEqual([
      ['FXNAGA', 1],
      ['THSWITCH', 1],
    ]);
  });

  it.each([
    [{ report: 'R99' }, 'report_unknown', undefined],
    [{ every: 'window' as const, at: undefined }, 'schema_invalid', '/every'],
    [{ currency: undefined }, 'schema_invalid', '/currency'],
    [{ at: undefined }, 'schema_invalid', '/at'],
    [{ formats: ['camt.054'] }, 'schema_invalid', '/formats'],
    [{ receiver: '', formats: ['camt.053'] }, 'schema_invalid', '/formats'],
    [{ receiver: 'NOBODY' }, 'schema_invalid', '/receiver'],
    [{ language: 'xx' }, 'schema_invalid', '/language'],
    [{ deliver: ['nowhere'] }, 'schema_invalid', '/deliver'],
  ])('with %j is refused as %s', async (more, reason, path) => {
    const answer = await service.add({ schedule: { ...BODY, ...more }, ...BY });
    expect(answer).toMatchObject({ kind: 'refused', reason });
    if (path !== undefined) expect(answer).toMatchObject({ errors: [{ path }] });
  });
});

describe('delivery', () => {
  let target: string;
  beforeAll(async () => {
    target = await mkdtemp(join(tmpdir(), 'tonle-delivered-'));
  });
  afterAll(() => rm(target, { recursive: true, force: true }));
  const deliver = (places: ReportPlaces) => new ReportDeliveryJob(world.platform, world.folder, places).run();
  const openAt = async () =>
    (
      await world.test.database.query<{ says: string | null }>(
        'SELECT says FROM report_delivery WHERE delivered_at IS NULL',
      )
    ).map(({ says }) => says);

  it('lays a file, its signature and its manifest down in the folder of its receiver, once', async () => {
    const { files } = await world.make({ report: 'R4', receiver: 'FXNAGA', deliver: ['archive'] });
    const archive = filePlaceOf({ url: new URL(`file://${target}`) });
    await deliver(new Map());
    expect(await openAt()).toEqual(['archive is no place of the settings any more']);
    world.platform.clock.advance(HOUR_MS);
    await deliver(new Map([['archive', archive]]));
    expect(await openAt()).toEqual([]);
    const { name } = files[0]!;
    expect((await readdir(join(target, 'FXNAGA'))).sort()).toEqual([
      name,
      `${name}.manifest.json`,
      `${name}.manifest.sig`,
    ]);
    expect(await readFile(join(target, 'FXNAGA', name), 'utf8')).toBe(await world.text(files[0]!));
  });

  it('goes over SFTP to the server that is known, and waits for it', async () => {
    const laid = new Map<string, Buffer>();
    const host = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs1', format: 'pem' })
      .toString();
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs1', format: 'pem' })
      .toString();
    const keyFile = join(target, 'own-sftp');
    const hostFile = join(target, 'host.pub');
    const parsed = ssh2.utils.parseKey(host) as ssh2.ParsedKey;
    await writeFile(keyFile, own, { mode: 0o600 });
    await writeFile(hostFile, `ssh-rsa ${parsed.getPublicSSH().toString('base64')} host`);
    const server = takingServer(host, laid);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const place = filePlaceOf({
      url: new URL(`sftp://tonle@127.0.0.1:${port}/home`),
      keyFile,
      hostKey: hostFile,
    });
    const wrong = filePlaceOf({
      url: new URL(`sftp://tonle@127.0.0.1:${port}/home`),
      keyFile,
      hostKey: `SHA256:${'A'.repeat(43)}`,
    });
    const { files } = await world.make({ report: 'R1', deliver: ['archive'] });
    await deliver(new Map([['archive', wrong]]));
    expect((await openAt())[0]).toContain('sftp://127.0.0.1');
    expect(laid.size).toBe(0);
    world.platform.clock.advance(HOUR_MS);
    await deliver(new Map([['archive', place]]));
    expect(await openAt()).toEqual([]);
    const { name } = files[0]!;
    expect([...laid.keys()]).toEqual([
      `/home/TONLE/${name}`,
      `/home/TONLE/${name}.manifest.sig`,
      `/home/TONLE/${name}.manifest.json`,
    ]);
    expect(laid.get(`/home/TONLE/${name}`)!.toString()).toBe(await world.text(files[0]!));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});

/** An SFTP server that takes whatever comes, in memory. */
function takingServer(hostKey: string, laid: Map<string, Buffer>): ssh2.Server {
  const { STATUS_CODE } = ssh2.utils.sftp;
  return new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) =>
      attempt.method === 'publickey' ? attempt.accept() : attempt.reject(['publickey']),
    );
    connection.on('session', (accept) =>
      accept().on('sftp', (acceptSftp) => {
        const sftp = acceptSftp();
        const open: string[] = [];
        sftp.on('MKDIR', (id) => sftp.status(id, STATUS_CODE.OK));
        sftp.on('REMOVE', (id) => sftp.status(id, STATUS_CODE.NO_SUCH_FILE));
        sftp.on('OPEN', (id, path) => {
          laid.set(path, Buffer.alloc(0));
          sftp.handle(id, Buffer.from([open.push(path) - 1]));
        });
        sftp.on('FSTAT', (id) =>
          sftp.attrs(id, { mode: 0o100644, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 }),
        );
        sftp.on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
        sftp.on('WRITE', (id, handle, offset, data) => {
          const path = open[handle[0]!]!;
          laid.set(path, Buffer.concat([laid.get(path)!.subarray(0, offset), data]));
          sftp.status(id, STATUS_CODE.OK);
        });
        sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
        sftp.on('RENAME', (id, from, to) => {
          laid.set(to, laid.get(from)!);
          laid.delete(from);
          sftp.status(id, STATUS_CODE.OK);
        });
      }),
    );
  });
}
