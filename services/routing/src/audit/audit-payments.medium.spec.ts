import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuditWorld,
  BLOCKED,
  happened,
  NO_LINES,
  proposal,
  set,
  type Arm,
  type Sound,
} from './audit.testing.js';

// Real: PostgreSQL and everything of routing. One broken state for each arm of each check of payments, known by its text:
// whoever switches an arm off fails here. The books are broken in a transaction that is rolled back.

let books: AuditWorld;
beforeAll(async () => {
  books = await AuditWorld.open('routing_audit_payments');
});
afterAll(() => books.close());

const UNSENT = 'debit_attempt = 0, credit_attempt = 0, reversal_attempt = 0';
/** Two operators have found that the credit leg of the open payment was paid. */
const DECIDED = [happened('open', 'decided_paid:credit'), proposal('open', 'executed')];
const NOT_APPROVED = 'payment {open}: decided_paid:credit 1 times, 0 were approved by two operators';
const UNSECURED = `payment {open} at CREDIT_SENT sent the credit leg without the payer's money`;
const EXPIRED = 'payment {rejected} at EXPIRED gave its reservation back on leg_accepted:reversal';
const USED = ', payments say 30072000';

it.each<Arm>([
  [
    'I8',
    'is used by 2 payments',
    'DROP INDEX payment_quote',
    set('open', `quote_id = (SELECT quote_id FROM payment WHERE id = '{completed}')`),
  ],
  [
    'I8',
    'payment {open} at CREDIT_SENT was reserved without using its quote',
    set('open', 'quote_taken = false'),
  ],
  ...['COMPLETED', 'BLOCKED'].map((state): Arm => [
    'I8',
    `payment {completed} at ${state} was reserved without using its quote`,
    set('completed', `state = '${state}', quote_taken = false, ${NO_LINES}`),
  ]),
  ['I12', UNSECURED, set('open', `history = '[]'`)],
  ['I12', UNSECURED, set('open', NO_LINES)],
  [
    'I13',
    'payment {rejected} at REJECTED gave its reservation back on leg_unknown:credit',
    happened('rejected', 'leg_unknown:credit'),
  ],
  ['I13', EXPIRED, set('rejected', `state = 'EXPIRED'`)],
  ...['debit', 'credit', 'reversal'].map((leg): Arm => [
    'I13',
    EXPIRED,
    set('rejected', `state = 'EXPIRED', ${UNSENT}`),
    set('rejected', `${leg}_attempt = 1`),
  ]),
  ...['debit', 'credit'].map((leg): Arm => [
    'I13',
    `payment {rejected} at REJECTED gave its reservation back on leg_exhausted:${leg}`,
    happened('rejected', `leg_exhausted:${leg}`),
    set('rejected', UNSENT),
    set('rejected', `${leg}_attempt = 1`),
  ]),
  [
    'I15',
    'payment {open} at CREDIT_SENT has windows home, partner',
    set('open', `home_window = 'home', partner_window = 'partner', windows = '[{}, {}]'`),
  ],
  ['I15', ', none', set('completed', 'partner_window = NULL')],
  ['I15', 'payment {completed} at COMPLETED has windows BAKONG-KHR-', set('completed', `windows = '[]'`)],
  ['I15', 'counts 2, payments say 1', 'UPDATE lane_window SET completed = completed + 1'],
  ['I15', 'counts 0, payments say 1', 'DELETE FROM lane_window'],
  ['I15', 'counts 1, payments say 0', `UPDATE lane_window SET window_id = window_id || '*'`],
  ['I15', 'of lane other counts 1, payments say 0', `UPDATE lane_window SET lane = 'other'`],
  ['I18', NOT_APPROVED, happened('open', 'decided_paid:credit')],
  ['I18', 'decided_paid:credit 2 times, 1 were', ...DECIDED, happened('open', 'decided_paid:credit')],
  ...[
    `target = '{sent}'`,
    `state = 'rejected'`,
    `kind = 'participant.cap'`,
    `payload = '{"leg":"debit","decision":"paid"}'`,
    `payload = '{"leg":"credit","decision":"not_paid"}'`,
  ].map((change): Arm => ['I18', NOT_APPROVED, ...DECIDED, `UPDATE approval_request SET ${change}`]),
  ['I23', USED, 'UPDATE limit_counter SET used_minor = used_minor + 1'],
  ['I23', `says 0${USED}`, 'DELETE FROM limit_counter'],
  ['I23', 'says 30072000, payments say 0', 'UPDATE payment SET limit_day = NULL'],
  ...[`debtor = 'another'`, `currency = 'USD'`, 'day = day + 1'].map((change): Arm => [
    'I23',
    'says 30072000, payments say 0',
    `UPDATE limit_counter SET ${change}`,
  ]),
])('finds what breaks %s: %s', async (invariant, text, ...statements) => {
  const found = await books.brokenBy(...statements);
  expect(found[invariant] ?? []).toContainEqual(expect.stringContaining(books.filled(text)));
});

it.each<Sound>([
  ['I9', 'the amounts of a payment that did not use its quote', set('refused', 'target_minor = 1')],
  [
    'I12',
    'two operators found the payer debited',
    set('open', `history = '[{"event":"decided_paid:debit"}]'`),
  ],
  [
    'I12',
    'the network that asks secured the payer',
    set(
      'open',
      `history = '[]', instruction = jsonb_set(instruction::jsonb, '{payerSecured}', 'true')::json`,
    ),
  ],
  ...[
    'leg_rejected:debit',
    'leg_not_sent:credit',
    'leg_not_received:debit',
    'leg_accepted:reversal',
    'send_credit',
    'decided_paid:reversal',
    'decided_not_paid:debit',
  ].map((event): Sound => ['I13', event, happened('rejected', event)]),
  ['I13', 'refused before any leg', set('rejected', UNSENT), happened('rejected', 'refused')],
  ['I13', 'expired before any leg', set('rejected', `${UNSENT}, state = 'EXPIRED'`)],
  ['I18', 'decided, and approved', ...DECIDED],
  ['I18', 'proposed, and not decided yet', proposal('sent', 'pending')],
])('holds %s for sound: %s', async (invariant, _why, ...statements) => {
  expect((await books.brokenBy(...statements))[invariant]).toBeUndefined();
});

it('finds nothing in sound payments, nor in a blocked one', async () => {
  expect(await books.brokenBy()).toEqual({});
  expect(await books.brokenBy(BLOCKED)).toEqual({});
});

type Conversion = readonly [why: string, source: string, minor: number, rate: string, targetMinor: number];
const OTHER: Readonly<Record<string, string>> = { KHR: 'THB', THB: 'KHR' };
const converted = (source: string, minor: number, rate: string, targetMinor: number) =>
  set(
    'completed',
    `source_currency = '${source}', source_minor = ${minor}, rate = '${rate}',
     target_currency = '${OTHER[source]}', target_minor = ${targetMinor}`,
  );

// Hundredths of riel, of which a hundred are the least that can be paid, and satang.
describe('I9, the rounding rule', () => {
  it.each<Conversion>([
    ['the source was fixed: 100,242 riel are 820.01 baht', 'KHR', 10_024_200, '0.0081804', 82_001],
    ['the target was fixed: 41,004 riel cost 337.49 baht', 'THB', 33_749, '121.5', 4_100_400],
    ['both at once', 'KHR', 10_024_000, '0.0081804', 82_000],
    ['nothing to round', 'KHR', 10_000_000, '0.008', 80_000],
  ])('holds when %s', async (_why, source, minor, rate, targetMinor) => {
    expect((await books.brokenBy(converted(source, minor, rate, targetMinor)))['I9']).toBeUndefined();
  });

  it.each<Conversion>([
    ['a satang too much', 'KHR', 10_024_200, '0.0081804', 82_002],
    ['a satang too little', 'KHR', 10_024_200, '0.0081804', 82_000],
    ['a satang too dear', 'THB', 33_750, '121.5', 4_100_400],
    ['a satang too cheap', 'THB', 33_748, '121.5', 4_100_400],
    ['a whole riel too little', 'THB', 1_000, '1', 900],
    ['a whole riel too dear', 'KHR', 1_000, '1', 900],
  ])('is broken by %s', async (_why, source, minor, rate, targetMinor) => {
    const found = await books.brokenBy(converted(source, minor, rate, targetMinor));
    const text = `${minor} ${source} at ${rate} is not ${targetMinor} ${OTHER[source]}`;
    expect(found['I9']).toEqual([books.filled(`payment {completed}: ${text}`)]);
  });
});
