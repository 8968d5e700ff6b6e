import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFinalisation, type BankFinalisation } from '@tonle/bank-files';
import { auditedActions } from '@tonle/platform';
import { markAcknowledged, markSent } from '../instruction/instruction-desk.js';
import { by, NettedWorld, WINDOW } from '../window/netted-world.testing.js';

// Real: PostgreSQL, approvals, the sandbox's directory, the file of a bank's finalisation.

let world: NettedWorld;
beforeAll(async () => (world = await NettedWorld.make('finalisation')));
beforeEach(async () => {
  await world.clear();
  await world.netted([['FXNAGA', 'THSWITCH', 191_000n]]);
  await world.instructed();
  const id = await world.instructionId();
  const at = new Date(world.platform.clock.now());
  await world.transaction((transaction) => markSent(transaction, id, at));
  await world.transaction((transaction) => markAcknowledged(transaction, id, at));
});
afterAll(() => world.test.drop());

const paid = async () => {
  await world.cover('THSETTLE-THB-1-1', 191_000n, 'L1');
  await world.cover('THSETTLE-THB-1-2', -191_000n, 'L2');
};
const statement = (closingMinor: bigint) =>
  world.test.database.query(
    `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, opening_minor, closing_minor,
       line_count, sha256, file_no, format, bytes, taken_at, taken_by)
     VALUES ($1::uuid, 'THSETTLE', 'THB', 'statement', 's', '2026-11-26', '2026-11-26', $2, $2, 2, $1::text, 1, 'camt.053', '', now(), 'x')`,
    [randomUUID(), closingMinor],
  );
async function file(more: Partial<BankFinalisation> = {}): Promise<string> {
  const [row] = await world.test.database.query<{ sha256: string }>(
    'SELECT sha256 FROM settlement_instruction',
  );
  const written = writeFinalisation({
    bank: 'THSETTLE',
    currency: 'THB',
    windowId: WINDOW,
    messageId: 'TONLE-THB-000001',
    sequence: 1,
    instructionSha256: row!.sha256,
    valueDate: '2026-11-26',
    createdAt: '2026-11-26T10:00:00Z',
    schemeAccount: '2000300001',
    schemeBalanceMinor: 77n,
    transfers: [
      {
        endToEndId: 'THSETTLE-THB-1-1',
        participantAccount: '2000300021',
        amountMinor: -191_000n,
        balanceMinor: 5n,
      },
      {
        endToEndId: 'THSETTLE-THB-1-2',
        participantAccount: '2000300031',
        amountMinor: 191_000n,
        balanceMinor: 5n,
      },
    ],
    ...more,
  });
  return Buffer.from(written).toString();
}
const take = (content: string, windowId = WINDOW) =>
  world.finalisations.take({ windowId, content, ...by('OPERATOR') });
const states = async () => {
  const rows = await world.test.database.query<{ state: string }>(
    'SELECT state FROM settlement_finalisation',
  );
  return rows.map(({ state }) => state);
};

describe('a finalisation file', () => {
  it('is refused by name until money and statement are here, then proven, and posted once by two people', async () => {
    const content = await file();
    const refusals = async () => {
      const answer = await take(content);
      return answer.kind === 'refused' ? answer.errors!.map(({ message }) => message.split(':')[0]) : [];
    };
    expect(await refusals()).toEqual(['line_missing', 'line_missing', 'statement_missing']);
    await paid();
    await world.book();
    expect(await refusals()).toEqual(['statement_missing']);
    await statement(77n);
    const proposed = await take(content);
    expect(proposed).toMatchObject({ kind: 'proposed', warnings: [] });
    if (proposed.kind !== 'proposed') throw new Error();
    expect(await states()).toEqual(['PROVEN']);
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'])).toBe('executed');
    expect(await states()).toEqual(['POSTED']);
    expect(await refusals()).toEqual(['already_final']);
    expect(await states()).toEqual(['POSTED']);
  });

  it('that says something else than the statement, or is of other bytes, posts nothing, and is kept with who brought it', async () => {
    await paid();
    await statement(76n);
    expect(await take(await file())).toMatchObject({
      kind: 'refused',
      reason: 'finalisation_refused',
      errors: [{ message: expect.stringMatching(/^balance_differs: .*77.*76/) }],
    });
    const other = await file({ instructionSha256: 'a'.repeat(64), schemeBalanceMinor: 76n });
    expect(await take(other)).toMatchObject({
      errors: [{ message: expect.stringMatching(/^hash_differs/) }],
    });
    expect(await take('no file')).toMatchObject({
      errors: [{ message: expect.stringMatching(/^malformed/) }],
    });
    expect(await take(other, 'NAPAS-VND-2026-11-20')).toMatchObject({
      errors: [{ message: expect.stringMatching(/^window_unknown/) }, { message: expect.anything() }],
    });
    expect(await states()).toEqual(['REFUSED', 'REFUSED', 'REFUSED']);
    expect(await auditedActions(world.test.database)).toContain('finalisation.refused');
  });

  it('with a warning is posted when it was acknowledged, and not when another has come up', async () => {
    await paid();
    await statement(77n);
    const proposed = await take(await file());
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    expect(proposed.warnings.map(({ code }) => code)).toEqual(['entries_open']);
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'])).toBe('warnings_unacknowledged');
    // A correction of the statement comes after the proposal.
    await world.test.database.query('UPDATE bank_statement SET closing_minor = 76');
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'], ['entries_open'])).toBe('approval_failed');
    expect(await states()).toEqual(['PROVEN']);
  });
});
