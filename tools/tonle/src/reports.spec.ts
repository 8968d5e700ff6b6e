import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// A gateway that has one report with one file, and keeps what it was asked.

const CONTENT = Buffer.from('schema,window\nR1.1,THSWITCH-THB-2026-11-20\n');
const FILE = '01a20056-8580-7b00-b8ee-ed94c0de9c1c';
const RUN = '01a20056-8580-7b00-b8ee-ed94c0de9c1d';
const NAME = 'R1_TONLE_TONLE_ALL_2026-11-20_v1_000001.csv';
const sha256 = createHash('sha256').update(CONTENT).digest('hex');
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

let server: Server;
let home: string;
let out: string;
let asked: { what: string; body: unknown; range: string | undefined }[];
let states: string[];
let nextPage: string | undefined;
let bytes = CONTENT;
/** Whoever asks may have its own alone. */
let isOwnOnly: boolean;
let signature: string;

const file = {
  fileId: FILE,
  report: 'R1',
  receiver: '',
  format: 'csv',
  name: NAME,
  version: 1,
  bytes: CONTENT.length,
  rows: 1,
  sha256,
  knownAt: '',
};
const manifest = JSON.stringify({ file: NAME, bytes: CONTENT.length, sha256 });

function answerTo(what: string): unknown {
  if (what.startsWith('POST')) return { runId: RUN };
  if (what.endsWith('/manifest')) return { manifest, signature };
  if (what.includes('/runs/')) {
    const state = states.length > 1 ? states.shift()! : states[0]!;
    return {
      runId: RUN,
      report: 'R1',
      state: state.startsWith('wait') ? 'waiting' : state,
      progress: state,
      rows: 1,
      files: state === 'done' ? [file] : [],
    };
  }
  if (what.includes('files?')) return { files: [file], next: nextPage };
  return {
    reports: [
      {
        report: 'R1',
        title: 'Windows',
        audience: 'operators',
        formats: ['csv'],
        parameters: [
          { name: 'day', isNeeded: true },
          { name: 'until', isNeeded: false },
        ],
      },
    ],
  };
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-report-'));
  makeSandboxKeys(join(home, 'keys'), ['OPERATOR', 'KHMEKONG']);
  writeFileSync(
    join(home, 'keys', 'TONLE-settlement.pub.pem'),
    publicKey.export({ type: 'spki', format: 'pem' }),
  );
  server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const text = Buffer.concat(chunks as Buffer[]).toString();
      const what = `${request.method} ${request.url}`;
      const range = request.headers.range;
      asked.push({ what, body: text === '' ? undefined : JSON.parse(text), range });
      if (isOwnOnly && request.url!.startsWith('/v1/ops/')) {
        response
          .writeHead(403, { 'content-type': 'application/problem+json' })
          .end(JSON.stringify({ title: 'Not permitted', status: 403, code: 'not_permitted' }));
        return;
      }
      if (range === undefined) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answerTo(what)));
        return;
      }
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(range)!;
      response
        .writeHead(206, { 'content-type': 'application/octet-stream' })
        .end(bytes.subarray(Number(from), Number(to) + 1));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  asked = [];
  isOwnOnly = false;
  nextPage = undefined;
  states = ['running', 'done'];
  bytes = CONTENT;
  signature = sign(null, Buffer.from(manifest), privateKey).toString('base64');
  out = mkdtempSync(join(home, 'out-'));
});

async function tonle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [said, err]: string[][] = [[], []];
  const output = {
    json: false,
    out: (text: string) => void said!.push(text),
    err: (text: string) => void err!.push(text),
  };
  const { port } = server.address() as AddressInfo;
  const code = await runTonle(args, output, {
    TONLE_HOME: home,
    TONLE_GATEWAY_URL: `http://127.0.0.1:${port}`,
  });
  return { code, out: said!.join('\n'), err: err!.join('\n') };
}

describe('tonle report', () => {
  it('lists reports and files', async () => {
    expect((await tonle('report', 'list')).out).toBe('R1  Windows  operators  day [until]  csv');
    expect((await tonle('report', 'files', '--day', '2026-11-20')).out).toContain(NAME);
    expect(asked.at(-1)!.what).toBe('GET /v1/ops/reports/files?day=2026-11-20&limit=100');
  });

  it('runs one, tells its progress, and fetches its files', async () => {
    const run = await tonle(
      'report',
      'run',
      'R1',
      '--day',
      '2026-11-20',
      '--reason',
      'month end',
      '--formats',
      'csv,pdf',
      '--out',
      out,
    );
    expect(run.code).toBe(0);
    expect(asked[0]).toMatchObject({
      what: 'POST /v1/ops/reports/runs',
      body: { report: 'R1', parameters: { day: '2026-11-20' }, formats: ['csv', 'pdf'], reason: 'month end' },
    });
    expect(run.err).toBe('R1: running');
    expect(run.out).toContain('signed by TONLE-settlement.pub.pem');
    expect(readFileSync(join(out, NAME))).toEqual(CONTENT);
    expect(readFileSync(join(out, `${NAME}.manifest.json`), 'utf8')).toBe(manifest);
    expect(readFileSync(join(out, `${NAME}.manifest.sig`), 'base64')).toBe(signature);
  });

  it('fails when a file of a run is not what its manifest says', async () => {
    states = ['done'];
    bytes = Buffer.from(CONTENT.toString().replace('R1.1', 'R1.2'));
    const run = await tonle('report', 'run', 'R2', '--own', '--day', '2026-11-20', '--out', out);
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('its hash is another') });
  });

  it('is left to itself when what it is made of does not come, and says what that is', async () => {
    const progress =
      'waits to be tried again: what adapter-laos tells of switch.audit-entry has not come yet';
    states = ['waiting for its turn', progress];
    const run = await tonle('report', 'run', 'R26', '--day', '2026-11-20', '--reason', 'x', '--wait', '0');
    expect(run.code).toBe(1);
    expect(run.err).toContain(`R26: waiting for its turn\nR26: ${progress}\n`);
    expect(run.err).toContain(`report show ${RUN}`);
    expect(await tonle('report', 'run', 'R26', '--reason', 'x', '--wait', 'long')).toMatchObject({
      code: 2,
      err: '"long" is not a valid number of seconds (0 to 60).',
    });
  });

  it('names a credit by line, reference and instant', async () => {
    states = ['done'];
    const credit = ['--entry', 'SETTLED:THSWITCH-THB-2026-11-19:2026-11-20T03:00:00.123Z'];
    await tonle('report', 'run', 'R34', '--own', '--day', '2026-11-20', '--currency', 'THB', ...credit);
    const ms = Date.parse('2026-11-20T03:00:00.123Z');
    const parameters = { day: '2026-11-20', currency: 'THB', entry: `SETTLED:THSWITCH-THB-2026-11-19:${ms}` };
    expect(asked[0]!.body).toMatchObject({ report: 'R34', parameters });
  });

  it('lists files on where a page ended', async () => {
    nextPage = FILE;
    const { err } = await tonle('report', 'files', '--all', '--limit', '1', '--receiver', 'FXNAGA');
    expect(asked.at(-1)!.what).toBe('GET /v1/ops/reports/files?receiver=FXNAGA&all=true&limit=1');
    expect(err).toContain(`report files --all --receiver FXNAGA --limit 1 --cursor ${FILE}`);
    expect(await tonle('report', 'files', '--own', '--receiver', 'FXNAGA')).toMatchObject({ code: 2 });
  });

  it('says why it has failed', async () => {
    states = ['failed'];
    expect(await tonle('report', 'show', RUN)).toMatchObject({
      code: 1,
      out: expect.stringContaining('failed'),
    });
    expect((await tonle('report', 'run', 'R1', '--day', '2026-11-20')).err).toContain('--reason');
  });

  it('asks as a participant for its own', async () => {
    states = ['done'];
    await tonle('report', 'run', 'R2', '--own', '--day', '2026-11-20', '--currency', 'THB');
    expect(asked.map(({ what }) => what)).toEqual(['POST /v1/reports/runs', `GET /v1/reports/runs/${RUN}`]);
    expect(asked[0]!.body).toEqual({ report: 'R2', parameters: { day: '2026-11-20', currency: 'THB' } });
  });

  it('serves a participant without the scope of operators, from the list to the file', async () => {
    isOwnOnly = true;
    states = ['done'];
    const as = (...args: string[]) => tonle('--as', 'KHMEKONG', 'report', ...args);
    expect((await as('list', '--own')).out).toContain('R1  Windows');
    const day = ['--day', '2026-11-20'];
    expect((await as('run', 'R1', '--own', ...day, '--out', out)).code).toBe(0);
    expect(readFileSync(join(out, NAME))).toEqual(CONTENT);
    expect((await as('files', '--own')).out).toContain(NAME);
    expect((await as('show', RUN, '--own')).code).toBe(0);
    expect((await as('get', FILE, '--own', '--out', join(out, 'again'))).code).toBe(0);
    expect(asked.every(({ what }) => / \/v1\/reports/.test(what))).toBe(true);
    const refused = [
      ['list'],
      ['run', 'R1', ...day, '--reason', 'x'],
      ['files'],
      ['show', RUN],
      ['get', FILE],
    ];
    for (const args of refused)
      expect(await as(...args)).toMatchObject({ code: 2, err: expect.stringContaining('with --own') });
  });

  it('goes on where a download broke off', async () => {
    writeFileSync(join(out, `${NAME}.${sha256.slice(0, 8)}.part`), CONTENT.subarray(0, 10));
    const { code } = await tonle('report', 'get', FILE, '--out', out);
    expect(code).toBe(0);
    expect(asked.at(-1)!.range).toBe(`bytes=10-${CONTENT.length - 1}`);
    expect(readFileSync(join(out, NAME))).toEqual(CONTENT);
  });

  it('keeps no file that is not what its manifest says, or that nobody has signed', async () => {
    bytes = Buffer.from(CONTENT.toString().replace('R1.1', 'R1.2'));
    expect(await tonle('report', 'get', FILE, '--out', out)).toMatchObject({
      code: 1,
      err: expect.stringContaining('its hash is another'),
    });
    rmSync(out, { recursive: true });
    bytes = CONTENT;
    signature = sign(null, Buffer.from('other'), privateKey).toString('base64');
    expect(await tonle('report', 'get', FILE, '--out', out)).toMatchObject({
      code: 1,
      err: expect.stringContaining('not signed by'),
    });
  });
});
