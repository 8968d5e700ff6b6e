import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditFindings } from '../audit/audit.store.js';
import { markAcknowledged, markSent } from '../instruction/instruction-desk.js';
import { NettedWorld, WINDOW } from './netted-world.testing.js';

// Real: PostgreSQL. A window that was paid in full, and one broken state for each arm of each check.

let world: NettedWorld;
beforeAll(async () => {
  world = await NettedWorld.make('window_audit');
  await world.netted([['FXNAGA', 'THSWITCH', 191_000n]]);
  await world.instructed();
  const id = await world.instructionId();
  const at = new Date(world.platform.clock.now());
  await world.transaction((transaction) => markSent(transaction, id, at));
  await world.transaction((transaction) => markAcknowledged(transaction, id, at));
  await world.cover('THSETTLE-THB-1-1', 191_000n, 'L1');
  await world.cover('THSETTLE-THB-1-2', -191_000n, 'L2');
  await world.book();
});
afterAll(() => world.test.drop());

const brokenBy = (...statements: string[]) =>
  world.test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    const findings = await auditFindings(transaction);
    return findings
      .filter(({ invariant }) => /pairs|pay each net|covered|numbers/.test(invariant))
      .flatMap(({ violations }) => violations);
  });

it('finds nothing in a window that was paid, nor in one that was netted without somebody', async () => {
  expect(await brokenBy()).toEqual([]);
  const without = [
    `INSERT INTO window_bilateral VALUES ('${WINDOW}', 'FXGARUDA', 'FXNAGA', 5, 1)`,
    `UPDATE settlement_window SET participants_removed = '{FXGARUDA}'`,
  ];
  expect(await brokenBy(...without)).toEqual([]);
});

it.each([
  [
    `window ${WINDOW}: the net of FXNAGA is -191001, its pairs make -191000`,
    `UPDATE window_net SET net_minor = net_minor - 1 WHERE participant = 'FXNAGA'`,
  ],
  [
    `window ${WINDOW}: the net of FXGARUDA is 0, its pairs make -5`,
    `INSERT INTO window_bilateral VALUES ('${WINDOW}', 'FXGARUDA', 'FXNAGA', 5, 1)`,
  ],
  [
    `window ${WINDOW}: the net of THSWITCH is 191000, its instructions pay 191001`,
    `UPDATE settlement_instruction_line SET amount_minor = amount_minor + 1 WHERE participant = 'THSWITCH'`,
  ],
  [
    `window ${WINDOW} is settled: nets of 382000, covered 381999, entries that are not booked 0`,
    `UPDATE settlement_instruction_line SET covered_minor = covered_minor - 1 WHERE line_no = 1`,
  ],
  [
    `window ${WINDOW} is settled: nets of 382000, covered 382000, entries that are not booked 1`,
    `UPDATE window_entry SET booked_at = NULL WHERE entry_id = 'settlement:${WINDOW}:FXNAGA'`,
  ],
  [
    'line THSETTLE-THB-1-1 is covered by 191000, what has covered it makes 0',
    `DELETE FROM instruction_coverage WHERE line_id = 'L1'`,
  ],
  [
    'THSETTLE THB: the last number is 2, instructions with a number are 1',
    'UPDATE instruction_sequence SET last = 2',
  ],
])('finds that %s', async (violation, statement) => {
  expect(await brokenBy(statement)).toContain(violation);
});
