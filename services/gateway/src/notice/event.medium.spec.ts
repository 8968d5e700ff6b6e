import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. Routing is the test's hand.

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_events');
});
afterAll(() => world.close());

const RESERVED = { from: 'VALIDATED', event: 'x', to: 'RESERVED', at: '2026-11-29T04:00:00Z' } as const;
let paid = 0;

/** A payment that routing has taken, and says nothing of yet. */
async function pay() {
  world.behaviour = 'silent';
  paid += 1;
  const { json } = await world.pay(await world.payable(), `events-${paid}`);
  return world.submitOf(json.paymentId);
}

async function read(query: Record<string, string> = {}, participant = 'KHMEKONG', headers = {}) {
  const text = new URLSearchParams(query).toString();
  const { status, json } = await world.get(`/v1/events${text === '' ? '' : `?${text}`}`, {
    participant,
    headers,
  });
  expect([status, json.code]).toEqual([200, undefined]);
  return json;
}

const typesOf = (page: { events: { type: string }[] }) => page.events.map(({ type }) => type);

describe('the events of a participant', () => {
  it('tell the ends of its payments in their order, each once, to it and to the FX provider', async () => {
    const [completed, failed] = [await pay(), await pay()];
    const { next: start } = await read();
    await world.tell(completed, 'CREDIT_UNKNOWN');
    await world.tell(completed, 'COMPLETED', { history: [RESERVED] });
    await world.tell(failed, 'REJECTED', { reason: 'quote_expired' });
    // The broker gives the same again, and an older one late.
    await world.tell(completed, 'COMPLETED', { history: [RESERVED] });
    await world.tell(completed, 'MANUAL_REVIEW', { version: 2 });

    const page = await read({ after: start });
    expect(typesOf(page)).toEqual(['payment.unknown', 'payment.completed', 'payment.failed']);
    expect([page.more, (await read({ after: page.next })).events]).toEqual([false, []]);
    const [, end, refused] = page.events;
    expect(end).toMatchObject({
      specversion: '1.0',
      subject: completed.paymentId,
      data: { state: 'completed', uetr: completed.uetr, target: { currency: 'THB', amount: '820.00' } },
    });
    expect(refused.data).toMatchObject({ state: 'failed', code: 'quote_expired' });
    expect(Buffer.byteLength(JSON.stringify(end))).toBeLessThan(2_000);
    expect(JSON.stringify(page)).not.toMatch(/Sok Dara|u0000123|Somchai|66812345678/);

    const ofProvider = await read({}, 'FXNAGA');
    expect(typesOf(ofProvider)).toEqual(['quote.used', 'quote.completed']);
    expect(ofProvider.events[0].data).not.toHaveProperty('sender');
    expect((await read({}, 'KHANGKOR')).events).toEqual([]);
  });

  it('are read by pages and by type', async () => {
    const { next: start } = await read();
    for (let index = 0; index < 3; index += 1)
      await world.tell(await pay(), index === 1 ? 'EXPIRED' : 'COMPLETED');
    const first = await read({ after: start, limit: '2' });
    expect([typesOf(first), first.more]).toEqual([['payment.completed', 'payment.failed'], true]);
    const second = await read({ after: first.next, limit: '2' });
    expect([typesOf(second), second.more]).toEqual([['payment.completed'], false]);
    expect(typesOf(await read({ after: start, types: 'payment.failed' }))).toEqual(['payment.failed']);
    expect((await read({ after: start, types: 'quote.failed,payment.held' })).next).toBe(second.next);
  });

  it('are waited for, also when another instance hears of them', async () => {
    const { next } = await read();
    const submit = await pay();
    const waiting = read({ after: next }, 'KHMEKONG', { prefer: 'wait=20' });
    await world.tell(submit, 'COMPLETED');
    expect(typesOf(await waiting)).toEqual(['payment.completed']);
    const again = read({ after: (await waiting).next }, 'KHMEKONG', { prefer: 'wait=20' });
    await world.test.database.query(
      `WITH fed AS (UPDATE notice_feed SET last = last + 1 WHERE participant = 'KHMEKONG' RETURNING last)
       INSERT INTO notice (notice_id, participant, position, type, data, at, noticed_at)
       SELECT gen_random_uuid(), 'KHMEKONG', last, 'payment.held', '{}', now(), now() FROM fed`,
    );
    expect(typesOf(await again)).toEqual(['payment.held']);
  });

  it('refuse cursors that are not ours or too old, and types that there are not', async () => {
    const ask = async (query: string) => {
      const { status, json } = await world.get(`/v1/events?${query}`);
      return [status, json.code, json.errors?.[0].path ?? json.detail];
    };
    expect(await ask('after=999999')).toEqual([400, 'schema_invalid', '/after']);
    expect(await ask('after=x')).toEqual([400, 'schema_invalid', '/after']);
    expect((await ask('types=payment.lost'))[0]).toBe(400);
    world.platform.clock.advance(31 * 86_400_000);
    await world.tell(await pay(), 'COMPLETED');
    const { next } = await read();
    await world.test.database.query(
      `UPDATE notice_feed SET forgotten = last - 1 WHERE participant = 'KHMEKONG'`,
    );
    expect(await ask('after=1')).toEqual([
      410,
      'events_forgotten',
      expect.stringContaining('Kept are those'),
    ]);
    expect((await read({ after: String(BigInt(next) - 1n) })).events).toHaveLength(1);
  });
});
