import type { Queryable } from '@tonle/persistence';
import type { ExpectedItem, StrongKey } from './reconciliation.js';
import { isUuid } from './statement.store.js';

/** Which legs of our payments the network of `currency` must show. */
export interface LegSelection {
  readonly corridors: readonly string[];
  readonly currency: string;
  /** Home rail: every accepted leg on it. Partner network: the one leg of a completed payment. */
  readonly side: 'home' | 'partner';
  readonly from: Date;
  readonly to: Date;
}

/** Selects our items of the corridors $1 and the currency $2, to be narrowed by what follows. */
export function itemsSql(side: LegSelection['side']): string {
  return side === 'home' ? HOME_ITEMS : PARTNER_ITEMS;
}

/** Our items under these strong keys, whenever they ended. */
export async function expectedItemsOf(
  database: Queryable,
  { corridors, currency, side }: Omit<LegSelection, 'from' | 'to'>,
  strongKey: StrongKey,
  keys: readonly string[],
): Promise<ExpectedItem[]> {
  if (keys.length === 0) return [];
  return database.query<ExpectedItem & object>(
    `${itemsSql(side)}
    AND ${strongKey === 'uetr' ? 'r.uetr' : side === 'home' ? 'item.ref' : PARTNER_REF} = ANY($3)
    ORDER BY r.payment_id, leg`,
    [corridors, currency, strongKey === 'uetr' ? keys.filter(isUuid) : keys],
  );
}

/** Our items of these payments. */
export function itemsOfPayments(
  database: Queryable,
  { corridors, currency, side }: Omit<LegSelection, 'from' | 'to'>,
  paymentIds: readonly string[],
): Promise<ExpectedItem[]> {
  return database.query<ExpectedItem & object>(
    `${itemsSql(side)} AND r.payment_id = ANY($3) ORDER BY r.payment_id, leg`,
    [corridors, currency, paymentIds],
  );
}

const PARTNER_REF = "CASE r.direction WHEN 'outbound' THEN r.credit_ref END";

const PARTNER_ITEMS = `
  SELECT r.payment_id AS "paymentId", r.state, r.uetr,
         CASE r.direction WHEN 'outbound' THEN 'credit' ELSE 'debit' END AS leg,
         ${PARTNER_REF} AS "partnerRef",
         CASE r.direction WHEN 'outbound' THEN r.target_minor ELSE r.source_minor END AS "amountMinor",
         CASE r.direction WHEN 'outbound' THEN r.source_currency ELSE r.target_currency END AS "counterCurrency",
         CASE r.direction WHEN 'outbound' THEN r.source_minor ELSE r.target_minor END AS "counterMinor",
         r.state IN ('COMPLETED', 'BLOCKED') AS booked, r.ended_at AS "endedAt"
  FROM payment_record r
  WHERE r.corridor = ANY($1)
    AND CASE r.direction WHEN 'outbound' THEN r.target_currency ELSE r.source_currency END = $2`;

const HOME_ITEMS = `
  SELECT r.payment_id AS "paymentId", r.state, item.leg, r.uetr, item.ref AS "partnerRef",
         CASE r.direction WHEN 'outbound' THEN r.source_minor ELSE r.target_minor END AS "amountMinor",
         CASE r.direction WHEN 'outbound' THEN r.target_currency ELSE r.source_currency END AS "counterCurrency",
         CASE r.direction WHEN 'outbound' THEN r.target_minor ELSE r.source_minor END AS "counterMinor",
         true AS booked, r.ended_at AS "endedAt"
  FROM payment_record r
  CROSS JOIN LATERAL (VALUES
    ('debit', CASE r.direction WHEN 'outbound' THEN r.debit_ref END),
    ('reversal', CASE r.direction WHEN 'outbound' THEN r.reversal_ref END),
    ('credit', CASE r.direction WHEN 'inbound' THEN r.credit_ref END)
  ) AS item (leg, ref)
  WHERE r.corridor = ANY($1)
    AND CASE r.direction WHEN 'outbound' THEN r.source_currency ELSE r.target_currency END = $2
    AND item.ref IS NOT NULL`;
