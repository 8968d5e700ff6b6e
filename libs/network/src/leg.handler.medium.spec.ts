import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InboundRecord } from '@tonle/messaging';
import { MemoryState } from '@tonle/messaging';
import type { LegCommand } from '@tonle/contracts';
import { DatabaseUnavailable } from '@tonle/persistence';
import { until } from '../../../tests/world/until.js';
import { CircuitBreaker } from './breaker.js';
import { CallCounter } from './call-counter.js';
import { EnquiryBudget } from './budget.js';
import { EnquiryJob } from './enquiry.job.js';
import { LegHandler } from './leg.handler.js';
import type { AnswerWithEvidence, LegAnswer, LegCarrier, Parties, PreparedLeg } from './leg.js';
import { LegSender } from './leg-sender.js';
import { LegStore } from './leg.store.js';
import {
  askedAbout,
  clock,
  commandOf,
  countsOf,
  intentOf,
  openLegWorld,
  outcomesOf,
  TIMERS,
  type LegWorld,
} from './leg.testing.js';
import { OrphanSweep } from './orphan-sweep.js';
import { Slots } from './slots.js';
import type { StatementSearch } from './statement-search.js';

// Real: PostgreSQL, the outbox lane, the transport. The partner is what it answers.

let world: LegWorld;
let sent: LegCommand[];
let answerToSend: LegAnswer;
let answerToEnquiry: LegAnswer;
let refusesRepeats: boolean;
let parties: Parties;
let statements: Pick<StatementSearch, 'lacks'> | undefined;
let whenSent: () => void;
let breaksBefore: boolean;
let hangs: boolean;
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

const PARTIES = { fxProvider: { name: 'first' } } as unknown as Parties;
const UNWRITABLE = 'unwritable';

const evidenceFree = (answer: LegAnswer): AnswerWithEvidence => ({ answer, evidence: [] });
const bytesOf = (command: LegCommand, named = PARTIES): Buffer =>
  Buffer.from(`${command.legKey} ${named.fxProvider?.name}`);
const preparedOf = (command: LegCommand, named = PARTIES): PreparedLeg => {
  return { command, bytes: bytesOf(command, named), externalRef: 'ref' };
};
const intentParts = (command: LegCommand) => {
  return { command, externalRef: 'ref', bytesHash: 'hash', intentMs: clock.now() };
};

function carrierOf(notFoundIsFinal: boolean): LegCarrier {
  return {
    network: 'partner',
    sendMsMax: 1_000,
    notFoundIsFinal: () => notFoundIsFinal,
    refusesRepeats,
    partiesOf: () => parties,
    prepare: (command, named) => {
      if (command.endToEndId === UNWRITABLE) throw new RangeError('no such character in XML 1.0');
      return preparedOf(command, named);
    },
    send: ({ command }, _parties, mayStart) => {
      if (breaksBefore) throw new Error('no key to sign with');
      mayStart();
      sent.push(command);
      whenSent();
      if (hangs) return new Promise(() => undefined);
      return Promise.resolve(evidenceFree(answerToSend));
    },
    enquire: (legs) => Promise.resolve(legs.map(() => evidenceFree(answerToEnquiry))),
  };
}

function open(
  notFoundIsFinal = false,
  slots = new Slots(10),
  breaker = new CircuitBreaker(() => clock.now()),
): { handler: LegHandler; job: EnquiryJob; sender: LegSender } {
  const { reporter, enquiries, telemetry, test } = world;
  const { database } = test;
  const now = () => clock.now();
  const carrier = carrierOf(notFoundIsFinal);
  const budget = new EnquiryBudget(new MemoryState(), 'partner', now, 1_000);
  const store = new TroubledStore();
  const calls = new CallCounter(now);
  const parts = { carrier, database, store, enquiries, reporter, slots, breaker, calls };
  const common = { ...parts, budget, clock, telemetry };
  const sender = new LegSender(common);
  const handler = new LegHandler({ ...common, sender });
  const sweep = new OrphanSweep({ ...common, orphanAfterMs: 0, sweepMs: 0 });
  const comeback = { round: () => undefined };
  const more = { timersOf: () => TIMERS, ready: () => true, measureMs: 0, sendsBreaker: breaker, comeback };
  const job = new EnquiryJob({ ...common, ...more, handler, sender, sweep, statements });
  return { handler, job, sender };
}

const recordsOf = (...commands: LegCommand[]): InboundRecord[] =>
  commands.map((command) => ({ type: 'leg.command', body: JSON.stringify(command) }) as InboundRecord);

/** Waits until something looks as it should; what it looked like instead is the cause of the time-out. */
function untilEqual<T>(look: () => Promise<T>, wanted: T): Promise<true> {
  return until(JSON.stringify(wanted), async () => {
    expect(await look()).toEqual(wanted);
    return true as const;
  });
}

beforeAll(async () => {
  world = await openLegWorld('leg_handler', { notFoundIsFinal: () => false });
});
afterAll(() => world.close());
beforeEach(async () => {
  [sent, trouble, refusesRepeats, parties, statements] = [[], {}, false, PARTIES, undefined];
  [whenSent, breaksBefore, hangs] = [() => undefined, false, false];
  answerToSend = { kind: 'accepted', partnerRef: crypto.randomUUID() };
  answerToEnquiry = { kind: 'not_found' };
  await world.test.database.query('TRUNCATE leg, leg_answer, leg_enquiry, leg_waiting');
});

describe('a batch that breaks off', () => {
  it('sends what has its intent, though the others could not be looked up', async () => {
    const { handler } = open();
    const [first, second] = [commandOf(), commandOf(2)];
    trouble.beforeKnown = true;
    await expect(handler.handle(recordsOf(first, second))).rejects.toThrow('gone');
    await untilEqual(() => outcomesOf(world, first), ['1 accepted']);
    trouble = {};
    await handler.handle(recordsOf(first, second));
    expect(sent.filter(({ legKey }) => legKey === first.legKey)).toHaveLength(1);
    await untilEqual(() => outcomesOf(world, second), ['2 accepted']);
  });

  it('sends, once, what has its intent when only the answer of the database was lost', async () => {
    const { handler } = open();
    const command = commandOf();
    trouble.afterInsert = true;
    await expect(handler.handle(recordsOf(command))).rejects.toThrow('gone');
    expect(sent).toEqual([]);
    trouble = {};
    await handler.handle(recordsOf(command));
    await handler.handle(recordsOf(command));
    await untilEqual(() => outcomesOf(world, command), ['1 accepted']);
    expect(sent).toHaveLength(1);
  });

  it('sends nothing whose intent another process has stored', async () => {
    const { handler } = open();
    const command = commandOf();
    await intentOf(world, command, clock.now() - 5);
    trouble.beforeKnown = true;
    await expect(handler.handle(recordsOf(command))).rejects.toThrow('gone');
    trouble = {};
    await handler.handle(recordsOf(command));
    expect(sent).toEqual([]);
  });
});

describe('a rehearsal', () => {
  const rehearsed = (command: LegCommand) => open().handler.rehearse(recordsOf(command)[0]!);

  it('tells what a command would bring about, and sends and stores nothing', async () => {
    const command = commandOf();
    expect(await rehearsed(command)).toEqual([
      expect.stringMatching(new RegExp(`^send attempt 1 of leg ${command.legKey} to partner, as ref: `)),
    ]);
    expect([sent, await outcomesOf(world, command)]).toEqual([[], []]);
    await intentOf(world, command);
    expect(await rehearsed(command)).toEqual([`nothing: leg ${command.legKey} is being sent or asked about`]);
    const leg = { ...(await intentOf(world, commandOf())), command, firstAnswer: false };
    await world.reporter.add({ ...leg, answer: { kind: 'accepted', partnerRef: 'x' } });
    expect(await rehearsed(command)).toEqual([`tell routing again what became of leg ${command.legKey}`]);
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
    const command = await openLeg(clock.now() + 600_000);
    const { job } = open();
    await job.round();
    await untilEqual(() => outcomesOf(world, command), ['1 accepted']);
    expect(sent).toMatchObject([{ legKey: command.legKey, attempt: 1 }]);
    expect(await askedAbout(world, command)).toBeUndefined();
    // Its first question ended it.
    expect(await countsOf(world, command)).toEqual([1, 1]);
  });

  it.each<[string, LegAnswer, string[]]>([
    ['is the end of both when the reference is not known after it', { kind: 'not_found' }, ['1 rejected']],
    ['is the end of none when nobody can say so', { kind: 'ambiguous', because: 'timeout' }, ['1 unknown']],
    ['gives way to what was booked', { kind: 'accepted', partnerRef: 'hash' }, ['1 accepted']],
  ])('a repeat that is refused by who knows repeats %s', async (_name, then, outcomes) => {
    refusesRepeats = true;
    const command = await openLeg(clock.now() + 600_000);
    answerToSend = { kind: 'rejected', reason: 'AM04' };
    whenSent = () => {
      answerToEnquiry = then;
    };
    await open().job.round();
    await untilEqual(() => outcomesOf(world, command), outcomes);
    // The question of its turn, and the one after the refusal.
    expect(await countsOf(world, command)).toEqual([1, 2]);
  });

  it('does not take a refusal of the second sending for the end of the first', async () => {
    const command = await openLeg(clock.now() + 600_000);
    answerToSend = { kind: 'rejected', reason: 'AM04' };
    await open().job.round();
    await untilEqual(() => outcomesOf(world, command), ['1 unknown']);
    expect(await askedAbout(world, command)).toBe(1);
  });

  it('looks into statements when the time is over, and ends what two of them lack', async () => {
    const asked: string[] = [];
    statements = { lacks: ({ legKey }) => Promise.resolve(asked.push(legKey) > 0) };
    const command = await openLeg(clock.now() - 20_000, { intentMs: clock.now() - 90_000 });
    await open().job.round();
    await untilEqual(() => outcomesOf(world, command), ['1 unknown']);
    await world.test.database.query(
      `UPDATE leg_enquiry
       SET next_enquiry_at = now(), last_not_found_at = last_not_found_at - interval '30 seconds'`,
    );
    await open().job.round();
    await untilEqual(() => outcomesOf(world, command), ['1 not_received', '1 unknown']);
    expect(asked).toEqual([command.legKey, command.legKey]);
    const sql = `SELECT FROM evidence WHERE subject = $1 AND operation = 'absence in statements'`;
    expect(await world.test.database.query(sql, [command.legKey])).toHaveLength(2);
    expect(await askedAbout(world, command)).toBeUndefined();
  });

  it.each<[string, number, object]>([
    ['when the time is over', -1, {}],
    ['with other bytes than its intent has', 600_000, { bytesHash: 'other' }],
  ])('asks on %s, and ends it never', async (_name, inMs, more) => {
    const command = await openLeg(clock.now() + inMs, more);
    await open().job.round();
    await untilEqual(() => outcomesOf(world, command), ['1 unknown']);
    expect(sent).toEqual([]);
    expect(await askedAbout(world, command)).toBe(1);
  });

  it('is not sent again where not-found is final', async () => {
    const command = await openLeg(clock.now() + 600_000);
    await open(true).job.round();
    await untilEqual(() => outcomesOf(world, command), ['1 unknown']);
    expect(sent).toEqual([]);
  });
});

describe('a leg that was never sent', () => {
  const waiting = async (): Promise<string[]> => {
    const rows = await world.test.database.query<{ leg_key: string }>('SELECT leg_key FROM leg_waiting');
    return rows.map((row) => row.leg_key);
  };

  it('is told from others while it waits for a slot, and by the next process', async () => {
    const { handler } = open(false, new Slots(1));
    const [first, second, third] = [commandOf(), commandOf(), commandOf()];
    hangs = true;
    await handler.handle(recordsOf(first, second, third));
    expect(sent).toEqual([first]);
    expect((await waiting()).sort()).toEqual([second.legKey, third.legKey].sort());
    // The process dies here; the next one knows at once what became of whom.
    answerToEnquiry = { kind: 'in_progress' };
    await open().job.round();
    await untilEqual(() => outcomesOf(world, second), ['1 not_sent']);
    await untilEqual(() => outcomesOf(world, third), ['1 not_sent']);
    await untilEqual(() => outcomesOf(world, first), ['1 unknown']);
    expect(await waiting()).toEqual([]);
  });

  it('is sent when its slot is free, without its mark', async () => {
    const { handler } = open(false, new Slots(1));
    const commands = [commandOf(), commandOf(), commandOf()];
    await handler.handle(recordsOf(...commands));
    for (const command of commands) await untilEqual(() => outcomesOf(world, command), ['1 accepted']);
    expect(await waiting()).toEqual([]);
  });

  it('whose mark cannot be taken off is told as not sent, and the others that waited with it are sent', async () => {
    const { sender } = open(false, new Slots(50));
    const legs = Array.from({ length: 40 }, (_, n) => commandOf(1, n === 13 ? { attempt: 1.5 } : {}));
    const intents = legs
      .filter((_, n) => n !== 13)
      .map((command) => ({ ...intentParts(command), waits: true }));
    await world.store.insertIntents(world.test.database, intents);
    const answers = await Promise.all(
      legs.map((command) => sender.send({ command, prepared: preparedOf(command), parties, waits: true })),
    );
    expect(answers.map((one) => one?.answer.kind)).toEqual(
      legs.map((_, n) => (n === 13 ? 'not_sent' : 'accepted')),
    );
    expect(sent).toHaveLength(39);
    expect(await waiting()).toEqual([]);
  });

  it('is not sent by who finds its mark gone: another process has told routing so', async () => {
    const free: (() => void)[] = [];
    const slots = new Slots(1);
    void slots.run(() => new Promise<void>((done) => free.push(done)));
    const { handler } = open(false, slots);
    const command = commandOf();
    await handler.handle(recordsOf(command));
    await world.test.database.query('DELETE FROM leg_waiting');
    for (const done of free) done();
    await untilEqual(() => Promise.resolve(handler.holds(command)), false);
    expect(sent).toEqual([]);
    expect(await outcomesOf(world, command)).toEqual([]);
  });

  it('says so when its message cannot be written, and holds up no other of its batch', async () => {
    const { handler } = open();
    const [unwritable, other] = [commandOf(1, { endToEndId: UNWRITABLE }), commandOf()];
    await handler.handle(recordsOf(unwritable, other));
    await untilEqual(() => outcomesOf(world, unwritable), ['1 not_sent']);
    await untilEqual(() => outcomesOf(world, other), ['1 accepted']);
  });

  it('says so when it breaks before the first byte', async () => {
    breaksBefore = true;
    const command = commandOf();
    await open().handler.handle(recordsOf(command));
    await untilEqual(() => outcomesOf(world, command), ['1 not_sent']);
  });

  it('is no probe of a network that is away when it has no time to be sent again', async () => {
    const breaker = new CircuitBreaker(() => clock.now(), 1, 0, 0);
    breaker.failed();
    const at = (ms: number): string => new Date(clock.now() + ms).toISOString();
    const late = commandOf(1, { acceptedAt: at(-3_000_000), sendBefore: at(2_500_000) });
    const early = commandOf(1, { acceptedAt: at(-2_500_000), sendBefore: at(3_000_000) });
    const { handler } = open(false, new Slots(10), breaker);
    await handler.handle(recordsOf(late));
    await untilEqual(() => outcomesOf(world, late), ['1 not_sent']);
    await handler.handle(recordsOf(early));
    await untilEqual(() => outcomesOf(world, early), ['1 accepted']);
  });

  it('is not sent when its time is over before its first byte', async () => {
    const command = commandOf(1, { sendBefore: new Date(clock.now()).toISOString() });
    await open().handler.handle(recordsOf(command));
    await untilEqual(() => outcomesOf(world, command), ['1 not_sent']);
    expect(sent).toEqual([]);
  });
});

describe('a directory that changes while a leg is open', () => {
  it('changes nothing of what is sent again', async () => {
    const { handler, job } = open();
    const command = commandOf();
    answerToSend = { kind: 'ambiguous', because: 'timeout' };
    await handler.handle(recordsOf(command));
    await untilEqual(() => outcomesOf(world, command), ['1 unknown']);
    parties = { fxProvider: { name: 'second' } } as unknown as Parties;
    answerToSend = { kind: 'accepted', partnerRef: crypto.randomUUID() };
    await job.round();
    await untilEqual(() => outcomesOf(world, command), ['1 accepted', '1 unknown']);
  });

  it('makes no conflict of a later attempt', async () => {
    const { handler } = open();
    const command = commandOf();
    answerToSend = { kind: 'not_sent', because: 'refused' };
    await handler.handle(recordsOf(command));
    await untilEqual(() => outcomesOf(world, command), ['1 not_sent']);
    parties = { fxProvider: { name: 'second' } } as unknown as Parties;
    answerToSend = { kind: 'accepted', partnerRef: crypto.randomUUID() };
    await handler.handle(recordsOf({ ...command, attempt: 2 }));
    await untilEqual(() => outcomesOf(world, command), ['1 not_sent', '2 accepted']);
  });
});
