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
  'partner_batch',
  'invoice',
  'invoice_line',
  'accounting_period',
  'close_report',
  'reference_rate',
  'fx_position_day',
  'rail_holding',
] as const;

const READ = new RegExp(`\\b(FROM|JOIN)\\s+(${KEEP_THEIR_PAST.join('|')})\\b(\\s+AS\\b)?`, 'gi');

/** Texts and comments name nothing that is read. */
const UNREAD = /'(?:[^']|'')*'|--.*$|\/\*[^]*?\*\//gm;
/** Whatever names one of those tables, but for its columns. */
const NAMED = new RegExp(`(?<!\\w)"?(${KEEP_THEIR_PAST.join('|')})"?(?![\\w.])`, 'gi');

/**
 * The statement, with the rows of those tables that keep their past as they were known at `:knownAt`. Throws for one that names such a table
 * otherwise than by FROM or JOIN and its bare name: it would read what is there now.
 */
export function asKnownThen(sql: string): string {
  const read = sql.replaceAll(UNREAD, ' ').replaceAll(READ, ' ');
  const [unseen] = read.match(NAMED) ?? [];
  if (unseen !== undefined)
    throw new Error(`a report reads ${unseen} as it is now: name it after FROM or JOIN`);
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
