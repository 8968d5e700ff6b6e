/**
 * SQL: a bank has taken back the allocation of a line that stands under `allocation`, which counts no more since (domain 6.8). `when` narrows
 * what has to be known by then; the reversing allocation is `back`.
 */
export const takenBack = (allocation: string, when?: string): string => `EXISTS (
  SELECT
  FROM bank_allocation AS back
  WHERE back.reverses_line = ${allocation}.line_id AND back.reverses_part = ${allocation}.part${when === undefined ? '' : ` AND ${when}`}
)`;
