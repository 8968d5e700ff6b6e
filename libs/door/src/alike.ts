import { refusedField, UNKNOWN_STATES, type PaymentState, type Refusal } from '@tonle/contracts';

// The same payer pays the same payee the same amount again while nobody knows what became of the first (domain 6.12):
// whoever means it says so.

/** So long after it a payment without an outcome is a reason to ask. */
const ALIKE_MINUTES = 10;
const UNKNOWN = UNKNOWN_STATES.map((state) => `'${state}'`).join(', ');

/** A payment without an outcome that a new one is like. */
export interface AlikeRow {
  readonly alike_id: string;
  readonly alike_uetr: string;
  readonly alike_state: PaymentState;
  readonly alike_at: Date;
}

/**
 * The newest payment without an outcome that row `given` is like, unless it confirms that one. Amounts are of either side:
 * the other follows the rate. What index `request_unknown` has is all that is looked at.
 */
export const ALIKE = `
  SELECT given.payment_id, alike_id, alike_uetr, alike_state, alike_at
  FROM given
  CROSS JOIN LATERAL (
    SELECT payment_id AS alike_id, uetr AS alike_uetr, state AS alike_state, received_at AS alike_at
    FROM request AS alike
    WHERE alike.state IN (${UNKNOWN})
      AND alike.submit #>> '{debtor,account}' = given.submit #>> '{debtor,account}'
      AND alike.submit #>> '{creditor,account}' = given.submit #>> '{creditor,account}'
      AND alike.submit ->> 'debtorAgent' = given.submit ->> 'debtorAgent'
      AND alike.submit ->> 'creditorAgent' = given.submit ->> 'creditorAgent'
      AND (alike.submit -> 'target' = given.submit -> 'target' OR alike.submit -> 'source' = given.submit -> 'source')
      AND alike.received_at > given.received_at - interval '${ALIKE_MINUTES} minutes'
      AND NOT alike.submit ? 'refundOf'
      AND NOT given.submit ? 'refundOf'
    ORDER BY alike.payment_id DESC
    LIMIT 1) AS newest
  WHERE (given.confirms IS NULL OR given.confirms NOT IN (alike_id::text, alike_uetr::text))`;

/** What the sender of a payment is told that is like one without an outcome: which, and how to go on. */
export function alikeRefusal({ alike_id: id, alike_uetr: uetr, alike_at: at }: AlikeRow): Refusal {
  const said =
    `Payment ${id} (UETR ${uetr}, received ${at.toISOString()}) has the same payer, payee and amount, ` +
    'and its outcome is not known yet. Confirm with this id that another one is meant.';
  return {
    ...refusedField('duplicate_suspected', '/confirmDuplicateOf', said),
    members: { duplicateOf: { paymentId: id, uetr } },
  };
}
