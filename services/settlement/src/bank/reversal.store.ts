import type { Queryable } from '@tonle/persistence';
import type { BankLine } from './bank-line.js';
import type { ReversibleLine, ReversiblePart } from './reversal.decide.js';

type Row = ReversiblePart & Pick<ReversibleLine, 'day' | 'isNamed'>;

// A line of the bank has the bank's own name of it behind its bank and currency.
const REVERSIBLE = `
  SELECT o.line_id AS "lineId", o.day::text AS day,
         substr(o.line_id, length(o.bank) + length(o.currency) + 3) = ANY($4) OR o.bank_reference = ANY($4) AS "isNamed",
         a.part, a.target, a.target_id AS "targetId", a.amount_minor AS minor,
         CASE WHEN e.debit LIKE 'NOSTRO:%' THEN e.credit ELSE e.debit END AS account,
         a.target <> 'suspense' OR coalesce(i.open_minor = i.amount_minor, false) AS "isWhole"
  FROM bank_line o
  JOIN bank_allocation a USING (line_id)
  JOIN ledger_entry e USING (entry_id)
  LEFT JOIN suspense_item i ON i.line_id = a.line_id AND i.part = a.part
  WHERE o.bank = $1 AND o.currency = $2 AND o.amount_minor = -$3::bigint AND o.state <> 'NEW'
    AND (o.end_to_end_id = $5 OR o.bank_reference = ANY($4)
         OR substr(o.line_id, length(o.bank) + length(o.currency) + 3) = ANY($4) OR o.end_to_end_id = ANY($4))
    AND NOT EXISTS (SELECT 1 FROM bank_allocation r WHERE r.reverses_line = o.line_id)
    AND CASE WHEN $6 THEN NOT o.reversal ELSE o.reversal AND i.cause = 'reversal' END
  ORDER BY o.line_id, a.part`;

/**
 * Lines of the opposite amount that share a reference with this one. Of a line that takes back those that it may take back; of any
 * other those that came before it, to take it back.
 */
export async function reversibleLines(
  database: Queryable,
  { bank, currency, amountMinor, reversal, endToEndId }: BankLine,
  tokens: readonly string[],
): Promise<ReversibleLine[]> {
  const rows = await database.query<Row & object>(REVERSIBLE, [
    ...[bank, currency, amountMinor, tokens, endToEndId ?? null, reversal],
  ]);
  const lines = new Map<string, ReversibleLine & { readonly parts: ReversiblePart[] }>();
  for (const { day, isNamed, ...part } of rows) {
    const line = lines.get(part.lineId) ?? { lineId: part.lineId, day, isNamed: isNamed === true, parts: [] };
    line.parts.push(part);
    lines.set(part.lineId, line);
  }
  return [...lines.values()];
}
