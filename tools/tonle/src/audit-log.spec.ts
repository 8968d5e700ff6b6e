import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chained, GENESIS, type AuditHead } from '@tonle/contracts';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// `tonle audit log` before a server that answers as the gateway does, and `verify` without any.

const NOWHERE: AuditHead = { service: 'routing', day: '2026-11-27', number: 0, hash: GENESIS };
const ENTRIES = chained(
  NOWHERE,
  ['02', '03', '04'].map((hour) => ({
    atMs: Date.parse(`2026-11-28T${hour}:00:00Z`),
    actor: { kind: 'operator', name: 'OPERATOR-1' },
    action: 'corridor.close.outbound',
    object: 'KH-TH',
    reason: `at ${hour} \u001b[2J\u0085`,
  })),
);
const UNTIL: AuditHead = { ...NOWHERE, day: '2026-11-28', number: 3, hash: ENTRIES[2]!.hash };
const QUIET: AuditHead = { ...NOWHERE, service: 'fx' };

let server: Server;
let home: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    const day = searchParams.get('day') ?? '2026-11-28';
    const heads = [{ ...QUIET, day }, day === '2026-11-28' ? UNTIL : NOWHERE];
    const first = searchParams.get('cursor') === null;
    const page = first ? { entries: ENTRIES.slice(0, 2), next: 'routing.2' } : { entries: ENTRIES.slice(2) };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(pathname.endsWith('/heads') ? { heads } : page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  home = mkdtempSync(join(tmpdir(), 'tonle-audit-log-'));
  makeSandboxKeys(join(home, 'keys'), ['OPERATOR']);
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

async function tonle(...args: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const output = {
    json: false,
    out: (text: string) => void out.push(text),
    err: (text: string) => void out.push(text),
  };
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  return { code: await runTonle(args, output, environment), out: out.join('\n') };
}

async function kept(name: string, ...args: string[]): Promise<string> {
  const file = join(home, name);
  writeFileSync(file, (await tonle(...args)).out);
  return file;
}

describe('tonle audit log', () => {
  it('exports what verifies without the switch, and refuses a file that was edited or cut', async () => {
    const file = await kept('day.ndjson', 'audit', 'log', 'export', '--day', '2026-11-28');
    const heads = await kept('heads.ndjson', '--json', 'audit', 'log', 'heads');
    const sound = await tonle(
      '--gateway',
      'http://127.0.0.1:1',
      'audit',
      'log',
      'verify',
      file,
      '--heads',
      heads,
    );
    expect([sound.code, sound.out.split('\n')]).toEqual([
      0,
      [
        'fx, up to 2026-11-28: nothing was done',
        'routing, up to 2026-11-28: 3 entries, 1 to 3',
        'Nothing was altered, taken out, put in or moved.',
      ],
    ]);
    const edited = join(home, 'edited.ndjson');
    writeFileSync(edited, readFileSync(file, 'utf8').replace('at 03', 'at 09'));
    expect(await tonle('audit', 'log', 'verify', edited)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${edited}:4: entry 2 of routing was altered`),
    });
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(edited, lines.slice(0, -1).join('\n'));
    expect(await tonle('audit', 'log', 'verify', edited)).toMatchObject({
      code: 1,
      out: expect.stringContaining('entry 3 of routing is missing'),
    });
    const { out } = await tonle('--json', 'audit', 'log', 'verify', edited);
    expect(JSON.parse(out)).toMatchObject({ sound: false, faults: [{ where: `${edited}:2` }] });
  });

  it('misses the log of a service that heads tell of, but not in an export of another one', async () => {
    const file = await kept('fx.ndjson', 'audit', 'log', 'export', '--day', '2026-11-28', '--service', 'fx');
    const heads = await kept('heads.ndjson', '--json', 'audit', 'log', 'heads');
    const verify = ['audit', 'log', 'verify', file, '--heads', heads];
    expect(await tonle(...verify)).toMatchObject({
      code: 1,
      out: expect.stringContaining('the log of routing is missing, which on 2026-11-28 ended with entry 3'),
    });
    expect(await tonle(...verify, '--service', 'fx')).toMatchObject({ code: 0 });
  });

  it('shows a day in the order of time, and heads', async () => {
    const { out } = await tonle('audit', 'log', 'show', '--day', '2026-11-28');
    expect(out.split('\n')).toHaveLength(3);
    expect(out).toContain('routing 1  OPERATOR-1  corridor.close.outbound  KH-TH  at 02');
    expect((await tonle('audit', 'log', 'heads', '--day', '2026-11-28')).out).toContain(UNTIL.hash);
  });

  it('says what is wrong with what it was given', async () => {
    expect(await tonle('audit', 'log', 'verify', join(home, 'none'))).toMatchObject({ code: 2 });
    const file = await kept('day.ndjson', 'audit', 'log', 'export', '--day', '2026-11-28');
    const wrong = await tonle('audit', 'log', 'verify', file, '--heads', file);
    expect(wrong).toMatchObject({ code: 2, out: expect.stringContaining('has no heads') });
    expect(await tonle('audit', 'log', 'export', '--day', 'today')).toMatchObject({ code: 2 });
    expect(await tonle('audit', 'log', 'export')).toMatchObject({ code: 2 });
  });
});
