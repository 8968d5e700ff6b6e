import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InboundRecord } from '@tonle/messaging';
import { MemoryState } from '@tonle/messaging';
import type { LegCommand } from '@tonle/contracts';
import { DatabaseUnavailable } from '@tonle/persistence';
import { CircuitBreaker } from './breaker.js';
import { EnquiryBudget } from './budget.js';
import { EnquiryJob } from './enquiry.job.js';
import { LegHandler } from './leg.handler.js';
import type { AnswerWithEvidence, LegAnswer, LegCarrier } from './leg.js';
import { LegStore } from './leg.store.js';
import {
  askedAbout,
  clock,
  commandOf,
  intentOf,
  openLegWorld,
  outcomesOf,
  type LegWorld,
} from './leg.testing.js';
import { Slots } from './slots.js';

// Real: PostgreSQL, the outbox lane, the transport. The partner is what it answers.

let world: LegWorld;
let sent: LegCommand[];
let answerToSend: LegAnswer;
let answerToEnquiry: LegAnswer;
let trouble: { beforeKnown?: boolean; afterInsert?: boolean };

/** Loses its connection where a test wants it. */
class TroubledStore extends LegStore {
  override async insertIntents(...given: Parameters<LegStore['insertIntents']>): Promise<Set<string>> {
    const inserted = await super.insertIntents(...given);
    if (trouble.afterInsert === true) throw new DatabaseUnavailable('gone', false);
    return inserted;
  }
  override known(...given: Parameters<LegStore['known']>): ReturnType<LegStore['known']> {
    if (trouble.beforeKnown === true) throw new DatabaseUnavailable('gone', false);
    return super.known(...given);
  }
}

const evidenceFree = (answer: LegAnswer): AnswerWithEvidence => ({ answer, evidence: [] });
const bytesOf = (command: LegCommand): Buffer => Buffer.from(command.legKey);

function carrierOf(notFoundIsFinal: boolean): LegCarrier {
  return {
    network: 'partner',
    sendMsMax: 1_000,
    notFoundIsFinal,
    prepare: (command) => ({ command, bytes: bytesOf(command), externalRef: 'ref' }),
    send: ({ command }) => {
      sent.push(command);
      return Promise.resolve(evidenceFree(answerToSend));
    },
    enquire: (legs) => Promise.resolve(legs.map(() => evidenceFree(answerToEnquiry))),
  };
}

function parts(notFoundIsFinal = false): { handler: LegHandler; job: EnquiryJob } {
  const { reporter, enquiries, telemetry, test } = world;
  const { database } = test;
  const now = () => clock.now();
  const carrier = carrierOf(notFoundIsFinal);
  const breaker = new CircuitBreaker(now);
  const budget = new EnquiryBudget(new MemoryState(), 'partner', now, 1_000);
  const [store, slots] = [new TroubledStore(), new Slots(10)];
  const common = { carrier, database, reporter, breaker, budget, clock, telemetry };
  const handler = new LegHandler({ ...common, store, slots });
  const times = { orphanAfterMs: 0, sweepMs: 0 };
  const ready = () => true;
  const job = new EnquiryJob({ ...common, ...times, enquiries, handler, sendsBreaker: breaker, ready });
  return { handler, job };
}

const recordsOf = (...commands: LegCommand[]): InboundRecord[] =>
  commands.map((command) => ({ type: 'leg.command', body: JSON.stringify(command) }) as InboundRecord);

async function until<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  const end = performance.now() + 5_000;
  for (;;) {
    const seen = await look();
    if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
    if (performance.now() > end) expect(seen).toEqual(wanted);
    await new Promise((next) => setTimeout(next, 5));
  }
}

beforeAll(async () => {
  world = await openLegWorld('leg_handler', { notFoundIsFinal: false });
});
afterAll(() => world.close());
beforeEach(async () => {
  [sent, trouble] = [[], {}];
  answerToSend = { kind: 'accepted', partnerRef: crypto.randomUUID() };
  answerToEnquiry = { kind: 'not_found' };
  await world.test.database.query('TRUNCATE leg, leg_answer, leg_enquiry');
});

describe('a batch that breaks off', () => {
  it('sends what has its intent, though the others could not be looked up', async () => {
    const { handler } = parts();
    const [first, second] = [commandOf(), commandOf(2)];
    trouble.beforeKnown = true;
    await expect(handler.handle(recordsOf(first, second))).rejects.toThrow('gone');
    await until(() => outcomesOf(world, first), ['1 accepted']);
    trouble = {};
    await handler.handle(recordsOf(first, second));
    expect(sent.filter(({ legKey }) => legKey === first.legKey)).toHaveLength(1);
    await until(() => outcomesOf(world, second), ['2 accepted']);
  });

  it('sends, once, what has its intent when only the answer of the database was lost', async () => {
    const { handler } = parts();
    const command = commandOf();
    trouble.afterInsert = true;
    await expect(handler.handle(recordsOf(command))).rejects.toThrow('gone');
    expect(sent).toEqual([]);
    trouble = {};
    await handler.handle(recordsOf(command));
    await handler.handle(recordsOf(command));
    await until(() => outcomesOf(world, command), ['1 accepted']);
    expect(sent).toHaveLength(1);
  });

  it('sends nothing whose intent another process has stored', async () => {
    const { handler } = parts();
    const command = commandOf();
    await intentOf(world, command, clock.now() - 5);
    trouble.beforeKnown = true;
    await expect(handler.handle(recordsOf(command))).rejects.toThrow('gone');
    trouble = {};
    await handler.handle(recordsOf(command));
    expect(sent).toEqual([]);
  });
});

describe('not found at a partner that takes what arrives late', () => {
  async function openLeg(sendBefore: number, more: object = {}): Promise<LegCommand> {
    const command = commandOf(1, { sendBefore: new Date(sendBefore).toISOString() });
    const bytesHash = hash('sha256', bytesOf(command), 'hex');
    const intent = { command, externalRef: 'ref', bytesHash, intentMs: clock.now() - 10, ...more };
    await world.store.insertIntents(world.test.database, [intent]);
    return command;
  }

  it('sends the same again under its intent, while there is time', async () => {
    const command = await openLeg(clock.now() + 10_000);
    const { job } = parts();
    await job.round();
    await until(() => outcomesOf(world, command), ['1 accepted']);
    expect(sent).toMatchObject([{ legKey: command.legKey, attempt: 1 }]);
    expect(await askedAbout(world, command)).toBeUndefined();
  });

  it('does not take a refusal of the second sending for the end of the first', async () => {
    const command = await openLeg(clock.now() + 10_000);
    answerToSend = { kind: 'rejected', reason: 'AM04' };
    await parts().job.round();
    await until(() => outcomesOf(world, command), ['1 unknown']);
    expect(await askedAbout(world, command)).toBe(1);
  });

  it.each<[string, number, object]>([
    ['when the time is over', -1, {}],
    ['with other bytes than its intent has', 10_000, { bytesHash: 'other' }],
  ])('asks on %s, and ends it never', async (_name, inMs, more) => {
    const command = await openLeg(clock.now() + inMs, more);
    await parts().job.round();
    await until(() => outcomesOf(world, command), ['1 unknown']);
    expect(sent).toEqual([]);
    expect(await askedAbout(world, command)).toBe(1);
  });

  it('is not sent again where not-found is final', async () => {
    const command = await openLeg(clock.now() + 10_000);
    await parts(true).job.round();
    await until(() => outcomesOf(world, command), ['1 unknown']);
    expect(sent).toEqual([]);
  });
});
