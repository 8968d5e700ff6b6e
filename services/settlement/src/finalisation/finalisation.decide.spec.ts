import { describe, expect, it } from '@jest/globals';
import type { BankFinalisation, FinalisedTransfer } from '@tonle/bank-files';
import { FINALISATION_REFUSALS } from '@tonle/contracts';
import { proveFinalisation, type FinalisedInstruction, type FinalisedWindow } from './finalisation.decide.js';

const HASH = 'a'.repeat(64);
const line = (participant: string, direction: 'pay_in' | 'pay_out') => ({
  endToEndId: `THSETTLE-THB-7-${participant}`,
  participant,
  account: `account of ${participant}`,
  direction,
  amountMinor: 191_000n,
  coveredMinor: 191_000n,
});
const instruction: FinalisedInstruction = {
  bank: 'THSETTLE',
  sequence: 7,
  messageId: 'TONLE-THB-000007',
  sha256: HASH,
  state: 'SETTLED',
  valueDate: '2026-11-23',
  schemeAccount: '2000300001',
  lines: [line('FXNAGA', 'pay_in'), line('THSWITCH', 'pay_out')],
};
const window: FinalisedWindow = {
  windowId: 'THSWITCH-THB-2026-11-20',
  currency: 'THB',
  isSettled: true,
  isFinal: false,
  nets: [
    { participant: 'FXNAGA', netMinor: -191_000n },
    { participant: 'THSWITCH', netMinor: 191_000n },
  ],
  instruction,
  coveredBefore: new Map(),
  statementMinor: 0n,
};
const told = (participant: string, amountMinor: bigint): FinalisedTransfer => ({
  endToEndId: `THSETTLE-THB-7-${participant}`,
  participantAccount: `account of ${participant}`,
  amountMinor,
  balanceMinor: 5_000n,
});
const PAID = [told('FXNAGA', -191_000n), told('THSWITCH', 191_000n)];
const file: BankFinalisation = {
  bank: 'THSETTLE',
  currency: 'THB',
  windowId: window.windowId,
  messageId: 'TONLE-THB-000007',
  sequence: 7,
  instructionSha256: HASH,
  valueDate: '2026-11-23',
  createdAt: '2026-11-23T10:00:00Z',
  schemeAccount: '2000300001',
  schemeBalanceMinor: 0n,
  transfers: PAID,
};
const refusalsOf = (says: Partial<BankFinalisation>, known: Partial<FinalisedWindow> = {}) =>
  [
    ...new Set(
      proveFinalisation({ ...file, ...says }, { ...window, ...known }).refusals.map(({ code }) => code),
    ),
  ].sort();
const asIf = (more: Partial<FinalisedInstruction>): Partial<FinalisedWindow> => ({
  instruction: { ...instruction, ...more },
});

describe('a finalisation', () => {
  it('that agrees in everything is proven, without a warning', () => {
    expect(proveFinalisation(file, window)).toEqual({ refusals: [], warnings: [] });
  });

  const WRONG: [string, Partial<BankFinalisation>, Partial<FinalisedWindow>, string[]][] = [
    ['of a window that is final', {}, { isFinal: true }, ['already_final']],
    [
      'of a window that was never instructed',
      {},
      { instruction: undefined as never },
      ['instruction_unknown'],
    ],
    ['of an instruction that is dead', {}, asIf({ state: 'SUPERSEDED' }), ['instruction_not_live']],
    ['by another bank', { bank: 'KHSETTLE' }, {}, ['bank_differs']],
    ['in another currency', { currency: 'USD' }, {}, ['currency_differs']],
    ['under another number', { sequence: 6 }, {}, ['sequence_differs']],
    ['of another message', { messageId: 'TONLE-THB-000006' }, {}, ['sequence_differs']],
    ['of other bytes', { instructionSha256: 'b'.repeat(64) }, {}, ['hash_differs']],
    ['of another account of ours', { schemeAccount: '2000300002' }, {}, ['account_differs']],
    ['with a transfer of nobody', { transfers: [...PAID, told('FXSINGHA', 0n)] }, {}, ['transfer_unknown']],
    [
      'with a transfer twice',
      { transfers: [...PAID, PAID[0]!] },
      {},
      ['net_differs', 'sum_not_zero', 'transfer_twice'],
    ],
    [
      'without a transfer',
      { transfers: [PAID[0]!] },
      {},
      ['net_differs', 'sum_not_zero', 'transfer_missing'],
    ],
    [
      'with another amount',
      { transfers: [told('FXNAGA', -191_000n), told('THSWITCH', 190_999n)] },
      {},
      ['amount_differs', 'net_differs', 'sum_not_zero'],
    ],
    [
      'with other amounts that sum to zero',
      { transfers: [told('FXNAGA', -1n), told('THSWITCH', 1n)] },
      {},
      ['amount_differs', 'net_differs'],
    ],
    [
      'with the account of somebody else',
      { transfers: [{ ...PAID[0]!, participantAccount: 'account of THSWITCH' }, PAID[1]!] },
      {},
      ['account_differs'],
    ],
    [
      'whose money is not in the lines of the bank',
      {},
      asIf({ lines: [instruction.lines[0]!, { ...instruction.lines[1]!, coveredMinor: 0n }] }),
      ['line_missing'],
    ],
    ['before the statement of its day', {}, { statementMinor: undefined as never }, ['statement_missing']],
    ['with another balance than the statement', { schemeBalanceMinor: 1n }, {}, ['balance_differs']],
  ];

  it.each(WRONG)('%s is refused by name', (_what, says, known, codes) => {
    expect(refusalsOf(says, known)).toEqual(codes);
  });

  it('of no window of ours is refused', () => {
    expect(proveFinalisation(file, undefined).refusals.map(({ code }) => code)).toEqual(['window_unknown']);
  });

  it('is refused for each reason that there is', () => {
    const tried = new Set(['malformed', 'window_unknown', ...WRONG.flatMap(([, , , codes]) => codes)]);
    expect(FINALISATION_REFUSALS.filter((code) => !tried.has(code))).toEqual([]);
  });

  it('of a window that was paid in two instructions counts what the first brought', () => {
    const first = new Map([
      ['FXNAGA', -191_000n],
      ['THSWITCH', 1_000n],
    ]);
    const rest = { ...line('THSWITCH', 'pay_out'), amountMinor: 190_000n, coveredMinor: 190_000n };
    const known = { ...asIf({ lines: [rest] }), coveredBefore: first };
    expect(refusalsOf({ transfers: [told('THSWITCH', 190_000n)] }, known)).toEqual([]);
    expect(refusalsOf({ transfers: [told('THSWITCH', 190_000n)] }, asIf({ lines: [rest] }))).toEqual([
      'net_differs',
      'sum_not_zero',
    ]);
  });

  it.each([
    ['booked on another day', { valueDate: '2026-11-24' }, {}, ['value_date_differs']],
    ['with entries that are not booked yet', {}, { isSettled: false }, ['entries_open']],
    [
      'that leaves an account below zero',
      { transfers: [{ ...PAID[0]!, balanceMinor: -1n }, PAID[1]!] },
      {},
      ['balance_negative'],
    ],
  ])('%s is proven with a warning', (_what, says, known, codes) => {
    const proof = proveFinalisation({ ...file, ...says }, { ...window, ...known });
    expect(proof.refusals).toEqual([]);
    expect(proof.warnings.map(({ code }) => code)).toEqual(codes);
  });
});
