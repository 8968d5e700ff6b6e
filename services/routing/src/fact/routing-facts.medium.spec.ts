import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  FACT_SOURCES,
  routingCalls,
  SPEED_EDGES_MS,
  type FactBody,
  type FactSourceName,
} from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import fc from 'fast-check';
import { CurrentDirectory } from '../directory/current-directory.js';
import { feed, makeSubmit, openWorld, pass, resultOf, type World } from '../payment/payment.testing.js';
import { routingFacts } from './declare-facts.js';
import { paymentHours } from './payment-hour.view.js';

// Real: PostgreSQL, lane, handler.

const HOUR_MS = 3_600_000;
const LISTED = { debtor: { name: 'OBLOMSKI, Viktor', account: 'u0000002@mekong', accountType: 'bakong' } };

let world: World;
let current: CurrentDirectory;
beforeAll(async () => {
  world = await openWorld('routing_facts');
  const store = new DirectoryStore();
  current = new CurrentDirectory(store, world.test.database, await store.load(world.test.database));
  // At the beginning of an hour.
  const nowMs = world.platform.clock.now();
  world.platform.clock.set(nowMs - (nowMs % HOUR_MS) + HOUR_MS);
});
afterAll(() => world.close());

/** What a source tells now, checked as the list of sources says. */
async function gathered<Name extends FactSourceName>(source: Name): Promise<FactBody<Name>[]> {
  const gatherer = routingFacts(world.platform, current).find((each) => each.source === source)!;
  const { parts } = await world.test.database.transaction((transaction) =>
    gatherer.gather(transaction, world.platform.clock.now()),
  );
  return parts
    .flatMap(({ facts }) => facts)
    .map(({ body }) => FACT_SOURCES[source].body.parse(body) as FactBody<Name>);
}

const complete = async (seconds: number) => {
  const submit = makeSubmit(world);
  await feed(world, submit);
  world.platform.clock.advance((seconds * 1_000) / 2);
  await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted'));
  world.platform.clock.advance((seconds * 1_000) / 2);
  await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted'));
};

describe('what routing tells for reports', () => {
  it('has payments whose outcome is not known with what was heard of them', async () => {
    const submit = makeSubmit(world);
    await feed(world, submit, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    await feed(world, resultOf(world, submit.paymentId, 'credit', 'unknown'));
    const [unknown, ...others] = await gathered('routing.unknown');
    expect([unknown, others]).toMatchObject([
      {
        ...{ paymentId: submit.paymentId, corridor: 'KH-TH', partner: 'THSWITCH', leg: 'credit' },
        ...{ state: 'CREDIT_UNKNOWN', currency: 'THB', minor: '82000', attempts: 1, owner: null },
        lastAnswer: expect.stringMatching(/^leg_.*:credit$/),
      },
      [],
    ]);
    await feed(world, resultOf(world, submit.paymentId, 'credit', 'exhausted'));
    await world.platform.calls.call(routingCalls.proposeReview, {
      ...{ paymentId: submit.paymentId, decision: 'paid', partnerRef: 'TH-1', evidence: 'their statement' },
      ...{ operator: 'ops-1', participant: 'OPERATOR', reason: 'seen in their statement' },
    } as never);
    expect(await gathered('routing.unknown')).toMatchObject([{ state: 'MANUAL_REVIEW', owner: 'OPERATOR' }]);
    await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted'));
    expect(await gathered('routing.unknown')).toEqual([]);
  });

  it('has what became of the payments of an hour, with the time that each stage took, and who refused', async () => {
    const before = world.platform.clock.now();
    world.platform.clock.set(before - (before % HOUR_MS) + HOUR_MS);
    const hour = new Date(world.platform.clock.now()).toISOString();
    await complete(2);
    await complete(8);
    const refused = makeSubmit(world);
    await feed(world, refused, resultOf(world, refused.paymentId, 'debit', 'rejected', { reason: 'AC04' }));
    await feed(world, makeSubmit(world, { quote: null }));
    world.platform.clock.advance(HOUR_MS + 130_000);
    const told = (await gathered('routing.payment-hour')).find((each) => each.hour === hour)!;
    expect(told).toMatchObject({
      ...{
        corridor: 'KH-TH',
        direction: 'outbound',
        received: 4,
        completed: 2,
        rejected: 2,
        open: 0,
        unknown: 0,
      },
      rejects: [
        { by: 'BAKONG', currency: 'KHR', count: 1, minor: '10024000' },
        { by: 'switch', currency: 'KHR', count: 1, minor: '10024000' },
      ],
    });
    const stage = (name: string) => told.stages.find((each) => each.stage === name)!;
    const bandOf = (ms: number) => SPEED_EDGES_MS.findIndex((edge) => ms <= edge);
    expect(stage('debit')).toMatchObject({ partner: 'BAKONG', asked: 3, answered: 3, silentMinutes: 0 });
    expect(stage('credit')).toMatchObject({ partner: 'THSWITCH', asked: 2, answered: 2 });
    expect([stage('total').bands[bandOf(2_000)], stage('total').bands[bandOf(8_000)]]).toEqual([1, 1]);
    expect(stage('credit').bands[bandOf(1_000)]).toBe(1);
    for (const { bands } of [stage('total'), stage('switch')])
      expect(bands.reduce((sum, n) => sum + n, 0)).toBe(2);
  });

  it('counts a partner as silent in the minutes in which it answered nothing', async () => {
    const before = world.platform.clock.now();
    world.platform.clock.set(before - (before % HOUR_MS) + HOUR_MS);
    const hour = new Date(world.platform.clock.now()).toISOString();
    const lost = makeSubmit(world);
    await feed(world, lost, resultOf(world, lost.paymentId, 'debit', 'accepted'));
    await feed(world, resultOf(world, lost.paymentId, 'credit', 'unknown'));
    world.platform.clock.advance(120_000);
    await complete(1);
    world.platform.clock.advance(HOUR_MS);
    const told = (await gathered('routing.payment-hour')).find((each) => each.hour === hour)!;
    expect(told).toMatchObject({ received: 2, open: 1, completed: 1, unknown: 1 });
    expect(told.stages.find(({ stage }) => stage === 'credit')).toMatchObject({
      ...{ asked: 2, answered: 1, doubtful: 1, silentMinutes: 1 },
    });
    await feed(world, resultOf(world, lost.paymentId, 'credit', 'accepted'));
  });

  it('has who was held, by which entry, and who decided; no name', async () => {
    const held = makeSubmit(world, { submit: LISTED });
    await feed(world, held);
    expect(await gathered('routing.screening')).toMatchObject([
      { paymentId: held.paymentId, party: 'debtor', listEntry: 'L1', decision: null, reviewer: null },
    ]);
    await world.platform.calls.call(routingCalls.decideHold, {
      ...{ paymentId: held.paymentId, decision: 'confirm', operator: 'ops-1', reason: 'it is him' },
    });
    await world.routing.commit.lane.published();
    const facts = await gathered('routing.screening');
    expect(facts).toMatchObject([{ decision: 'confirm', reviewer: 'ops-1', reason: 'it is him' }]);
    expect(JSON.stringify(facts)).not.toMatch(/oblomski/i);
  });

  it('has liquidity once an hour with the most that was used in it, and limits by day', async () => {
    await world.routing.liquidityJob.run();
    await pass(world, HOUR_MS);
    const told = await gathered('routing.liquidity-hour');
    const naga = told.find(({ participant, currency }) => participant === 'FXNAGA' && currency === 'THB')!;
    const { accounts } = await world.platform.calls.call(routingCalls.liquidity, {});
    const account = accounts.find((each) => each.participant === 'FXNAGA' && each.currency === 'THB')!;
    expect(naga).toMatchObject({
      ...{ prefund: account.prefundMinor, cap: account.capMinor, position: account.positionMinor },
    });
    expect(BigInt(naga.usedMost)).toBeGreaterThanOrEqual(BigInt(naga.position));
    const limits = (await gathered('routing.limit-day')).filter(({ corridor }) => corridor === 'KH-TH');
    const { perPayment, perDebtorDay } = current.get().corridor('KH-TH')!.limits;
    expect(limits).toMatchObject([
      { currency: 'KHR', perPayment: perPayment['KHR'], perPayerDay: perDebtorDay['KHR'], payers: 1 },
    ]);
    const [counted] = await world.test.database.query<{ most: string }>(
      `SELECT max(used_minor)::text AS most FROM limit_counter WHERE currency = 'KHR'`,
    );
    expect(limits[0]!.usedMost).toBe(counted!.most);
  });
});

it('an hour is the same however it was cut into spans', () => {
  const directory = current.get();
  const figure = fc.oneof(
    fc.record({ kind: fc.constant('state'), name: fc.constantFrom('COMPLETED', 'REJECTED', 'CREDIT_SENT') }),
    fc.record({
      kind: fc.constant('band'),
      name: fc.constant('total'),
      detail: fc.constantFrom('0', '5', '17'),
    }),
    fc.record({
      kind: fc.constantFrom('asked', 'answered', 'silent'),
      name: fc.constantFrom('debit', 'credit'),
    }),
    fc.record({
      kind: fc.constant('reject'),
      name: fc.constantFrom('a', 'b'),
      by: fc.constantFrom('debit', 'switch'),
    }),
  );
  const figures = fc.array(fc.tuple(figure, fc.integer({ min: 1, max: 9 }), fc.nat(5)));
  fc.assert(
    fc.property(figures, (drawn) => {
      const all = drawn.map(([some, n, span]) => ({
        ...{ corridor: 'KH-TH', direction: 'outbound', detail: null, by: null, currency: 'KHR' },
        ...{ n, minor: '7', span, ...some },
      }));
      const bySpan = [...all].sort((a, b) => a.span - b.span);
      const hours = (given: unknown) => paymentHours(directory, '2026-11-20T12:00:00.000Z', given as never);
      expect(hours(bySpan)).toEqual(hours(all));
      const [hour] = hours(all);
      const states = all.filter(({ kind }) => kind === 'state').reduce((sum, { n }) => sum + n, 0);
      expect(hour?.body.received ?? 0).toBe(states);
    }),
  );
});
