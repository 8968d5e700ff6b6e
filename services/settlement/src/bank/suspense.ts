import type { BankAccountName } from './bank-line.js';
import type { SuspenseCause } from './allocation.decide.js';

/** Where money in suspense stands: nobody has decided; the bank is to send it back; nothing is left of it. */
export type SuspenseState = 'OPEN' | 'RETURNING' | 'CLEARED';

/** Money of a bank line that nothing expected; signed as the line is. */
export interface SuspenseItem extends BankAccountName {
  readonly itemId: string;
  readonly lineId: string;
  readonly part: number;
  readonly amountMinor: bigint;
  readonly openMinor: bigint;
  readonly cause: SuspenseCause;
  readonly suggestion?: string;
  readonly day: string;
  readonly returnReference?: string;
  readonly version: number;
  readonly state: SuspenseState;
}

/** What people want done with money in suspense. */
export interface SuspenseCure {
  readonly action: 'to_window' | 'to_prefund' | 'send_back' | 'keep' | 'write_off';
  /** Of `to_window` an end-to-end id, of `to_prefund` a participant, of `send_back` the account that it goes to. */
  readonly target?: string;
  /** How much of it, above zero; all that is open when absent. */
  readonly minor?: bigint;
  readonly reason: string;
}

/** Types of breaks that money in suspense opens; each ends with its item. */
export const SUSPENSE_BREAKS = ['NOSTRO_UNMATCHED', 'DUPLICATE'] as const;

/** The breaks that an item may have opened. */
export function breaksOf({ bank, currency, lineId, part }: SuspenseItem) {
  return SUSPENSE_BREAKS.map((type) => ({ partner: bank, currency, key: `${lineId}:${part}`, type }));
}
