import { z } from 'zod';

// Codes of windows after their netting, instructions to settlement banks and what banks say of them.

/** States of an instruction to a settlement bank. Who does not know one must not guess whether it is paid. */
export const instructionState = z.enum([
  'PREPARED',
  'SENT',
  'ACKNOWLEDGED',
  'REJECTED',
  'SETTLED',
  'SUPERSEDED',
  'WITHDRAWN',
]);
export type InstructionState = z.infer<typeof instructionState>;

/** Why a bank's finalisation is no proof, whoever approves it. */
export const FINALISATION_REFUSALS = [
  /** It cannot be read. */
  'malformed',
  'window_unknown',
  'already_final',
  'instruction_unknown',
  'instruction_not_live',
  'bank_differs',
  'currency_differs',
  'sequence_differs',
  'hash_differs',
  'account_differs',
  'transfer_unknown',
  'transfer_missing',
  'transfer_twice',
  'amount_differs',
  'sum_not_zero',
  'net_differs',
  'line_missing',
  'statement_missing',
  'balance_differs',
] as const;
export type FinalisationRefusal = (typeof FINALISATION_REFUSALS)[number];

/** What whoever approves a finalisation has to acknowledge. */
export const FINALISATION_WARNINGS = ['value_date_differs', 'entries_open', 'balance_negative'] as const;
export type FinalisationWarning = (typeof FINALISATION_WARNINGS)[number];
