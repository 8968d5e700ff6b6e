import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FactBody, PaymentEventMessage } from '@tonle/contracts';
import { recordDeeds } from '@tonle/platform';
import { tellFacts } from '../fact.testing.js';
import { DAY_END, minorsOf, paymentOf, reportWorld, THAI, type ReportWorld } from '../report.testing.js';

// Real: PostgreSQL, the payments' handler. What routing tells of recalls is from this file.

const HOUR_MS = 3_600_000;
const at = (hours: number) => new Date(DAY_END + hours * HOUR_MS).toISOString();
const NEXT = '2026-11-21';

describe('what goes back, and what is in dispute', () => {
  let world: ReportWorld;
  const original = paymentOf('82000');
  const refundOf = (more: Partial<PaymentEventMessage>): PaymentEventMessage =>
    paymentOf('1000', {
      ...{
        direction: 'inbound',
        debtorAgent: 'THSWITCH',
        creditorAgent: 'KHMEKONG',
        refundOf: original.paymentId,
      },
      ...{ windows: [], obligations: [], fees: [], source: { currency: 'THB', minor: '1000' } },
      target: { currency: 'KHR', minor: '122000' },
      ...more,
    });
  const wished = refundOf({ refundCause: { fault: 'merchant_request', fxBearer: 'provider' } });
  const faulty = refundOf({ refundCause: { fault: 'receiving_side', fxBearer: 'receiving_side' } });
  const gained = refundOf({ refundCause: { fault: 'switch', fxBearer: 'scheme' } });
  const failed = refundOf({ state: 'REJECTED' });
  const recall: FactBody<'routing.recall'> = {
    ...{ recallId: randomUUID(), paymentId: original.paymentId, asker: 'KHMEKONG', answerer: 'THSWITCH' },
    ...{ caseId: 'CASE-1', reason: 'duplicate', isoReason: 'DUPL', corridor: 'KH-TH', direction: 'outbound' },
    ...{ byPeople: false, currency: 'THB', minor: '82000', state: 'PENDING', refusal: null },
    ...{ receivedAt: at(-3), deadline: at(20), endedAt: null, moneyDue: null, moneyMissing: false },
  };
  const asked = { report: 'R15', parameters: { day: THAI.day } };
  const ofDay = (day: string, hours: number) => ({
    ...{ report: 'R16', parameters: { day }, knownAt: at(hours), basis: 'then' as const },
  });

  beforeAll(async () => {
    world = await reportWorld('report_refunds');
    await world.take(original, wished, faulty, gained, failed);
    const fx = (chainId: string, debit: string, credit: string, minor: bigint) => ({
      ...{ chainId, kind: 'fx_difference', debit, credit, minor, at: '2026-11-20T05:00:00Z' },
    });
    await world.book(
      fx(faulty.paymentId, 'FX_RECEIVABLE:THSWITCH:THB', 'FX_PAYABLE:FXNAGA:THB', 42n),
      fx(gained.paymentId, 'FX_PAYABLE:FXNAGA:THB', 'FX_LOSS:THB', 7n),
      {
        ...fx(gained.paymentId, 'FEE_REVENUE:KHR', 'FEE_RECEIVABLE:KHMEKONG:KHR', 20_000n),
        kind: 'fee_return',
      },
    );
    const { platform, test } = world;
    const tell = (hours: number, more: Partial<typeof recall> = {}) =>
      tellFacts(
        test.database,
        'routing.recall',
        { [recall.recallId]: { ...recall, ...more } },
        { atMs: DAY_END + hours * HOUR_MS, sealedMs: DAY_END + 30 * HOUR_MS },
      );
    await tell(-1);
    await tell(23, { state: 'ACCEPTED', endedAt: at(22), moneyDue: at(30), moneyMissing: true });
    const deed = (action: string, hours: number) => ({
      ...{ atMs: DAY_END + hours * HOUR_MS, actor: { kind: 'operator' as const, name: 'dara' } },
      ...{ action, object: THAI.windowId, reason: 'their sum is another' },
    });
    await test.database.transaction((transaction) =>
      recordDeeds(transaction, 'settlement', [deed('window.dispute', -2), deed('window.end-dispute', 25)]),
    );
    platform.clock.set(DAY_END + 30 * HOUR_MS);
  });
  afterAll(() => world.close());

  it('R15 tells each refund with its fault, who bears the rate, and what that comes to in the ledger', async () => {
    const rows = await world.rows(asked);
    const of = (id: string) => rows.find(({ returnId }) => returnId === id);
    expect(of(wished.paymentId)).toMatchObject({
      ...{ originalId: original.paymentId, fault: 'merchant_request', fxDifference: '', feeReturned: '' },
      ...{ source: '10.00', target: '1220.00', late: '' },
    });
    expect(of(faulty.paymentId)).toMatchObject({
      ...{ fault: 'receiving_side', fxAccount: 'FX_RECEIVABLE:THSWITCH:THB', fxDifference: '0.42' },
    });
    expect(of(gained.paymentId)).toMatchObject({
      ...{ fxAccount: 'FX_LOSS:THB', fxDifference: '-0.07', feeCurrency: 'KHR', feeReturned: '200.00' },
    });
    expect(of(failed.paymentId)).toMatchObject({ state: 'REJECTED', doneAt: '' });
    expect(of(recall.recallId)).toMatchObject({
      kind: 'recall',
      state: 'PENDING',
      reason: 'duplicate',
      late: 'no',
    });
    expect(rows).toHaveLength(5);
  });

  it('R15 ties to the accounts of the ledger', async () => {
    const rows = await world.rows(asked);
    const accounts = await world.rows({ report: 'R25', parameters: { day: THAI.day } });
    const closing = (prefix: string) =>
      minorsOf(
        accounts.filter(({ account }) => account!.startsWith(prefix)),
        'closing',
      );
    expect(minorsOf(rows, 'fxDifference')).toBe(-closing('FX_PAYABLE'));
    expect(minorsOf(rows, 'feeReturned')).toBe(-closing('FEE_RECEIVABLE'));
  });

  it('R15 is a participant its own, with what it bears itself', async () => {
    const bank = await world.rows({ ...asked, receiver: 'KHMEKONG' });
    expect(bank).toHaveLength(5);
    expect(bank.map(({ fxDifference }) => fxDifference).join('')).toBe('');
    expect(minorsOf(bank, 'feeReturned')).toBe(20_000n);
    const network = await world.rows({ ...asked, receiver: 'THSWITCH' });
    expect([minorsOf(network, 'fxDifference'), minorsOf(network, 'feeReturned')]).toEqual([42n, 0n]);
    expect(await world.rows({ ...asked, receiver: 'KHANGKOR' })).toEqual([]);
  });

  it('R15 says that an answer was late and that money is missing, once that is known', async () => {
    const now = await world.rows({ ...asked, basis: 'now' });
    expect(now.find(({ kind }) => kind === 'recall')).toMatchObject({
      state: 'ACCEPTED',
      late: 'yes',
      doneAt: at(22),
    });
    expect(await world.rows({ ...asked, parameters: { day: '2026-11-19' } })).toEqual([]);
  });

  it('R16 tells recalls and disputed windows from their opening until they are closed', async () => {
    const shown = async (day: string, hours: number) =>
      (await world.rows(ofDay(day, hours))).map(({ kind, caseId, stage, late }) =>
        [kind, caseId, stage, late].join(' '),
      );
    const window = `window ${THAI.windowId}`;
    expect(await shown(THAI.day, 0)).toEqual(['recall CASE-1 PENDING no', `${window} DISPUTED `]);
    expect(await shown(NEXT, 24)).toEqual(['recall CASE-1 ACCEPTED yes', `${window} DISPUTED `]);
    expect(await shown(NEXT, 29)).toEqual(['recall CASE-1 ACCEPTED yes', `${window} ENDED `]);
    expect(await shown('2026-11-19', 0)).toEqual([]);
  });

  it('R16 tells what is claimed from a partner, until its break has ended', async () => {
    const [breakId, query] = [
      randomUUID(),
      (sql: string, values: unknown[]) => world.test.database.query(sql, values),
    ];
    await query(
      `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, our_minor, their_minor, state, detail,
         opened_at)
       VALUES ($1, 'AMOUNT', 2, 'THSWITCH', 'THB', '2026-11-20', 'k', 900, 800, 'PROPOSED', 'd', $2)`,
      [breakId, at(-5)],
    );
    await query(
      `INSERT INTO break_deed (deed_id, break_id, at, deed, operator, reason, detail)
       VALUES (gen_random_uuid(), $1, $2, 'propose', 'dara', 'r', '{"action": "claim", "evidence": "letter 7"}')`,
      [breakId, at(-4)],
    );
    world.platform.clock.advance(1000);
    const claims = async () => {
      world.platform.clock.advance(1000);
      return (await world.rows({ report: 'R16', parameters: { day: THAI.day }, basis: 'now' })).filter(
        ({ kind }) => kind === 'claim',
      );
    };
    expect(await claims()).toMatchObject([
      {
        caseId: breakId,
        against: 'THSWITCH',
        amount: '1.00',
        evidence: 'letter 7',
        stage: 'PROPOSED',
        outcome: '',
      },
    ]);
    await query(`UPDATE settlement_break SET state = 'RESOLVED', closed_at = $2 WHERE break_id = $1`, [
      breakId,
      at(1),
    ]);
    expect(await claims()).toMatchObject([{ stage: 'RESOLVED', outcome: 'claimed' }]);
  });
});
