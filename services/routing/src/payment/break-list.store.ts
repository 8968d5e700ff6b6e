import type { PaymentBreak } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';

const PAGE = 500;

interface BreakRow extends Omit<PaymentBreak, 'source' | 'target' | 'told' | 'openedAt'> {
  readonly sourceCurrency: string;
  readonly sourceMinor: bigint;
  readonly targetCurrency: string;
  readonly targetMinor: bigint;
  readonly told: PaymentBreak['told'] | null;
  readonly openedAt: Date;
}

const NEW_BREAKS = `
SELECT b.id AS "breakId", b.payment_id AS "paymentId", b.type, b.severity, b.leg, b.detail, b.opened_at AS "openedAt",
       b.evidence -> 'amount' AS told, p.corridor, p.direction,
       p.source_currency AS "sourceCurrency", p.source_minor AS "sourceMinor",
       p.target_currency AS "targetCurrency", p.target_minor AS "targetMinor"
FROM payment_break AS b
JOIN payment AS p ON p.id = b.payment_id
WHERE NOT b.taken
ORDER BY b.opened_at, b.id
LIMIT ${PAGE}`;

/** Notes which breaks settlement has taken over, and gives a page of those that it has not. */
export async function handOverBreaks(database: Database, taken: readonly string[]): Promise<PaymentBreak[]> {
  if (taken.length > 0)
    await database.query('UPDATE payment_break SET taken = true WHERE id = ANY($1::uuid[])', [taken]);
  const rows = await database.query<BreakRow & object>(NEW_BREAKS);
  return rows.map((row) => {
    const { sourceCurrency, sourceMinor, targetCurrency, targetMinor, told, openedAt, ...rest } = row;
    return {
      ...rest,
      source: { currency: sourceCurrency, minor: sourceMinor.toString() },
      target: { currency: targetCurrency, minor: targetMinor.toString() },
      ...(told === null ? {} : { told }),
      openedAt: openedAt.toISOString(),
    };
  });
}
