import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import type { RunningService } from '@tonle/platform';
import { adapterCalls, auditCall, legKeyOf } from '@tonle/contracts';
import {
  clearFaults,
  clock,
  command,
  fault,
  legCommandOf,
  linesSince,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';
import { until } from '../world/until.js';

// Real: PostgreSQL, transport, Bakong simulator over HTTP.

const SERVICE = 'adapter-bakong';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const calls = adapterCalls(SERVICE);
/** The core answers that it has nothing under our reference. */
const NOT_FOUND = {
  network: 'bakong',
  operation: 'check_transaction_by_external_ref',
  fault: 'reject',
  code: '1',
};
/** No sending takes as long: an intent without an answer is nobody's by then. */
const ORPHANED_MS = 60_000;
const at = (fromNowMs: number) => new Date(clock.now() + fromNowMs).toISOString();

let world: AdapterWorld;
let adapter: RunningService;

beforeAll(async () => {
  world = await openAdapterWorld('adapter_bakong');
  adapter = await startAdapterBakong(world.platform(SERVICE), TUNING);
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  await adapter.close();
  await world.close();
});

async function entriesOf(reference: string): Promise<{ hash: string; minor: string }[]> {
  return (
    await world.control<{ entries: { hash: string; minor: string }[] }>(
      'GET',
      `/control/bakong/entries?hash=${reference}`,
    )
  ).entries;
}

describe('the home network', () => {
  it('books a debit, a credit and a reversal, each known by its ledger hash', async () => {
    const debit = legCommandOf('debit');
    const credit = legCommandOf('credit', {
      direction: 'inbound',
      amount: { currency: 'KHR', minor: '4100000' },
    });
    await command(world, SERVICE, debit, credit);
    const [debited] = await outcomes(world, debit.legKey, 'accepted');
    const [credited] = await outcomes(world, credit.legKey, 'accepted');
    expect(debited).toMatchObject({ outcome: 'accepted', attempt: 1, amount: debit.amount });
    expect(credited?.partnerRef).toMatch(/^[0-9a-f]{64}$/);
    expect(await entriesOf(debited!.partnerRef!)).toMatchObject([
      { minor: '10024000', from: 'u0000001@mekong', to: 'fx@naga' },
    ]);
    const reversal = {
      ...legCommandOf('reversal', { paymentId: debit.paymentId }),
      originalPartnerRef: debited!.partnerRef,
    };
    await command(world, SERVICE, reversal);
    const [reversed] = await outcomes(world, reversal.legKey, 'accepted');
    expect(await entriesOf(reversed!.partnerRef!)).toMatchObject([{ kind: 'reversal', minor: '10024000' }]);
  });

  it('reports a rejection with its ISO reason', async () => {
    const poor = legCommandOf('debit', {
      debtor: { name: 'Poor', account: 'poor00001@mekong', accountType: 'bakong' },
    });
    const closed = legCommandOf('credit', {
      direction: 'inbound',
      creditor: { name: 'C', account: 'closed1@angkor', accountType: 'bakong' },
    });
    const nobody = legCommandOf('debit', {
      debtor: { name: 'N', account: 'not an id', accountType: 'bakong' },
    });
    await command(world, SERVICE, poor, closed, nobody);
    expect(await outcomes(world, poor.legKey, 'rejected')).toMatchObject([{ reason: 'AM04' }]);
    expect(await outcomes(world, closed.legKey, 'rejected')).toMatchObject([{ reason: 'AC04' }]);
    expect(await outcomes(world, nobody.legKey, 'rejected')).toMatchObject([{ reason: 'AC01' }]);
  });

  it('answers a repeated command from its row and sends nothing', async () => {
    const leg = legCommandOf('debit');
    await command(world, SERVICE, leg, leg);
    await outcomes(world, leg.legKey, 'accepted');
    await command(world, SERVICE, leg);
    const all = await until('two reports', () => {
      const found = world.results.filter((each) => each.legKey === leg.legKey);
      return found.length === 2 ? found : undefined;
    });
    expect(all[0]).toEqual(all[1]);
    await command(world, SERVICE, { ...leg, attempt: 2 });
    const again = await until('attempt 2', () =>
      world.results.find((each) => each.legKey === leg.legKey && each.attempt === 2),
    );
    expect(again).toMatchObject({ outcome: 'accepted', partnerRef: all[0]!.partnerRef });
  });

  it('never sends other content under the same leg key', async () => {
    const other = legCommandOf('debit', {
      debtor: { name: 'Poor', account: 'poor00002@mekong', accountType: 'bakong' },
    });
    await command(world, SERVICE, other);
    await outcomes(world, other.legKey, 'rejected');
    await command(world, SERVICE, { ...other, attempt: 2, amount: { currency: 'KHR', minor: '100' } });
    expect((await outcomes(world, other.legKey, 'conflicting')).at(-1)).toMatchObject({
      outcome: 'conflicting',
      attempt: 2,
    });
  });

  it('is not sent after its time, durably', async () => {
    const leg = legCommandOf('debit', { sendBefore: at(-1_000) });
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'not_sent')).toMatchObject([{ reasonText: 'too late to send' }]);
    const later = { ...leg, attempt: 2, sendBefore: at(30_000) };
    await command(world, SERVICE, later);
    expect(
      (await outcomes(world, leg.legKey, 'accepted')).map((each) => [each.outcome, each.attempt]),
    ).toEqual([
      ['not_sent', 1],
      ['accepted', 2],
    ]);
  });

  it('is not sent while the network cannot be reached, then the same key goes through', async () => {
    await fault(world, { network: 'bakong', fault: 'outage' });
    const leg = legCommandOf('debit');
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'not_sent')).toHaveLength(1);
    await clearFaults(world);
    let attempt = 1;
    await until('the network to be back', async () => {
      attempt += 1;
      await command(world, SERVICE, { ...leg, attempt });
      const result = await until('an answer', () =>
        world.results.find((each) => each.legKey === leg.legKey && each.attempt === attempt),
      );
      return result.outcome === 'accepted' ? true : undefined;
    });
  });
});

describe('silence and nonsense', () => {
  it.each([
    ['gone after doing it', { fault: 'timeout_after', delayMs: 100 }],
    ['reset after doing it', { fault: 'reset', phase: 'after' }],
    ['5xx after doing it', { fault: 'http_5xx', phase: 'after' }],
    ['garbage', { fault: 'garbage' }],
  ])('%s: unknown first, then accepted by enquiry, booked once', async (_name, kind) => {
    const leg = legCommandOf('debit');
    await fault(world, { network: 'bakong', operation: 'makeFullFundTransfer', count: 1, ...kind });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
    expect(reports[1]!.amount).toEqual(leg.amount);
    // A sweep that began before the answer was stored may have it asked once more.
    const closed = await until('nothing more to be asked', async () => {
      const { legs } = await world.calls.call(calls.legs, { paymentIds: [leg.paymentId] });
      return legs[0]?.nextEnquiryAt === null ? legs : undefined;
    });
    expect(closed).toMatchObject([{ outcome: 'accepted', partnerRef: reports[1]!.partnerRef }]);
  });

  it('an answer given twice: the refusal of the repeat is no rejection', async () => {
    const leg = legCommandOf('debit');
    await fault(world, {
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'duplicate',
      count: 1,
    });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).not.toContain('rejected');
  });

  it.each([
    ['gone before doing it', { fault: 'timeout_before', delayMs: 100 }],
    ['reset before doing it', { fault: 'reset', phase: 'before' }],
    ['5xx without doing it', { fault: 'http_5xx', phase: 'before' }],
  ])('%s: not found, so the same is sent again while there is time, and booked once', async (_name, kind) => {
    const leg = legCommandOf('debit');
    await fault(world, { network: 'bakong', operation: 'makeFullFundTransfer', count: 1, ...kind });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => [each.outcome, each.attempt])).toEqual([
      ['unknown', 1],
      ['accepted', 1],
    ]);
    const sent = await world.database.database.query<{ bytes: Buffer }>(
      `SELECT bytes FROM evidence WHERE subject = $1 AND operation = 'makeFullFundTransfer' AND direction = 'out'`,
      [leg.legKey],
    );
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
  });

  it('found late, when its time is over: accepted then, booked once', async () => {
    const leg = legCommandOf('debit');
    const gone = { operation: 'makeFullFundTransfer', fault: 'timeout_after', delayMs: 100, count: 1 };
    await fault(world, { network: 'bakong', ...gone });
    await fault(world, NOT_FOUND);
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'unknown');
    clock.advance(30_000);
    await clearFaults(world);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
  });

  it('never arrived, and its time is over: it ends when two complete statements lack it', async () => {
    const leg = legCommandOf('debit');
    const gone = { operation: 'makeFullFundTransfer', fault: 'timeout_before', delayMs: 100 };
    await fault(world, { network: 'bakong', ...gone });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'unknown');
    clock.advance(30_000);
    const reports = await outcomes(world, leg.legKey, 'not_received');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'not_received']);
    const [statements] = await world.database.database.query<{ pages: number }>(
      `SELECT count(*)::int AS pages FROM evidence WHERE subject LIKE 'statement:%' AND direction = 'in'`,
    );
    expect(statements!.pages).toBeGreaterThanOrEqual(2);
    await clearFaults(world);
  });

  it('what the core says exists is never held for not received, though it cannot be found yet', async () => {
    const leg = legCommandOf('debit');
    const { database } = world.database;
    await fault(world, {
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'duplicate',
      count: 1,
    });
    await fault(world, NOT_FOUND);
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'unknown');
    const asked = await until('enquiries', async () => {
      const [row] = await database.query<{ enquiries: number; not_founds: number; partner_ref: string }>(
        'SELECT enquiries, not_founds, partner_ref FROM leg_enquiry WHERE leg_key = $1',
        [leg.legKey],
      );
      return row !== undefined && row.enquiries >= 3 ? row : undefined;
    });
    expect(asked).toMatchObject({ not_founds: 0, partner_ref: expect.stringContaining('/') });
    await clearFaults(world);
    await outcomes(world, leg.legKey, 'accepted');
    const sent = await database.query(
      `SELECT FROM evidence WHERE subject = $1 AND operation = 'makeFullFundTransfer' AND direction = 'out'`,
      [leg.legKey],
    );
    expect(sent).toHaveLength(1);
  });

  it('tells another amount as it is', async () => {
    const leg = legCommandOf('debit');
    await fault(world, {
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'wrong_amount',
      count: 1,
    });
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'accepted')).toMatchObject([
      { amount: { currency: 'KHR', minor: '10024100' } },
    ]);
  });

  it('renews a refused token once', async () => {
    await world.control('POST', '/control/bakong/expire-tokens', {});
    const leg = legCommandOf('debit');
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'accepted')).toHaveLength(1);
  });

  it('asks about an intent that nobody sent, and about one whose answer was lost', async () => {
    const { database } = world.database;
    const sent = legCommandOf('debit');
    await command(world, SERVICE, sent);
    await outcomes(world, sent.legKey, 'accepted');
    // As if the process had died: the answer was not stored, and another intent never left.
    await database.query('DELETE FROM leg_answer WHERE leg_key = $1', [sent.legKey]);
    world.results.length = 0;
    clock.advance(ORPHANED_MS);
    const reports = await outcomes(world, sent.legKey, 'accepted');
    expect(reports).toMatchObject([{ outcome: 'accepted' }]);
    const unsent = legCommandOf('debit', { sendBefore: at(2 * ORPHANED_MS) });
    const gone = { operation: 'makeFullFundTransfer', fault: 'timeout_before', delayMs: 100 };
    await fault(world, { network: 'bakong', ...gone });
    await command(world, SERVICE, unsent);
    await outcomes(world, unsent.legKey, 'unknown');
    await database.query('DELETE FROM leg_answer WHERE leg_key = $1', [unsent.legKey]);
    await database.query('DELETE FROM leg_enquiry WHERE leg_key = $1', [unsent.legKey]);
    await clearFaults(world);
    clock.advance(ORPHANED_MS);
    await outcomes(world, unsent.legKey, 'accepted');
  });
});

describe('lookups, listing, audit', () => {
  const lookup = async (more: object) => {
    const items = [
      { lookupId: legCommandOf('debit').paymentId, participant: 'THSWITCH', corridor: 'KH-TH', ...more },
    ];
    return (await world.calls.call(calls.lookup, { items })).items[0]!;
  };
  const khqr = async (more: object): Promise<string> =>
    (await world.control<{ qrText: string }>('POST', '/control/qr/khqr', more)).qrText;

  it('finds a merchant by its code and refuses what must not be paid', async () => {
    const text = await khqr({ account: 'shop00001@angkor' });
    expect(await lookup({ qrText: text })).toMatchObject({
      kind: 'found',
      creditorAgent: 'KHANGKOR',
      currency: 'KHR',
      creditor: { account: 'shop00001@angkor', accountType: 'bakong' },
    });
    expect(await lookup({ qrText: `${text.slice(0, -4)}0000` })).toMatchObject({
      kind: 'refused',
      reason: 'qr_tampered',
    });
    const dollars = await khqr({ account: 'usd00001@angkor', currency: 'USD' });
    expect(await lookup({ qrText: dollars })).toMatchObject({ kind: 'found', currency: 'USD' });
    // The link with Laos serves accounts in riel alone.
    expect(await lookup({ participant: 'LAPNET', corridor: 'KH-LA', qrText: dollars })).toMatchObject({
      kind: 'refused',
      reason: 'payee_not_eligible',
    });
    const expired = await khqr({
      account: 'shop00001@angkor',
      amount: '100',
      expired: true,
    });
    expect(await lookup({ qrText: expired })).toMatchObject({ kind: 'refused', reason: 'qr_expired' });
    expect(await lookup({ corridor: 'KH-XX', account: 'u0000007@mekong' })).toMatchObject({
      kind: 'refused',
      reason: 'corridor_unknown',
    });
    expect(await lookup({ qrText: 'hello' })).toMatchObject({ kind: 'refused', reason: 'qr_unreadable' });
    expect(await lookup({ account: 'u0000007@mekong' })).toMatchObject({
      kind: 'found',
      creditorAgent: 'KHMEKONG',
    });
    expect(await lookup({ account: 'nobody@mekong' })).toMatchObject({
      kind: 'refused',
      reason: 'account_unknown',
    });
    expect(await lookup({ account: 'closed1@mekong' })).toMatchObject({
      kind: 'refused',
      reason: 'account_closed',
    });
    expect(await lookup({ account: 'frozen1@mekong' })).toMatchObject({
      kind: 'refused',
      reason: 'account_blocked',
    });
    expect(await lookup({ account: 'x@elsewhere' })).toMatchObject({
      kind: 'refused',
      reason: 'participant_unknown',
    });
  });

  it('lists the day with leg keys, by page, with totals', async () => {
    const fromMs = Date.now();
    const leg = legCommandOf('debit');
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const lines = await linesSince(world, SERVICE, fromMs, { currency: 'KHR', pageMax: 3 });
    expect(lines.filter(({ legKey }) => legKey === legKeyOf(leg.paymentId, 'debit'))).toMatchObject([
      { leg: 'debit', amount: leg.amount },
    ]);
  });

  it('passes its own audit', async () => {
    const report = await world.calls.call(auditCall(SERVICE), {});
    expect(report.findings.filter((finding) => !finding.ok)).toEqual([]);
    expect(report.totals['legs.debit.KHR.accepted.count']).toMatch(/^\d+$/);
  });
});
