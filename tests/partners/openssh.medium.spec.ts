// Files over SFTP as partners have it: laid down at a server of OpenSSH and fetched from one, and the sandbox's server read by its client.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filePlaceOf, layDown } from '@tonle/network';
import { withSftp } from '../../libs/network/src/files/sftp-place.js';
import { SftpServer } from '../../services/sandbox/src/kit/sftp-server.js';
import { needPrograms } from '../world/programs.js';
import { until } from '../world/until.js';

const INSTALL_MS = 600_000;
const SSHD = '/usr/sbin/sshd';
const ASK_MS = 20_000;
const user = userInfo().username;
let folder: string;
let port: number;
let server: ChildProcess;

const run = (program: string, args: readonly string[], input = '') => {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], { encoding: 'utf8', input });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
};
const keyPair = (name: string): void => {
  expect(
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]).status,
  ).toBe(0);
};

beforeAll(async () => {
  await needPrograms({ sftp: 'openssh-client', [SSHD]: 'openssh-server' });
  folder = await mkdtemp(join(tmpdir(), 'openssh-'));
  await mkdir(join(folder, 'home'));
  for (const name of ['host', 'other-host', 'tonle', 'stranger']) keyPair(name);
  await writeFile(join(folder, 'authorized'), await readFile(join(folder, 'tonle.pub')));
  port = await freePort();
  const configuration = {
    ...{ ListenAddress: `127.0.0.1:${port}`, HostKey: join(folder, 'host'), PidFile: 'none', UsePAM: 'no' },
    ...{ AuthorizedKeysFile: join(folder, 'authorized'), StrictModes: 'no', PasswordAuthentication: 'no' },
    ...{ PermitRootLogin: 'prohibit-password', Subsystem: 'sftp internal-sftp' },
  };
  const lines = Object.entries(configuration).map(([name, value]) => `${name} ${value}`);
  await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  // Where the server of root locks its child in.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  server = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  await until('the server to answer', () => run('ssh-keyscan', ['-p', `${port}`, '127.0.0.1']).stdout !== '');
}, INSTALL_MS);

afterAll(async () => {
  const ended = new Promise((done) => server.once('exit', done));
  server.kill();
  await ended;
  await rm(folder, { recursive: true });
});

const placeBy = (key: string, host: string) =>
  filePlaceOf({
    url: new URL(`sftp://${user}@127.0.0.1:${port}${folder}/home`),
    keyFile: join(folder, key),
    hostKey: join(folder, `${host}.pub`),
  });

describe('a server of OpenSSH', () => {
  it('takes files into new folders, whole, over older ones, and gives them back', async () => {
    const place = placeBy('tonle', 'host');
    if (place.kind !== 'sftp') throw new Error(place.kind);
    const large = join(folder, 'large.csv');
    await writeFile(large, Buffer.alloc(3_000_000, 'a,b\n'));
    await layDown(place, [
      { path: 'KHMEKONG/R1.csv', content: Buffer.from('old') },
      { path: 'KHMEKONG/R3.csv', content: large },
    ]);
    await layDown(place, [{ path: 'KHMEKONG/R1.csv', content: Buffer.from('new') }]);
    expect((await readdir(join(folder, 'home/KHMEKONG'))).sort()).toEqual(['R1.csv', 'R3.csv']);
    expect(await readFile(join(folder, 'home/KHMEKONG/R1.csv'), 'utf8')).toBe('new');
    const [listed, read, missing] = await withSftp(place, ASK_MS, async (folders) => [
      await folders.list('KHMEKONG'),
      await folders.read('KHMEKONG/R3.csv'),
      await folders.list('FXNAGA'),
    ]);
    expect(listed).toHaveLength(2);
    expect(Buffer.compare(read as Buffer, await readFile(large))).toBe(0);
    expect(missing).toEqual([]);
  });

  it('that has another key, does not know ours, or lets nobody write is told of as what it is', async () => {
    const file = { path: 'X/R1.csv', content: Buffer.from('x') };
    await expect(layDown(placeBy('tonle', 'other-host'), [file])).rejects.toThrow(
      /127\.0\.0\.1.*verification/i,
    );
    await expect(layDown(placeBy('stranger', 'host'), [file])).rejects.toThrow(/authentication/i);
    await expect(readdir(join(folder, 'home/X'))).rejects.toThrow('ENOENT');
    const closed = join(folder, 'home', 'taken');
    await writeFile(closed, 'a file where a folder is needed');
    await expect(layDown(placeBy('tonle', 'host'), [{ ...file, path: 'taken/R1.csv' }])).rejects.toThrow(
      /sftp:\/\/127\.0\.0\.1/,
    );
  });
});

it('the client of OpenSSH looks, lists and fetches at the sandbox', async () => {
  const failures: unknown[] = [];
  const files = new SftpServer({
    port: 0,
    hostKey: await readFile(join(folder, 'host'), 'utf8'),
    users: { tonle: await readFile(join(folder, 'tonle.pub'), 'utf8') },
    filesOf: (path) =>
      Promise.resolve(path === '/v1/day' ? [{ name: 'items.csv', bytes: Buffer.from('a,b\n') }] : undefined),
    onError: (error) => failures.push(error),
  });
  await files.open();
  const knownHosts = join(folder, 'known');
  const host = (await readFile(join(folder, 'host.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
  await writeFile(knownHosts, `[127.0.0.1]:${files.port} ${host}\n`);
  await chmod(join(folder, 'tonle'), 0o600);
  const fetched = join(folder, 'items.csv');
  const child = spawn(
    'sftp',
    [
      '-q',
      '-b',
      '-',
      '-P',
      `${files.port}`,
      '-i',
      join(folder, 'tonle'),
      '-o',
      `UserKnownHostsFile=${knownHosts}`,
    ].concat(['-o', 'StrictHostKeyChecking=yes', '-o', 'IdentitiesOnly=yes', 'tonle@127.0.0.1']),
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const told: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => told.push(piece));
  child.stderr.on('data', (piece: Buffer) => told.push(piece));
  child.stdin.end(`ls -l /v1/day\nget /v1/day/items.csv ${fetched}\n`);
  const status = await new Promise((done) => child.once('exit', done));
  expect({ status, told: Buffer.concat(told).toString() }).toMatchObject({
    status: 0,
    told: expect.stringContaining('items.csv'),
  });
  expect(await readFile(fetched, 'utf8')).toBe('a,b\n');
  await files.close();
  expect(failures).toEqual([]);
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const taken = createServer().listen(0, '127.0.0.1', () => {
      const free = (taken.address() as AddressInfo).port;
      taken.close(() => done(free));
    });
  });
}
