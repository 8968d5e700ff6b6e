// A bank is told of its payments by themselves: in its feed, and by webhook at the sandbox's catcher.
import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { InstallationTests } from '../../world/installation-tests.js';

interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
}
interface CaughtWebhook {
  readonly id: string;
  readonly taken: boolean;
  readonly event: FeedEvent;
  readonly attempts: readonly {
    readonly signature: string;
    readonly same: boolean;
    readonly answered: unknown;
  }[];
}

export const notices: InstallationTests = (world) => {
  it('tells a bank what becomes of its payments: in order, once by id, and the same by webhook as in the feed', async () => {
    const bank = world().as('KHMEKONG');
    const hook = `notices-${randomUUID().slice(0, 8)}`;
    const at = `/control/webhooks/${hook}`;
    const { url } = await world().control<{ url: string }>('GET', at);
    const types = ['payment.unknown', 'payment.completed', 'payment.failed'];
    const { body: endpoint } = await bank.post<{ endpointId: string; keys: { publicKey: string }[] }>(
      '/v1/webhook-endpoints',
      { url, types },
    );
    await world().control('POST', at, { keys: endpoint.keys.map(({ publicKey }) => publicKey) });
    const events = async (after: string) =>
      (
        await bank.get<{ events: FeedEvent[]; next: string }>(
          `/v1/events?limit=200&types=${types.join()}${after}`,
        )
      ).body;
    let start = '';
    for (let page = await events(''); page.events.length > 0; page = await events(start))
      start = `&after=${page.next}`;

    // What it is told first it does not take.
    await world().fault({
      network: 'webhooks',
      operation: 'hook',
      match: { account: hook },
      fault: 'reject',
      code: '500',
    });
    const [slow, refused] = [await world().prepare(), await world().prepare()];
    await world().fault({ network: 'thailand', operation: 'pacs.008', fault: 'timeout_after', delayMs: 300 });
    const late = (await world().pay(slow)).body.paymentId;
    await world().ended(late);
    await world().fault({ network: 'thailand', operation: 'pacs.008', fault: 'reject', code: 'AC04' });
    const failed = (await world().pay(refused)).body.paymentId;
    await world().ended(failed);

    const caught = await world().until('all to be taken', async () => {
      const { shown } = await world().control<{ shown: CaughtWebhook[] }>('GET', at);
      return shown.filter(({ taken }) => taken).length === 3 ? shown : undefined;
    });
    const told = (await events(start)).events;
    const of = (paymentId: string, all: readonly FeedEvent[]) =>
      all.filter(({ subject }) => subject === paymentId);
    expect(of(late, told).map(({ type }) => type)).toEqual(['payment.unknown', 'payment.completed']);
    expect(of(failed, told).map(({ type }) => type)).toEqual(['payment.failed']);
    const byHook = caught.map(({ event }) => event);
    for (const paymentId of [late, failed]) expect(of(paymentId, byHook)).toEqual(of(paymentId, told));
    const attempts = caught.flatMap((each) => each.attempts);
    expect(attempts.map(({ answered }) => answered).sort()).toEqual([200, 200, 200, 500]);
    expect(attempts.filter(({ signature, same }) => signature !== 'valid' || !same)).toEqual([]);

    await bank.send('DELETE', `/v1/webhook-endpoints/${endpoint.endpointId}`, undefined, {});
    await world().control('DELETE', at);
  });
};
