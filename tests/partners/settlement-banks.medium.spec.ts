// Real: PostgreSQL, the simulated settlement bank over mutual TLS with signatures both ways, windows and instructions of settlement.
// The bank is open every day, and it is noon: what day the test runs on is nothing to it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instructionMessageId, type SettlementInstruction } from '@tonle/bank-files';
import type { DirectoryEntry } from '@tonle/contracts';
import type { BankBody, ParticipantBody } from '@tonle/directory';
import { writeInstructionFile } from '../../services/settlement/src/bank-file/instruction-file.js';
import { BankWorld, OPERATOR } from '../../services/settlement/src/bank/bank.testing.js';
import { bankSettings } from '../../services/settlement/src/bank/bank.settings.js';
import { HttpBankWire } from '../../services/settlement/src/bank/bank-wire.js';
import { schemeAccount } from '../../services/settlement/src/bank/settlement-bank.js';
import type { StatementTaken } from '../../services/settlement/src/bank/statement-taking.service.js';
import { listSuspense } from '../../services/settlement/src/bank/suspense.view.js';
import type { BankScheme } from '../../services/sandbox/src/banks/bank-scheme.js';
import { control, runSandbox, type TestSandbox } from '../../services/sandbox/src/testing/running-sandbox.js';
import { until } from '../world/until.js';

const DAY_MS = 86_400_000;
const BANGKOK_MS = 7 * 3_600_000;
const [E1, E2] = ['THSETTLE-THB-1-1', 'THSETTLE-THB-1-2'];
const SCHEME: Omit<BankScheme, 'instruction' | 'statement'> = {
  ...{ id: 'THSETTLE', name: 'Thai settlement bank', bic: 'SETTTHBKXXX', mark: 'TH' },
  ...{ utcOffsetMinutes: 420, weekend: [], holidays: [] },
  currencies: {
    THB: {
      scheme: '2000300001',
      schemeOpening: '5000000',
      accounts: {
        '2000300021': { participant: 'FXNAGA', name: 'Naga FX', opening: '100000000' },
        '2000300031': { participant: 'THSWITCH', name: 'Thai switch', opening: '100000000' },
      },
    },
  },
};
/** What each bank of the sandbox speaks. */
const FORMS: readonly Pick<BankBody, 'instruction' | 'statement'>[] = [
  { instruction: 'pacs.009', statement: 'camt.053' },
  { instruction: 'pain.001', statement: 'mt940' },
  { instruction: 'csv', statement: 'csv' },
];

function instructionOf(sequence: number, valueDate: string): SettlementInstruction {
  const line = (direction: 'pay_in' | 'pay_out', name: string, account: string, lineNo: number) => ({
    ...{ direction, amountMinor: 191_000n, windowId: 'THSWITCH-THB-20261126' },
    endToEndId: `THSETTLE-THB-${sequence}-${lineNo}`,
    participant: { name, account },
  });
  return {
    messageId: instructionMessageId('TONLE', 'THB', sequence),
    createdAt: `${valueDate}T04:00:00.000Z`,
    ...{ sequence, currency: 'THB', valueDate, bank: { name: SCHEME.name, bic: SCHEME.bic } },
    scheme: { name: 'Tonle', account: '2000300001' },
    transfers: [line('pay_in', 'Naga FX', '2000300021', 1), line('pay_out', 'Thai switch', '2000300031', 2)],
  };
}

describe.each(FORMS)('a bank that takes $instruction and gives $statement', ({ instruction, statement }) => {
  let sandbox: TestSandbox;
  let world: BankWorld;
  let today: string;
  let offsetMs: number;

  beforeEach(async () => {
    sandbox = await runSandbox({
      banks: { port: 0, schemes: [{ ...SCHEME, instruction, statement }] },
    });
    const pki = (name: string) => join(sandbox.folder, 'pki', name);
    const link = {
      url: sandbox.running.addresses['THSETTLE'],
      ...{ authority: pki('ca.crt'), certificate: pki('tonle-client.crt'), key: pki('tonle-client.key') },
    };
    const settings = {
      TONLE_KEYS_DIR: join(sandbox.folder, 'keys'),
      TONLE_SETTLEMENT_BANKS: JSON.stringify({ THSETTLE: link }),
    };
    world = await BankWorld.start('bank_wire', { settings, adjust });
    await moveClock(DAY_MS / 2 - ((Date.now() + BANGKOK_MS) % DAY_MS));
    today = (await control(sandbox, 'GET', 'THSETTLE/accounts')).body.today as string;
    await world.banks.fetching.run();
  });
  afterEach(async () => {
    await world.banks.close();
    await world.close();
    await sandbox.close();
  });

  /** The directory as the bank is: open every day, with its key. */
  function adjust(entry: DirectoryEntry): DirectoryEntry {
    if (entry.kind === 'calendar') return { ...entry, body: { ...(entry.body as object), holidays: [] } };
    if (entry.id !== 'THSETTLE') return entry;
    const body = entry.body as ParticipantBody;
    const publicKeyPem = readFileSync(join(sandbox.folder, 'keys', 'THSETTLE.pub.pem'), 'utf8');
    const validity = { validFrom: '2020-01-01T00:00:00Z', validTo: '2099-12-31T00:00:00Z' };
    const key = { keyId: 'THSETTLE-1', algorithm: 'ecdsa-p256-sha256' as const, publicKeyPem, ...validity };
    return { ...entry, body: { ...body, keys: [key], bank: { ...body.bank!, instruction, statement } } };
  }

  async function moveClock(byMs: number): Promise<void> {
    offsetMs = byMs;
    expect((await control(sandbox, 'POST', 'clock', { offsetMs })).status).toBe(200);
    world.platform.clock.set(Date.now() + offsetMs);
  }
  const fault = async (of: object): Promise<void> => {
    const answer = await control(sandbox, 'POST', 'faults', { network: 'THSETTLE', count: 1, ...of });
    expect([answer.status, answer.body.issues]).toEqual([201, undefined]);
  };
  async function instruct(): Promise<string> {
    const made = instructionOf(1, today);
    const written = writeInstructionFile(made, instruction);
    if (written.kind === 'refused') throw new Error(JSON.stringify(written.errors));
    await world.instruct(191_000n, 'PREPARED', 1, {
      ...{ bytes: written.bytes, format: instruction, valueDate: today },
    });
    return made.messageId;
  }
  const untilPaid = (messageId: string, lines = 2) =>
    until(`${messageId} to be carried out`, async () => {
      const { body } = await control(sandbox, 'GET', `THSETTLE/instructions/${messageId}`);
      return body.instructions[0]?.paid.length === lines;
    });
  const states = () => world.column('SELECT state AS text FROM settlement_instruction');
  const covered = () =>
    world.column(
      "SELECT end_to_end_id || ' ' || covered_minor AS text FROM settlement_instruction_line ORDER BY 1",
    );
  /** The bank's day is over, and its statement is taken: by itself only after banking days. */
  async function takeStatement(): Promise<StatementTaken> {
    await moveClock(Math.min(offsetMs + DAY_MS, DAY_MS));
    const { clock, random } = world.platform;
    const address = bankSettings(world.platform.settings).addresses.get('THSETTLE')!;
    const wire = new HttpBankWire('THSETTLE', address, { clock, random, directory: world.directory });
    const reply = await wire.statement('THB', today);
    await wire.close();
    if (reply.kind !== 'answered') throw new Error(reply.kind);
    const account = schemeAccount(world.directory, 'THSETTLE', 'THB')!;
    return world.banks.taking.take(account, statement, reply.bytes, { by: 'schedule', day: today });
  }

  it('is paid through: acknowledged, told of at once, proved by the statement of the day', async () => {
    const messageId = await instruct();
    await world.banks.sending.run();
    expect(await states()).toEqual(['ACKNOWLEDGED']);
    await untilPaid(messageId);
    await world.banks.fetching.run();
    expect(await covered()).toEqual([`${E1} 191000`, `${E2} 191000`]);
    expect(await takeStatement()).toMatchObject({ kind: 'taken', lines: 0 });
    const kinds = await world.column('SELECT kind AS text FROM bank_statement ORDER BY taken_at');
    expect(kinds).toEqual(['notification', 'statement']);
    expect(await world.column('SELECT state AS text FROM bank_line')).toEqual(['ALLOCATED', 'ALLOCATED']);
    expect(await world.breaks()).toEqual([]);
  });

  it('whose answer is lost gets the same bytes again, and carries them out once', async () => {
    await fault({ operation: 'instructions', fault: 'reset' });
    const messageId = await instruct();
    await world.banks.sending.run();
    expect(await states()).toEqual(['SENT']);
    await moveClock(offsetMs + 60_000);
    await world.banks.sending.run();
    expect(await states()).toEqual(['ACKNOWLEDGED']);
    await untilPaid(messageId);
    await world.banks.fetching.run();
    expect(await covered()).toEqual([`${E1} 191000`, `${E2} 191000`]);
  });

  it('sends a statement anew after its lines were placed: it takes the place, and nothing moves twice', async () => {
    const messageId = await instruct();
    await world.banks.sending.run();
    await untilPaid(messageId);
    expect(await takeStatement()).toMatchObject({ kind: 'taken', lines: 2 });
    const booked = await world.entries();
    expect([booked.length, await covered()]).toEqual([4, [`${E1} 191000`, `${E2} 191000`]]);
    // The same once more, over the same link.
    expect(await takeStatement()).toEqual({ kind: 'known' });
    const reissue = await control(sandbox, 'POST', 'THSETTLE/reissue', { currency: 'THB', day: today });
    expect(reissue.status).toBe(200);
    expect(await takeStatement()).toMatchObject({ kind: 'taken', lines: 0 });
    expect(await takeStatement()).toEqual({ kind: 'known' });
    const statements = await world.column(
      `SELECT (replaces IS NOT NULL)::text || ' ' || (SELECT count(*) FROM bank_line l WHERE l.statement_id = s.statement_id) AS text
       FROM bank_statement s ORDER BY taken_at, statement_id`,
    );
    expect(statements).toEqual(['false 0', 'true 2']);
    expect([await world.entries(), await covered(), await world.breaks()]).toEqual([
      booked,
      [`${E1} 191000`, `${E2} 191000`],
      [],
    ]);
  });

  it('sends money in suspense back by an instruction; what comes once more is in suspense again', async () => {
    const deposit = async (reference?: string) => {
      const body = {
        account: '2000300021',
        amount: { currency: 'THB', minor: '700' },
        ...(reference && { reference }),
      };
      expect((await control(sandbox, 'POST', 'THSETTLE/deposit', body)).status).toBe(201);
      await world.banks.fetching.run();
    };
    const items = async () => (await listSuspense(world.test.database, { limit: 10 }, () => today)).items;
    await deposit();
    const [item] = await items();
    const proposed = await world.banks.service.cure({
      ...{ itemId: item!.itemId, action: 'send_back', target: '2000300021', ...OPERATOR },
    });
    if (proposed.kind === 'refused') throw new Error(proposed.reason);
    const { approvalId } = proposed;
    const by = { operator: 'OPERATOR2-1', participant: 'OPERATOR2', reason: 'seen' };
    await world.approvals.decide({ approvalId, verdict: 'approve', acknowledged: [], ...by });
    await world.banks.sending.run();
    expect(await states()).toEqual(['ACKNOWLEDGED']);
    const [messageId] = await world.column('SELECT message_id AS text FROM settlement_instruction');
    const [valueDate] = await world.column('SELECT value_date::text AS text FROM settlement_instruction');
    await moveClock(offsetMs + Date.parse(valueDate!) - Date.parse(today));
    await untilPaid(messageId!, 1);
    await world.banks.fetching.run();
    expect([await states(), await items()]).toEqual([['SETTLED'], []]);
    const { lines } = (await control(sandbox, 'GET', 'THSETTLE/lines/THB')).body;
    const [came, went] = lines as { id: string; remittance?: string; endToEndId: string }[];
    expect(went!.remittance).toBe(`/RETURN/${came!.id}`);
    await deposit(went!.endToEndId);
    expect([await states(), await items()]).toMatchObject([
      ['REJECTED'],
      [{ state: 'OPEN', openMinor: '700' }],
    ]);
  });

  it('that writes a wrong reference leaves the money in suspense, with what it was for', async () => {
    await fault({ operation: 'payments', fault: 'wrong_reference', match: { account: '2000300021' } });
    const messageId = await instruct();
    await world.banks.sending.run();
    await untilPaid(messageId);
    await world.banks.fetching.run();
    expect(await covered()).toEqual([`${E1} 0`, `${E2} 191000`]);
    const { items } = await listSuspense(world.test.database, { limit: 10 }, () => today);
    expect(items).toMatchObject([{ minor: '191000', suggestion: E1, state: 'OPEN', band: 'same_day' }]);
  });
});
