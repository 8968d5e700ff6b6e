import { afterAll, beforeAll, expect, it } from '@jest/globals';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { SftpServer } from './sftp-server.js';

// As the sftp of OpenSSH speaks: it looks before it lists, lists with a slash at the end, and waits for the last word.

const [host, user] = [ssh2.utils.generateKeyPairSync('ed25519'), ssh2.utils.generateKeyPairSync('ed25519')];
const FILE = { name: 'items.csv', bytes: Buffer.from('a,b\n') };
const failures: unknown[] = [];
const server = new SftpServer({
  port: 0,
  hostKey: host.private,
  users: { tonle: user.public },
  filesOf: (folder) => Promise.resolve(folder === '/v1/day' ? [FILE] : undefined),
  onError: (error) => failures.push(error),
});
const client = new ssh2.Client();
let sftp: SFTPWrapper;

beforeAll(async () => {
  await server.open();
  await new Promise<void>((done, fail) => {
    client.once('ready', () => done()).once('error', fail);
    client.connect({ host: '127.0.0.1', port: server.port, username: 'tonle', privateKey: user.private });
  });
  sftp = await new Promise<SFTPWrapper>((done, fail) =>
    client.sftp((error, opened) => (error === undefined ? done(opened) : fail(error))),
  );
});
afterAll(async () => {
  client.end();
  await server.close();
});

const stat = (path: string) =>
  new Promise<string>((done) =>
    sftp.stat(path, (error, stats) => {
      if (error !== undefined) done(error.message);
      else done(stats.isDirectory() ? 'folder' : `${stats.size} bytes`);
    }),
  );

it('tells what is there', async () => {
  expect(await stat('/v1/day')).toBe('folder');
  expect(await stat('/v1/day/items.csv')).toBe('4 bytes');
  expect(await stat('/v1/day/fees.csv')).toMatch(/no such file/i);
});

it.each(['/v1/day', '/v1/day/'])('lists %s', async (path) => {
  const names = await new Promise((done, fail) =>
    sftp.readdir(path, (error, list) =>
      error === undefined ? done(list.map(({ filename }) => filename)) : fail(error),
    ),
  );
  expect(names).toEqual(['items.csv']);
});

it('says the last word to who has said theirs', async () => {
  const closed = new Promise<void>((done) => sftp.once('close', () => done()));
  sftp.end();
  await closed;
  expect(failures).toEqual([]);
});
