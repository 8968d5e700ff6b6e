import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// `tonle deadletter` before a server that answers as the gateway does.

const ID = 'routing.0193f5d2-1111-7000-8000-000000000001';
const GROUP = `routing.${'a'.repeat(32)}`;
const REDRIVE = 'routing.0193f5d2-2222-7000-8000-000000000001';
const LETTER = {
  ...{ id: ID, topic: 'tonle.routing.inbox.v1', type: 'leg.result', key: 'P-1', cause: 'Error: no' },
  ...{ attempts: 3, bytes: 7, firstAt: '2026-11-22T10:00:00.000Z', lastAt: '2026-11-22T10:01:00.000Z' },
};
const WHOLE = {
  ...LETTER,
  ...{ groupId: GROUP, reader: 'routing', messageId: 'm-1', position: 't/0/7', headers: { ce_id: 'm-1' } },
};
const DEEDS = [
  { action: 'dead-letter.replay-failed', detail: 'leg.result P-1: Error: no' },
  { action: 'dead-letter.replay' },
].map((deed) => ({ ...deed, at: '2026-11-22T11:00:00.000Z', operator: 'OPERATOR-1', reason: 'mended' }));
const REDRIVES = [
  { state: 'running', replayed: 1, failed: 0 },
  { state: 'stopped', replayed: 1, failed: 1, stoppedBecause: 'a letter failed again: Error: no' },
].map((redrive) => ({
  ...redrive,
  ...{ redriveId: REDRIVE, what: '2 of leg.result', operator: 'OPERATOR-1', total: 2, startedAt: '2026' },
}));
const PATH = '/v1/ops/dead-letters';
const ANSWERS: Record<string, unknown> = {
  [`GET ${PATH}`]: { deadLetters: [LETTER], count: 3, silentServices: ['fx'] },
  [`GET ${PATH}?group=${GROUP}`]: { deadLetters: [], count: 0, silentServices: [] },
  [`GET ${PATH}/groups`]: { groups: [{ ...WHOLE, service: 'routing', count: 3 }], silentServices: [] },
  [`GET ${PATH}/redrives`]: { redrives: REDRIVES, silentServices: [] },
  [`GET ${PATH}/${ID}`]: WHOLE,
  [`GET /v1/ops/actions?subject=${ID}`]: { actions: DEEDS, silentServices: [] },
  [`GET ${PATH}/${ID}/dry-run`]: { would: ['payment P-1 goes from CREDIT_SENT to COMPLETED'] },
  [`POST ${PATH}/${ID}/reveal`]: { body: '{"name":"\u001b[2JSok"}' },
  [`POST ${PATH}/${ID}/discard`]: { done: true },
  [`POST ${PATH}/groups/${GROUP}/redrive`]: { started: true, redriveId: REDRIVE, total: 3 },
  [`POST ${PATH}/groups/${GROUP}/discard`]: { discarded: 3 },
  [`POST ${PATH}/redrives/${REDRIVE}/stop`]: { done: true },
};
const FAILED = {
  title: 'The replay failed',
  status: 409,
  code: 'replay_failed',
  remedy: 'Remove the cause.',
};

let server: Server;
let folder: string;
let asked: { readonly what: string; readonly body: unknown }[];
let over: Record<string, unknown>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-letters-'));
  makeSandboxKeys(join(folder, 'keys'), ['OPERATOR']);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const what = `${request.method} ${decodeURIComponent(request.url!)}`;
      const text = Buffer.concat(chunks).toString();
      asked.push({ what, body: text === '' ? undefined : JSON.parse(text) });
      const answer = { ...ANSWERS, ...over }[what];
      const [status, body] = answer === undefined ? [409, FAILED] : [200, answer];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  [asked, over] = [[], {}];
});

async function tonle(...args: string[]): Promise<{ code: number; text: string; lines: string[] }> {
  const lines: string[] = [];
  const keep = (text: string): void => void lines.push(text);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const given = ['--home', folder, '--gateway', url, ...args];
  const output = { json: false, out: keep, err: keep };
  return { code: await runTonle(given, output, {}), text: lines.join('\n'), lines };
}

const WHY = ['--reason', 'mended'];

describe('tonle deadletter', () => {
  it('lists letters, how many more there are, who does not answer, and where to go on', async () => {
    const { code, text } = await tonle('deadletter', 'list');
    expect(code).toBe(0);
    for (const part of [
      ID,
      'Error: no',
      '3 attempts',
      '2 more',
      'fx does not answer',
      'deadletter show <id>',
    ])
      expect(text).toContain(part);
    const none = await tonle('deadletter', 'list', '--group', GROUP);
    expect([none.code, none.text]).toEqual([0, 'None.']);
    const json = await tonle('--json', 'deadletter', 'list');
    expect(json.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))).toEqual([
      LETTER,
    ]);
  });

  it('lists groups with what to do about one', async () => {
    const { text } = await tonle('deadletter', 'groups');
    for (const part of [GROUP, 'Error: no', 'deadletter list --group', 'deadletter redrive <group id>'])
      expect(text).toContain(part);
  });

  it('shows one with who did what about it, and what can be done; what it says for a reason alone', async () => {
    const { text } = await tonle('deadletter', 'show', ID);
    expect(text).toMatch(/^leg.result about P-1, open/);
    const [first, second] = [text.indexOf('dead-letter.replay '), text.indexOf('dead-letter.replay-failed')];
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first);
    for (const part of ['OPERATOR-1', '"mended"', 'leg.result P-1: Error: no', `deadletter try ${ID}`])
      expect(text).toContain(part);
    expect(asked.map(({ what }) => what)).not.toContain(`POST ${PATH}/${ID}/reveal`);
    const revealed = await tonle('deadletter', 'show', ID, '--reveal', 'a payer asks');
    expect(asked.at(-1)).toEqual({ what: `POST ${PATH}/${ID}/reveal`, body: { reason: 'a payer asks' } });
    expect(revealed.text).toContain('Sok');
    expect(revealed.text).not.toContain('\u001b');
    over = { [`GET ${PATH}/${ID}`]: { ...WHOLE, decision: 'replayed' } };
    const decided = (await tonle('deadletter', 'show', ID)).text;
    expect(decided).toMatch(/^leg.result about P-1, replayed/);
    expect(decided).not.toContain('deadletter replay');
  });

  it('tries one: exit 1 when it would fail', async () => {
    const fine = await tonle('deadletter', 'try', ID);
    expect([fine.code, fine.text]).toEqual([0, expect.stringContaining('from CREDIT_SENT to COMPLETED')]);
    over = { [`GET ${PATH}/${ID}/dry-run`]: { would: [], failure: 'Error: no' } };
    const bad = await tonle('deadletter', 'try', ID);
    expect([bad.code, bad.text]).toEqual([1, 'A replay would fail: Error: no']);
    expect(asked.every(({ what }) => what.startsWith('GET'))).toBe(true);
  });

  it('ends one with a reason, and says why it cannot be replayed', async () => {
    expect((await tonle('deadletter', 'discard', ID)).code).toBe(2);
    expect(asked).toEqual([]);
    const done = await tonle('deadletter', 'discard', ID, ...WHY);
    expect([done.code, done.text]).toEqual([0, `${ID} is discarded.`]);
    expect(asked).toEqual([{ what: `POST ${PATH}/${ID}/discard`, body: { reason: 'mended' } }]);
    const failed = await tonle('deadletter', 'replay', ID, ...WHY);
    expect(failed.code).toBe(1);
    for (const part of ['The replay failed', 'replay_failed', 'Remedy: Remove the cause.'])
      expect(failed.text).toContain(part);
  });

  it('redrives a group at a rate up to the first that fails, unless it is to go on', async () => {
    const { text } = await tonle('deadletter', 'redrive', GROUP, ...WHY);
    for (const part of ['Redriving 3 dead letters', 'at most 10 a second', `deadletter stop ${REDRIVE}`])
      expect(text).toContain(part);
    await tonle('deadletter', 'redrive', GROUP, ...WHY, '--rate', '20', '--keep-going');
    expect(asked.map(({ body }) => body)).toEqual([
      { reason: 'mended', perSecond: 10, stopOnFailure: true },
      { reason: 'mended', perSecond: 20, stopOnFailure: false },
    ]);
    const wrong = await tonle('deadletter', 'redrive', GROUP, ...WHY, '--rate', 'fast');
    expect([wrong.code, wrong.text]).toEqual([2, expect.stringContaining('rate')]);
    expect(asked).toHaveLength(2);
  });

  it('says who has to approve the redrive of a large group', async () => {
    const id = 'gateway.00000000-0000-4000-8000-00000000000c';
    over = { [`POST ${PATH}/groups/${GROUP}/redrive`]: { started: false, total: 40, id, approvalId: id } };
    const { text } = await tonle('deadletter', 'redrive', GROUP, ...WHY);
    for (const part of ['40 dead letters', 'Proposed.', `approvals approve ${id}`])
      expect(text).toContain(part);
  });

  it('tells how far redrives are and why one stopped; stops one, and discards a group', async () => {
    const { text } = await tonle('deadletter', 'redrives');
    for (const part of ['running', '1 of 2 replayed', '1 failed', 'a letter failed again: Error: no'])
      expect(text).toContain(part);
    expect((await tonle('deadletter', 'stop', REDRIVE, ...WHY)).text).toBe(`${REDRIVE} is stopped.`);
    const done = await tonle('deadletter', 'discard-group', GROUP, ...WHY);
    expect([done.code, done.text]).toEqual([0, '3 dead letters discarded.']);
  });
});
