import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryState, type InboundRecord } from '@tonle/messaging';
import type { LegCommand } from '@tonle/contracts';
import { until } from '../../../tests/world/until.js';
import { CircuitBreaker } from './breaker.js';
import { CallCounter } from './call-counter.js';
import { EnquiryBudget } from './budget.js';
import { LegHandler } from './leg.handler.js';
import type { Agreement, LegAnswer, LegCarrier, LegTerms, PreparedLeg } from './leg.js';
import { LegSender } from './leg-sender.js';
import { clock, commandOf, openLegWorld, outcomesOf, type LegWorld } from './leg.testing.js';
import { termsOf } from './leg-terms.store.js';
import { Slots } from './slots.js';

// Real: PostgreSQL, the outbox lane. The network agrees on terms before money, or does not.

let world: LegWorld;
/** What was sent, with which terms, and whether these were durable by then. */
let sent: { readonly terms: LegTerms | undefined; readonly kept: LegTerms | undefined }[];
let asked: number;
let agreement: () => Agreement;
let answer: LegAnswer;
let leaves: boolean;

const agreed = (condition: string): Agreement => ({ kind: 'agreed', terms: { condition }, evidence: [] });
const none = (said: LegAnswer): Agreement => ({ kind: 'none', answer: said, evidence: [] });

const carrier: LegCarrier = {
  network: 'partner',
  sendMsMax: 1_000,
  refusesRepeats: false,
  notFoundIsFinal: () => true,
  partiesOf: () => ({}),
  prepare: (command): PreparedLeg => ({ command, bytes: Buffer.from(command.legKey), externalRef: 'ref' }),
  agree: () => {
    asked += 1;
    return Promise.resolve(agreement());
  },
  send: async ({ command, terms }, _parties, mayStart) => {
    if (!leaves) return { answer: { kind: 'not_sent', because: 'ECONNREFUSED' }, evidence: [] };
    mayStart();
    sent.push({ terms, kept: await termsOf(world.test.database, command.legKey) });
    return { answer, evidence: [] };
  },
  enquire: () => Promise.resolve([]),
};

/** As a process that has just started. */
function handle(...commands: LegCommand[]): Promise<void> {
  const { reporter, enquiries, telemetry, test, store } = world;
  const breaker = new CircuitBreaker(() => clock.now());
  const budget = new EnquiryBudget(new MemoryState(), 'partner', () => clock.now(), 1_000);
  const slots = new Slots(10);
  const common = { carrier, database: test.database, store, enquiries, reporter, slots, clock, telemetry };
  const calls = new CallCounter(() => clock.now());
  const sender = new LegSender({ ...common, breaker, calls, budget });
  const records = commands.map(
    (command) => ({ type: 'leg.command', body: JSON.stringify(command) }) as InboundRecord,
  );
  return new LegHandler({ ...common, sender }).handle(records);
}

async function outcomes(command: LegCommand, wanted: readonly string[]): Promise<void> {
  await until(wanted.join(), async () => {
    expect(await outcomesOf(world, command)).toEqual(wanted);
    return true;
  });
}

beforeAll(async () => {
  world = await openLegWorld('leg_terms');
});
afterAll(() => world.close());
beforeEach(() => {
  [sent, asked, leaves] = [[], 0, true];
  agreement = () => agreed('c1');
  answer = { kind: 'accepted', partnerRef: 'p' };
});

describe('terms of a leg', () => {
  it('are agreed, and durable, before its first byte', async () => {
    const command = commandOf();
    await handle(command);
    await outcomes(command, ['1 accepted']);
    expect(sent).toEqual([{ terms: { condition: 'c1' }, kept: { condition: 'c1' } }]);
  });

  it('are the same for every attempt, whoever makes it and whatever would be agreed by then', async () => {
    const first = commandOf();
    leaves = false;
    await handle(first);
    await outcomes(first, ['1 not_sent']);
    [leaves, agreement] = [true, () => agreed('c2')];
    const second = { ...first, attempt: 2 };
    await handle(second);
    await outcomes(second, ['1 not_sent', '2 accepted']);
    expect(sent).toEqual([{ terms: { condition: 'c1' }, kept: { condition: 'c1' } }]);
    expect(asked).toBe(1);
  });

  it('that cannot be had leave it unsent, and are asked for again', async () => {
    const first = commandOf();
    agreement = () => none({ kind: 'not_sent', because: 'no answer to the quote' });
    await handle(first);
    await outcomes(first, ['1 not_sent']);
    expect(sent).toEqual([]);
    agreement = () => agreed('c2');
    await handle({ ...first, attempt: 2 });
    await outcomes(first, ['1 not_sent', '2 accepted']);
    expect(sent).toEqual([{ terms: { condition: 'c2' }, kept: { condition: 'c2' } }]);
  });

  it('that are refused refuse it', async () => {
    const command = commandOf();
    agreement = () => none({ kind: 'rejected', reason: 'AM09', reasonText: 'a fee' });
    await handle(command);
    await outcomes(command, ['1 rejected']);
    expect(sent).toEqual([]);
  });

  it('go with a leg when it is asked about, and when it is called back about', async () => {
    const command = commandOf();
    answer = { kind: 'ambiguous', because: 'timeout' };
    await handle(command);
    await outcomes(command, ['1 unknown']);
    const { enquiries, test } = world;
    const later = clock.now() + 60_000;
    const due = await enquiries.takeDue(test.database, later, 10, later);
    const found = await enquiries.latest(test.database, command.legKey);
    const own = due.find(({ legKey }) => legKey === command.legKey);
    expect([own?.terms, found?.terms]).toEqual([{ condition: 'c1' }, { condition: 'c1' }]);
  });
});
