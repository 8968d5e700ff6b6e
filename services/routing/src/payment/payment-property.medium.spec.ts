import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isTerminal } from '@tonle/payment';
import {
  routingCalls,
  type LegKind,
  type LegResult,
  type PaymentState,
  type PaymentSubmit,
} from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import fc from 'fast-check';
import { assembleRouting } from '../routing.testing.js';
import { withDollars } from './directory.testing.js';
import {
  broken,
  makeRefund,
  makeSubmit,
  openWorld,
  pass,
  resultOf,
  resultRecord,
  submitRecord,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler, clock job, auditor. Random worlds: messages of every kind and age, twice and out of
// order, in batches of any size, with time passing and the process dying before or after a commit.

/** Each has its own time: all of them take minutes on a busy machine, and the books to be checked grow. */
const WORLDS = Array.from({ length: 14 }, (_, nth) => nth);
const OPEN = `SELECT id, state, review_leg, reversal_attempt FROM payment WHERE due_at IS NOT NULL`;

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_property', (directory) => {
    withDollars(directory);
    for (const funds of directory.openingFunds) {
      if (funds.participant === 'FXGARUDA')
        funds.amountMinor = funds.currency === 'THB' ? '900000' : '30000000';
    }
    for (const entry of directory.entries)
      if (entry.id === 'FXGARUDA') Object.assign(entry.body, { caps: {} });
  });
});
afterAll(() => world.close());

const outcomes: LegResult['outcome'][] = [
  'accepted',
  'accepted',
  'accepted',
  'rejected',
  'not_sent',
  'not_received',
  'unknown',
  'exhausted',
  'blocked',
  'conflicting',
];
const legs: LegKind[] = ['debit', 'credit', 'credit', 'reversal'];

const message = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      inbound: fc.boolean(),
      dollars: fc.constantFrom(undefined, undefined, 'alone' as const, 'for_riel' as const),
      tight: fc.boolean(),
      listed: fc.integer({ min: 0, max: 9 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('result' as const),
      of: fc.nat(),
      leg: fc.constantFrom(...legs),
      outcome: fc.constantFrom(...outcomes),
      attempt: fc.constantFrom(1, 1, 1, 2),
      strange: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), of: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      of: fc.nat(),
      percent: fc.constantFrom(100, 50, 30),
    }),
  },
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      messages: fc.array(message, { minLength: 1, maxLength: 8 }),
      crash: fc.constantFrom('no', 'no', 'no', 'before', 'after'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      ms: fc.constantFrom(0, 500, 2_000, 11_000, 30_000, 61_000, 1_900_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('decide' as const), of: fc.nat(), clear: fc.boolean() }),
  },
);
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A drawn world may have no payment that is frozen: each of the three ends is reached in one that is written down. */
const result = (of: number, leg: LegKind, outcome: LegResult['outcome']): Message => ({
  kind: 'result',
  of,
  leg,
  outcome,
  attempt: 1,
  strange: 9,
});
const submit: Message = { kind: 'submit', inbound: false, dollars: undefined, tight: false, listed: 9 };
/** A part of the first payment. */
const refund = (percent: 30 | 50): Message => ({ kind: 'refund', of: 0, percent });
const batch = (...messages: Message[]): Step => ({ kind: 'batch', messages, crash: 'no' });
const EACH_END: Step[] = [
  batch(submit, submit, submit),
  batch(result(0, 'debit', 'accepted'), result(1, 'debit', 'accepted'), result(2, 'debit', 'rejected')),
  batch(result(0, 'credit', 'accepted'), result(1, 'credit', 'blocked')),
  batch(refund(50), refund(30), refund(30)),
  batch(result(3, 'credit', 'rejected'), result(4, 'credit', 'accepted')),
];

class Run {
  readonly submits: PaymentSubmit[] = [];

  async take(taken: Step): Promise<void> {
    if (taken.kind === 'time') await pass(world, taken.ms);
    else if (taken.kind === 'decide') await this.decide(taken.of, taken.clear);
    else await this.batch(taken.messages, taken.crash);
  }

  private async decide(of: number, clear: boolean): Promise<void> {
    const submit = this.submits[of % Math.max(this.submits.length, 1)];
    if (submit === undefined) return;
    const decision = clear ? ('clear' as const) : ('confirm' as const);
    await world.platform.calls.call(routingCalls.decideHold, {
      paymentId: submit.paymentId,
      decision,
      operator: 'ops',
      reason: 'drawn',
    });
  }

  private async batch(messages: readonly Message[], crash: string): Promise<void> {
    const records = messages.flatMap((one) => this.record(one));
    if (records.length === 0) return;
    if (crash === 'before') {
      // The transaction is undone after everything was written.
      const dying = world.routing.commit.lane.commit(() => Promise.reject(new Error('crash')));
      await expect(dying).rejects.toThrow('crash');
      await restart();
    }
    await world.routing.handler.handle(records);
    if (crash === 'after') {
      await restart();
      await world.routing.handler.handle(records);
    }
    await world.routing.commit.lane.published();
  }

  private record(one: Message) {
    if (one.kind === 'submit') {
      const debtor = {
        name: one.listed === 0 ? 'Viktor Oblomski' : 'Sok Dara',
        account: 'u0000001@mekong',
        accountType: 'bakong',
      };
      const made = makeSubmit(world, {
        direction: one.inbound ? 'inbound' : 'outbound',
        provider: one.tight ? 'FXGARUDA' : 'FXNAGA',
        dollars: one.dollars,
        submit: { debtor },
      });
      this.submits.push(made);
      return [submitRecord(made)];
    }
    const submit = this.submits[one.of % Math.max(this.submits.length, 1)];
    if (submit === undefined) return [];
    if (one.kind === 'again') return [submitRecord(submit)];
    if (one.kind === 'refund') {
      const minor = ((BigInt(submit.target.minor) * BigInt(one.percent)) / 100n).toString();
      const made = makeRefund(world, submit, { minor });
      this.submits.push(made);
      return [submitRecord(made)];
    }
    const amount = one.strange === 0 ? { amount: { currency: 'THB', minor: '1' } } : {};
    const reference = one.strange === 1 ? { partnerRef: 'one-reference-for-many' } : {};
    return [
      resultRecord(
        resultOf(world, submit.paymentId, one.leg, one.outcome, {
          attempt: one.attempt,
          ...amount,
          ...reference,
        }),
      ),
    ];
  }

  /** Gives every leg in flight its definite answer until nothing is open. */
  async end(): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      const open = await world.test.database.query<{
        id: string;
        state: PaymentState;
        review_leg: LegKind | null;
        reversal_attempt: number;
      }>(OPEN);
      if (open.length === 0) return;
      const results = open.flatMap(({ id, state, review_leg: review, reversal_attempt: attempt }) => {
        if (state === 'SCREENING_HOLD') return [];
        if (state === 'UNWINDING')
          return [resultOf(world, id, 'reversal', 'accepted', { attempt: Math.max(attempt, 1) })];
        const leg = review ?? (state.startsWith('DEBIT') ? 'debit' : 'credit');
        const of = leg === 'reversal' ? { attempt: Math.max(attempt, 1) } : {};
        return [resultOf(world, id, leg, leg === 'debit' ? 'rejected' : 'accepted', of)];
      });
      if (results.length > 0) await world.routing.handler.handle(results.map(resultRecord));
      await pass(world, 3_600_000);
    }
    throw new Error('some payments never end');
  }
}

let connections: Database | undefined;

/** The process dies with what it had in memory and its connections; the next one leases its lane. */
async function restart(): Promise<void> {
  const database = await world.test.another();
  world.routing = await assembleRouting({ ...world.platform, database });
  await connections?.close();
  connections = database;
}

/** At most one way out of each payment: versions count the steps, terminal states have no step after them. */
async function histories(): Promise<void> {
  const rows = await world.test.database.query<{
    id: string;
    version: number;
    history: { from: PaymentState | null; to: PaymentState; times?: number }[];
  }>('SELECT id, version, history FROM payment');
  for (const { id, version, history } of rows) {
    expect([id, history.reduce((sum, { times }) => sum + (times ?? 1), 0)]).toEqual([id, version]);
    history.forEach(({ from }, index) => expect(from).toBe(index === 0 ? null : history[index - 1]!.to));
    expect(history.slice(0, -1).filter(({ to }) => isTerminal(to))).toEqual([]);
  }
}

describe('whatever comes in whatever order', () => {
  it.each(WORLDS)('the books stay sound and every payment comes to one end, world %i', async (nth) => {
    const { seed = 0 } = fc.readConfigureGlobal();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const run = new Run();
        for (const taken of steps) {
          await run.take(taken);
          expect(await broken(world)).toEqual([]);
        }
        await run.end();
        expect(await broken(world)).toEqual([]);
      }),
      { numRuns: 1, seed: seed + nth, endOnFailure: true, examples: nth === 0 ? [[EACH_END]] : [] },
    );
  });

  it('each payment has one history, each end was reached, and nothing was told in two ways', async () => {
    await histories();
    // A restart may publish again; the same id always says the same.
    const told = new Map<string, string>();
    for (const { type, messageId, body } of world.published.filter(
      (record) => record.type !== 'directory.entry',
    )) {
      expect(told.get(`${type} ${messageId}`) ?? body).toBe(body);
      told.set(`${type} ${messageId}`, body);
    }
    const states = await world.test.database.query<{ state: string; n: bigint }>(
      'SELECT state, count(*) AS n FROM payment GROUP BY state',
    );
    const refunds = await world.test.database.query<{ state: string }>(
      'SELECT DISTINCT state FROM payment WHERE refund_of IS NOT NULL ORDER BY state',
    );
    expect(refunds.map(({ state }) => state)).toEqual(expect.arrayContaining(['COMPLETED', 'REJECTED']));
    expect(states.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['COMPLETED', 'REJECTED', 'BLOCKED']),
    );
  });
});
