/** Tables whose rows change in place and keep what they were (`keep_past_of`, ADR 45). Their bytes and counters are not kept. */
export const KEEP_THEIR_PAST = [
  'settlement_window',
  'window_bilateral',
  'window_net',
  'window_left_out',
  'settlement_instruction',
  'settlement_instruction_line',
  'instruction_coverage',
  'settlement_finalisation',
  'bank_statement',
  'bank_line',
  'bank_allocation',
  'suspense_item',
  'suspense_move',
  'settlement_break',
  'break_deed',
  'statement_missing',
  'bank_statement_missing',
  'reconciliation_run',
  'invoice',
  'invoice_line',
  'accounting_period',
  'close_report',
  'reference_rate',
  'fx_position_day',
] as const;

const READ = new RegExp(`\\b(FROM|JOIN)\\s+(${KEEP_THEIR_PAST.join('|')})\\b(\\s+AS\\b)?`, 'gi');

/** The statement, with the rows of those tables that keep their past as they were known at `:knownAt`. */
export function asKnownThen(sql: string): string {
  return sql.replace(
    READ,
    (_, word: string, table: string, alias?: string) =>
      `${word} (${versions(table)})${alias ?? ` AS ${table}`}`,
  );
}

const versions = (table: string): string => `
  SELECT *
  FROM ${table}
  WHERE known_from <= :knownAt::timestamptz
  UNION ALL
  SELECT past.*
  FROM row_past, jsonb_populate_record(NULL::${table}, body) AS past
  WHERE relation = '${table}' AND row_past.known_from <= :knownAt AND known_until > :knownAt`;
