import type { StoryFact, StoryNames } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { StorySource } from '@tonle/platform';

interface FactRow {
  readonly id: string;
  readonly at: Date;
  readonly kind: StoryFact['kind'];
  readonly words: string;
  readonly facts: Record<string, string>;
  readonly currency: string | null;
  readonly minor: string | null;
  readonly takes: string | null;
}

const FACTS = `
WITH noted AS (SELECT * FROM payment_record WHERE payment_id = $1::uuid)
SELECT 'record' AS id, ended_at AS at, 'settlement' AS kind, 'settlement noted its end: ' || state AS words,
  jsonb_build_object('state', state, 'version', version::text, 'lane', lane) AS facts,
  NULL::text AS currency, NULL::text AS minor, 'payment.event:' || payment_id || ':' || version AS takes
FROM noted
UNION ALL
SELECT 'window-line:' || l.window_id, r.ended_at, 'settlement',
  'in the window ' || l.window_id || ', which is ' || w.state || ': ' || l.debtor || ' owes ' || l.creditor,
  jsonb_strip_nulls(jsonb_build_object('windowId', l.window_id, 'debtor', l.debtor, 'creditor', l.creditor, 'state', w.state,
    'day', w.day::text, 'closedAt', w.closed_at::text)),
  w.currency, l.amount_minor::text, NULL
FROM window_line AS l
JOIN settlement_window AS w USING (window_id)
JOIN noted AS r USING (payment_id)
WHERE l.payment_id = $1::uuid
UNION ALL
SELECT concat_ws(':', 'line', s.partner, s.currency, s.day, s.line_id), s.booked_at, 'settlement',
  'in the statement of ' || s.partner || ' of ' || s.day || ': ' || s.status,
  jsonb_strip_nulls(jsonb_build_object('partner', s.partner, 'day', s.day::text, 'lineId', s.line_id, 'leg', s.leg, 'status', s.status,
    'reference', s.partner_ref)),
  s.currency, s.amount_minor::text, NULL
FROM noted AS r
CROSS JOIN statement_asked AS asked
JOIN statement_line AS s ON s.partner = asked.partner
  AND s.currency = asked.currency
  AND (s.uetr = r.uetr OR s.partner_ref IN (r.debit_ref, r.credit_ref, r.reversal_ref))
UNION ALL
SELECT 'break:' || break_id, opened_at, 'trouble', 'a break: ' || type || ', ' || left(detail, 400),
  jsonb_strip_nulls(jsonb_build_object('breakId', break_id, 'type', type, 'severity', severity::text, 'partner', partner,
    'state', state, 'owner', owner, 'closedAt', closed_at::text)),
  currency, their_minor::text, NULL
FROM settlement_break
WHERE payment_id = $1::uuid
ORDER BY at, id`;

/** What settlement knows of one payment: its windows, what statements say of it, breaks. */
export class SettlementStory implements StorySource {
  constructor(private readonly database: Database) {}

  async facts({ paymentId }: StoryNames): Promise<{ facts: StoryFact[] }> {
    const rows = await this.database.query<FactRow & object>(FACTS, [paymentId]);
    return {
      facts: rows.map(({ at, currency, minor, takes, ...fact }) => ({
        ...fact,
        at: at.toISOString(),
        ...(currency === null || minor === null ? {} : { amount: { currency, minor } }),
        ...(takes === null ? {} : { takes: [takes] }),
      })),
    };
  }
}
