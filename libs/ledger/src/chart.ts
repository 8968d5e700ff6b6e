import type { AccountKind } from './account.js';

/** Which side an account's balance stands on as a rule. */
export type NormalSide = 'debit' | 'credit' | 'either';

export interface ChartEntry {
  readonly normalSide: NormalSide;
  /** For people who read a balance. */
  readonly meaning: string;
}

/** The chart of accounts (domain 6.8). */
export const CHART: Readonly<Record<AccountKind, ChartEntry>> = {
  POSITION: {
    normalSide: 'either',
    meaning: 'What a participant owes since the last settlement (debit), or is owed (credit)',
  },
  PREFUND: {
    normalSide: 'credit',
    meaning: 'Money that is lodged with the settlement bank for a participant',
  },
  RAIL: { normalSide: 'debit', meaning: "What an FX provider's account on a gross rail holds" },
  RAIL_OUTSIDE: { normalSide: 'credit', meaning: 'What the rail holds for everybody else, against RAIL' },
  NOSTRO: { normalSide: 'debit', meaning: "What the scheme's account at a settlement bank holds" },
  SETTLEMENT_CLEARING: {
    normalSide: 'either',
    meaning: 'Between the positions of a window and the bank; zero once the window is settled',
  },
  FEE_RECEIVABLE: { normalSide: 'debit', meaning: 'Fees that a participant owes the scheme' },
  FEE_REVENUE: { normalSide: 'credit', meaning: 'Fees that the scheme has earned' },
  FEE_PAYABLE: { normalSide: 'credit', meaning: 'Fees that the scheme owes a participant' },
  TAX_PAYABLE: { normalSide: 'credit', meaning: 'Taxes on invoices, owed to the tax authority' },
  FX_LOSS: { normalSide: 'debit', meaning: 'What exact refunds cost the scheme, by its own fault' },
  FX_RECEIVABLE: {
    normalSide: 'debit',
    meaning: 'What they cost a participant, by its fault: invoiced to it',
  },
  FX_PAYABLE: { normalSide: 'credit', meaning: 'What of that is due to the FX provider' },
  FROZEN: { normalSide: 'credit', meaning: 'Money of payments that a partner has frozen' },
  SUSPENSE: { normalSide: 'either', meaning: 'Bank lines that nobody has placed yet' },
  ROUNDING: { normalSide: 'either', meaning: "What a partner's own recalculation rounds off" },
  WRITE_OFF: { normalSide: 'debit', meaning: 'Small differences that two people gave up' },
};
