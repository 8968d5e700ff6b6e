// What a person at the terminal sees: a payment each way at every network, clear errors, and data that survives.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { networkFlows, type NetworkFlow } from '@tonle/tool-launcher';
import { declaredClient } from '../world/declared-client.js';
import { freePortBase } from '../world/free-ports.js';

jest.setTimeout(120_000);

const ROOT = new URL('../../', import.meta.url).pathname;
const FLOWS = networkFlows();
const PLANNED = networkFlows({ planned: true });
const PORT_BASE = await freePortBase();
const home = mkdtempSync(join(tmpdir(), 'tonle-e2e-launcher-'));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function launch(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const command = [
    'tools/launcher/dist/main-start.js',
    '--home',
    home,
    '--port-base',
    String(PORT_BASE),
    ...args,
  ];
  const child = spawn(process.execPath, command, { cwd: ROOT, env: { ...process.env, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ended>((done) => child.once('exit', (code) => done({ code, out, err })));
  const says = (text: string) =>
    new Promise<void>((done, fail) => {
      const look = () => out.includes(text) && done();
      child.stdout.on('data', look);
      void ended.then((result) => fail(new Error(`ended without "${text}": ${JSON.stringify(result)}`)));
      look();
    });
  return { child, ended, says };
}

async function paymentIds(): Promise<string[]> {
  const client = declaredClient(home, `http://127.0.0.1:${PORT_BASE}`, 'KHMEKONG');
  const { body } = await client.get<{ payments: { paymentId: string; state: string }[] }>('/v1/payments');
  return body.payments.map(({ paymentId, state }) => `${paymentId} ${state}`).sort();
}

/** Both payments at each of them. */
function expectPaid(out: string, flows: readonly NetworkFlow[]): void {
  for (const { place, visitor: named } of flows) {
    const visitor = named.replaceAll('+', '\\+');
    expect(out).toMatch(new RegExp(`Outbound: .* in ${place} .*\n(?:  .*\n)*?  ACCC completed`));
    expect(out).toMatch(new RegExp(`Inbound: ${visitor} pays .*\n(?:  .*\n)*?  completed`));
  }
}

async function freePorts(ports: readonly number[]): Promise<boolean> {
  const free = ports.map(
    (port) =>
      new Promise<boolean>((done) => {
        const server = createServer();
        server.once('error', () => done(false));
        server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
      }),
  );
  return (await Promise.all(free)).every(Boolean);
}

describe('npm start', () => {
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('pays both ways and ends with 0 when asked for once', async () => {
    const { code, out } = await launch(['--once']).ended;
    expect(code).toBe(0);
    expect(out).toMatch(
      /Outbound:[\s\S]+KHR at [\d.]+ \(FX\w+\) = 820\.00 THB[\s\S]+COMPLETED[\s\S]+ACCC completed, \d+ ms from/,
    );
    expect(out).toMatch(
      /Inbound:[\s\S]+THB at [\d.]+ = 41000 KHR[\s\S]+completed \d+ ms after the scan.*took \d+ ms/,
    );
    expectPaid(out, FLOWS);
  });

  it('keeps its data over kill -9, and refuses a second start beside the first', async () => {
    const first = launch();
    await first.says('Press Ctrl-C to stop');
    const before = await paymentIds();
    expect(before).toHaveLength(2 * FLOWS.length);
    const second = await launch().ended;
    expect(second.code).toBe(1);
    expect(second.err).toContain(`Tonle is already running in ${home}`);
    first.child.kill('SIGKILL');
    await first.ended;
    const third = launch();
    await third.says('Press Ctrl-C to stop');
    expect(await paymentIds()).toEqual(expect.arrayContaining(before));
    expect(await paymentIds()).toHaveLength(3 * FLOWS.length);
    third.child.kill('SIGTERM');
    expect((await third.ended).code).toBe(0);
  });

  it('opens what is planned, and pays there too, when asked for all', async () => {
    const { code, out } = await launch(['--once', '--all']).ended;
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`Opened both ways, as two operators do: KH-\\w+(?:, KH-\\w+){${PLANNED.length - 1}}\n`),
    );
    expectPaid(out, [...FLOWS, ...PLANNED]);
  });

  it('ends everything, and not with 0, when its terminal is closed before both payments', async () => {
    const once = launch(['--once']);
    await new Promise<void>((done) => once.child.stderr.once('data', () => done()));
    once.child.kill('SIGHUP');
    expect((await once.ended).code).toBe(1);
    expect(await freePorts([PORT_BASE, PORT_BASE + 20, PORT_BASE + 40])).toBe(true);
  });

  it('tells in a line why a payment did not complete, and leaves nothing running when asked for once', async () => {
    const { code, out, err } = await launch(['--once'], { TONLE_GATEWAY_AUTHORITIES: 'elsewhere.example' })
      .ended;
    expect(code).toBe(1);
    expect(out).toMatch(/The outbound payment to Thailand did not complete: .*signature_misdirected/);
    expect(out + err).not.toMatch(/^ {4}at /m);
    expect(await freePorts([PORT_BASE, PORT_BASE + 20, PORT_BASE + 40])).toBe(true);
  });

  it('ends everything when nobody reads what it says any more', async () => {
    const { child, ended } = launch();
    child.stdout.destroy();
    const { code, err } = await ended;
    expect([code, err]).toEqual([0, expect.not.stringContaining('EPIPE')]);
    expect(await freePorts([PORT_BASE, PORT_BASE + 20, PORT_BASE + 40])).toBe(true);
  });

  it('names the port that somebody else has', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(PORT_BASE, '127.0.0.1', done));
    const { code, err } = await launch(['--once']).ended;
    await new Promise((done) => server.close(done));
    expect(code).toBe(1);
    expect(err).toContain(`${PORT_BASE} (gateway)`);
    expect(err).not.toContain('    at ');
  });

  it('says what is wrong with an option', async () => {
    const { code, err } = await launch(['--port-base', 'abc']).ended;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('--port-base') });
  });
});

describe('tonle', () => {
  it('ends without a word when nobody reads what it says any more', async () => {
    const child = spawn(process.execPath, ['tools/tonle/bin/tonle.mjs', '--help'], { cwd: ROOT });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.destroy();
    const code = await new Promise((done) => child.once('close', done));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
