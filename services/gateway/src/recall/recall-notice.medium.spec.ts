import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recallCalls, type RecallView } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';
import { recallOf } from './recall.testing.js';

// Real: the gateway with PostgreSQL and HTTP. What routing knows of recalls is played: it has its own tests.

let world: GatewayWorld;
/** What nobody has been told of, as routing would have it. */
let news: RecallView[] = [];

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_recall_notice');
  world.platform.calls.serve(recallCalls.news, ({ told }) => {
    news = news.filter(
      (each) => !told.some(({ recallId, state }) => recallId === each.recallId && state === each.state),
    );
    return Promise.resolve({ recalls: news });
  });
});
afterAll(() => world.close());

describe('banks are told', () => {
  const told = async (participant = 'KHMEKONG') => {
    const types = 'recall.requested,recall.answered';
    await world.until(() => news.length === 0);
    const { events } = (await world.get(`/v1/events?types=${types}&limit=200`, { participant })).json;
    return events as {
      readonly type: string;
      readonly time: string;
      readonly data: Record<string, unknown>;
    }[];
  };
  const of = async ({ recallId }: RecallView, participant?: string) =>
    (await told(participant)).filter(({ data }) => data['recallId'] === recallId);

  it('of a recall that waits for their answer, once, and of its end', async () => {
    const recall = recallOf(world.platform);
    news = [recall];
    const requested = { recallId: recall.recallId, paymentId: recall.paymentId, state: 'received' };
    expect(await of(recall)).toMatchObject([
      {
        type: 'recall.requested',
        time: recall.receivedAt,
        data: { ...requested, asker: 'THSWITCH', amount: { currency: 'KHR', amount: '41000.00' } },
      },
    ]);
    news = [recall, { ...recall, state: 'PENDING' }];
    expect(await of(recall)).toHaveLength(1);
    const endedAt = new Date(world.platform.clock.now()).toISOString();
    news = [{ ...recall, state: 'EXPIRED', endedAt }];
    expect((await of(recall))[1]).toMatchObject({ type: 'recall.answered', data: { state: 'expired' } });
    expect(JSON.stringify(await of(recall))).not.toContain('Somsri');
  });

  it('of the answer to their own, and nobody else is', async () => {
    const ours = { direction: 'outbound', asker: 'KHMEKONG', answerer: 'THSWITCH' } as const;
    const recall = recallOf(world.platform, ours);
    news = [recall];
    expect(await of(recall)).toEqual([]);
    const endedAt = new Date(world.platform.clock.now()).toISOString();
    const answer = { state: 'REFUSED', refusal: 'legal_reason' } as const;
    news = [{ ...recall, state: 'REFUSED', endedAt, answer }];
    expect(await of(recall)).toMatchObject([
      { type: 'recall.answered', time: endedAt, data: { state: 'refused', refusedBecause: 'legal_reason' } },
    ]);
    expect(await of(recall, 'KHANGKOR')).toEqual([]);
  });
});
