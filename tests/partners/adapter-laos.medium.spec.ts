// Real: PostgreSQL, transport, LAPNet's simulator over mutual TLS with signatures both ways, asked in ISO 20022 or in JSON.
// What payments the other way need, the end-to-end flows have.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '@tonle/adapter-laos';
import { adapterCalls, type LegCommand } from '@tonle/contracts';
import { readIso } from '@tonle/iso20022';
import type { RunningService } from '@tonle/platform';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  linesSince,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

const SERVICE = 'adapter-laos';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const calls = adapterCalls(SERVICE);
const SHOP = '27710418SHOP00000123';

/** What the adapter asks in JSON, and what it then asks about an open payment. */
const QUESTIONS = [
  ['none', 'pacs.028'],
  ['payees,statuses', 'payment.status'],
] as const;

/** 250,000 kip to a receiver. */
function creditTo(account: string, more: Partial<LegCommand> = {}): LegCommand {
  return legCommandOf('credit', {
    corridor: 'KH-LA',
    amount: { currency: 'LAK', minor: '25000000' },
    otherAmount: { currency: 'KHR', minor: '4664000' },
    rate: '5.36000000',
    creditor: { name: 'Talat Sao Stall', account, accountType: 'LAOQR' },
    creditorAgent: 'LAPNET',
    ...more,
  });
}

describe.each(QUESTIONS)('LAPNet, in JSON %s', (questions, enquiry) => {
  let world: AdapterWorld;
  let running: RunningService;

  beforeAll(async () => {
    world = await openAdapterWorld('adapter_laos');
    world.settings['TONLE_LAOS_API_ASKS'] = questions;
    running = await start(world.platform(SERVICE), TUNING);
  });
  afterEach(() => clearFaults(world));
  afterAll(async () => {
    await running.close();
    await world.close();
  });

  describe('a credit', () => {
    it('names the bank by its number and the receiver as the code has it, in kip', async () => {
      const leg = creditTo('00000418I90BYP17BC295VZ');
      await command(world, SERVICE, leg);
      const [report] = await outcomes(world, leg.legKey, 'accepted');
      expect(report).toMatchObject({ amount: leg.amount, partnerRef: expect.stringMatching(/^LA\d{8}/) });
      const [sent] = await world.database.database.query<{ bytes: Uint8Array }>(
        `SELECT bytes FROM evidence WHERE subject = $1 AND direction = 'out'`,
        [leg.legKey],
      );
      const reading = readIso(Buffer.from(sent!.bytes));
      expect(reading).toMatchObject({
        kind: 'read',
        message: {
          creditorAgent: { memberId: '00000418' },
          creditorAccount: { id: 'I90BYP17BC295VZ', scheme: 'LAOQR' },
          instructedAgent: { bic: 'LAPNLALAXXX' },
        },
      });
      expect(Buffer.from(sent!.bytes).toString()).toContain('<IntrBkSttlmAmt Ccy="LAK">250000<');
    });

    it.each([
      ['27710418shop00000123', 'BE23'],
      ['12340418SHOP00000123', 'BE23'],
      ['27710418SHUT00000123', 'AC04'],
    ])('to %s is rejected with %s', async (account, reason) => {
      const leg = creditTo(account);
      await command(world, SERVICE, leg);
      expect(await outcomes(world, leg.legKey, 'rejected')).toMatchObject([{ reason }]);
    });

    it('is asked about when nobody answers, and never paid twice', async () => {
      const leg = creditTo(SHOP);
      await fault(world, {
        network: 'laos',
        operation: 'pacs.008',
        count: 1,
        fault: 'timeout_after',
        delayMs: 100,
      });
      await command(world, SERVICE, leg);
      const reports = await outcomes(world, leg.legKey, 'accepted');
      expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
      const asked = await world.database.database.query(
        `SELECT DISTINCT operation FROM evidence WHERE subject = $1 AND operation <> 'pacs.008'`,
        [leg.legKey],
      );
      expect(asked).toEqual([{ operation: enquiry }]);
    });
  });

  it('a return is asked about by its own id, and refused for what was never taken', async () => {
    const { paymentId, uetr, quoteId, acceptedAt } = legCommandOf('credit');
    const [source, target] = [
      { currency: 'LAK', minor: '25000000' },
      { currency: 'KHR', minor: '4664000' },
    ];
    const original = { paymentId, uetr, quoteId, acceptedAt, source, target };
    const leg = creditTo(SHOP, { refundOf: { ...original, messageId: 'LA1', endToEndId: 'E1' } });
    const lost = { fault: 'timeout_after', delayMs: 100, count: 1 };
    await fault(world, { network: 'laos', operation: 'pacs.004', ...lost });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'rejected');
    expect(reports.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['unknown', undefined],
      ['rejected', 'AG09'],
    ]);
    const asked = await world.database.database.query(
      `SELECT DISTINCT operation FROM evidence WHERE subject = $1 ORDER BY operation`,
      [leg.legKey],
    );
    expect(asked).toEqual([{ operation: 'pacs.004' }, { operation: enquiry }]);
  });

  describe('lookups and the statement', () => {
    const lookup = async (more: object) => {
      const { paymentId: lookupId } = legCommandOf('debit');
      const items = [{ lookupId, participant: 'KHMEKONG', corridor: 'KH-LA', ...more }];
      return (await world.calls.call(calls.lookup, { items })).items[0]!;
    };
    const code = async (body: object) =>
      (await world.control<{ qrText: string }>('POST', '/control/laos/qr', body)).qrText;

    it('find whom a code or a receiver id names; the amount is in kip', async () => {
      const found = { kind: 'found', creditorAgent: 'LAPNET', currency: 'LAK' };
      expect(await lookup({ qrText: await code({ amount: '250000' }) })).toMatchObject({
        ...found,
        creditor: { account: SHOP, accountType: 'LAOQR', country: 'LA' },
        amount: { currency: 'LAK', minor: '25000000' },
      });
      expect(await lookup({ account: SHOP, accountType: 'LAOQR' })).toMatchObject({
        ...found,
        displayName: 'Talat Sao Stall 123',
      });
    });

    it('refuse what is none, and what is closed', async () => {
      const short = { account: '2771418SHOP00000123' };
      expect(await lookup(short)).toMatchObject({ kind: 'refused', reason: 'account_unknown' });
      const closed = await code({ fields: { receiverId: 'SHUT00000123' } });
      expect(await lookup({ qrText: closed })).toMatchObject({ kind: 'refused', reason: 'account_closed' });
      const other = { account: '27710418shop00000123' };
      expect(await lookup(other)).toMatchObject({ kind: 'refused', reason: 'payee_unknown' });
    });

    it('tell the day in kip, with our leg keys', async () => {
      const fromMs = Date.now();
      const leg = creditTo(SHOP);
      await command(world, SERVICE, leg);
      await outcomes(world, leg.legKey, 'accepted');
      const lines = await linesSince(world, SERVICE, fromMs, { currency: 'LAK', pageMax: 100 });
      expect(lines.find((line) => line.legKey === leg.legKey)).toMatchObject({
        uetr: leg.uetr,
        amount: leg.amount,
        status: 'booked',
      });
    });
  });
});
