import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// A gateway whose feed is a list: a cursor is a place in it. While nothing is there it holds no question.

const eventOf = (number: number, more: object = {}) => ({
  specversion: '1.0',
  id: `019e0000-0000-8000-a000-00000000000${number}`,
  type: 'payment.completed',
  subject: `0199a0b0-0000-7000-8000-00000000000${number}`,
  time: `2026-11-29T04:00:0${number}.000Z`,
  data: {
    state: 'completed',
    source: { currency: 'KHR', amount: '100240.00' },
    target: { currency: 'THB', amount: '820.00' },
    ...more,
  },
});

let server: Server;
let home: string;
let feed: object[];
let asked: { path: string; prefer: string | undefined }[];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-events-'));
  makeSandboxKeys(join(home, 'keys'), ['KHMEKONG']);
  server = createServer((request, response) => {
    const { searchParams: query } = new URL(request.url!, 'http://x');
    asked.push({ path: request.url!, prefer: request.headers['prefer'] as string | undefined });
    const after = Number(query.get('after') ?? 0);
    const events = feed.slice(after, after + Number(query.get('limit') ?? 2));
    const next = after + events.length;
    // What is there when it is asked again.
    if (events.length === 0) feed.push(eventOf(feed.length + 1));
    const page = { events, next: String(next), more: next < feed.length };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  asked = [];
  feed = [eventOf(1), eventOf(2), eventOf(3, { state: 'failed', code: 'account_unknown' })];
});

async function tonle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: string[][] = [[], []];
  const output = {
    json: false,
    out: (text: string) => void out!.push(text),
    err: (text: string) => void err!.push(text),
  };
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  const code = await runTonle(args, output, environment);
  return { code, out: out!.join('\n'), err: err!.join('\n') };
}

describe('tonle events', () => {
  it('lists a page, and where it goes on', async () => {
    expect(await tonle('events', '--types', 'payment.completed')).toEqual({
      code: 0,
      out: [
        '2026-11-29T04:00:01.000Z  payment.completed  0199a0b0-0000-7000-8000-000000000001  100,240 KHR > 820.00 THB',
        '2026-11-29T04:00:02.000Z  payment.completed  0199a0b0-0000-7000-8000-000000000002  100,240 KHR > 820.00 THB',
        'More: ./tonle events --after 2',
      ].join('\n'),
      err: '',
    });
    const rest = await tonle('events', '--after', '2');
    expect(rest.out).toMatch(/820\.00 THB {2}account_unknown\nWhat comes next: \.\/tonle events --after 3$/);
    expect(asked).toEqual([
      { path: '/v1/events?types=payment.completed', prefer: undefined },
      { path: '/v1/events?after=2', prefer: undefined },
    ]);
    expect((await tonle('events', '--after', '3')).out).toMatch(/^No events\.\n/);
  });

  it('has one JSON object a line, and the place as the last', async () => {
    const { out } = await tonle('--json', 'events', '--limit', '3');
    const lines = out.split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([...feed, { next: '3', more: false }]);
  });

  it('follows: asks on, held while nothing is there, until it has as many as it should', async () => {
    const { code, out } = await tonle('--json', 'events', '--follow', '--count', '4');
    expect([code, out.split('\n').length]).toEqual([0, 4]);
    expect(out.split('\n').map((line) => (JSON.parse(line) as { id: string }).id.at(-1))).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1/events',
      '/v1/events?after=2',
      '/v1/events?after=3',
      '/v1/events?after=3',
    ]);
    expect(new Set(asked.map(({ prefer }) => prefer))).toEqual(new Set(['wait=50']));
  });

  it.each([
    [['--limit', 'x'], '--limit takes a whole number from 1, not "x".'],
    [['--follow', '--count', '0'], '--count takes a whole number from 1, not "0".'],
    [['--count', '3'], '--count is for --follow; a page has --limit.'],
  ])('asks nothing when it is used wrongly: %j', async (args, err) => {
    expect(await tonle('events', ...args)).toEqual({ code: 2, out: '', err });
    expect(asked).toEqual([]);
  });
});
