import { BREAK_SEVERITY, type LegKind } from '@tonle/contracts';
import type { PaymentBreakType } from '@tonle/payment';
import type { Queryable } from '@tonle/persistence';

/** Evidence that does not fit a payment: people look, the payment stays (I24). */
export interface NewBreak {
  readonly id: string;
  readonly paymentId: string;
  readonly type: PaymentBreakType;
  readonly leg: LegKind | 'none';
  readonly detail: string;
  readonly evidence: unknown;
  readonly atMs: number;
}

const OPEN = `
INSERT INTO payment_break (id, payment_id, type, severity, leg, detail, evidence, opened_at)
SELECT u.id, u.payment_id, u.type, u.severity, u.leg, u.detail, u.evidence::jsonb, u.opened_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
  AS u (id, payment_id, type, severity, leg, detail, evidence, opened_at)
ON CONFLICT (payment_id, type, leg, told) DO NOTHING`;

export class BreakStore {
  /** Opens each break once a payment, type, leg and amount that the partner told. */
  async open(transaction: Queryable, breaks: readonly NewBreak[]): Promise<void> {
    if (breaks.length === 0) return;
    await transaction.query(OPEN, [
      breaks.map(({ id }) => id),
      breaks.map(({ paymentId }) => paymentId),
      breaks.map(({ type }) => type),
      breaks.map(({ type }) => BREAK_SEVERITY[type]),
      breaks.map(({ leg }) => leg),
      breaks.map(({ detail }) => detail),
      breaks.map(({ evidence }) => JSON.stringify(evidence)),
      breaks.map(({ atMs }) => new Date(atMs).toISOString()),
    ]);
  }
}
