import type { LegDecided, LegFinding } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import { insertEvidence } from '@tonle/door';

const DECIDE = `
  WITH decided AS (
    INSERT INTO leg_decision (leg_key, leg, paid, partner_ref, currency, amount_minor, proposal_id, at)
    SELECT *
    FROM unnest($1::text[], $2::text[], $3::boolean[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::timestamptz[])
    ON CONFLICT (leg_key) DO NOTHING
    RETURNING leg_key),
  closed AS (
    DELETE FROM leg_enquiry
    WHERE leg_key = ANY ($1::text[])
    RETURNING leg_key, enquiries, answered),
  counted AS (
    INSERT INTO leg_enquired (leg_key, enquiries, answered)
    SELECT leg_key, enquiries, answered
    FROM closed
    WHERE enquiries > 0
    ON CONFLICT (leg_key) DO UPDATE
    SET enquiries = leg_enquired.enquiries + EXCLUDED.enquiries,
      answered = leg_enquired.answered + EXCLUDED.answered)
  SELECT leg_key
  FROM decided`;

const FOUND = `
  SELECT leg_key, paid, partner_ref, currency, amount_minor, proposal_id, at
  FROM leg_decision
  WHERE leg_key = ANY ($1::text[])`;

/** What two operators have found, by leg key; absent where nobody had to. */
export async function legFindings(
  database: Queryable,
  legKeys: readonly string[],
): Promise<ReadonlyMap<string, LegFinding>> {
  const rows = await database.query<{
    leg_key: string;
    paid: boolean;
    partner_ref: string | null;
    currency: string;
    amount_minor: bigint;
    proposal_id: string;
    at: Date;
  }>(FOUND, [legKeys]);
  return new Map(
    rows.map((row) => [
      row.leg_key,
      {
        paid: row.paid,
        ...(row.partner_ref === null ? {} : { partnerRef: row.partner_ref }),
        amount: { currency: row.currency, minor: row.amount_minor.toString() },
        proposalId: row.proposal_id,
        at: row.at.toISOString(),
      },
    ]),
  );
}

/** Keeps what two operators have found about legs, as evidence too: the partner is asked about them no more (domain 6.16). */
export async function keepLegDecisions(database: Database, decisions: readonly LegDecided[]): Promise<void> {
  const once = [...new Map(decisions.map((each) => [each.legKey, each])).values()];
  if (once.length === 0) return;
  await database.transaction(async (transaction) => {
    const rows = await transaction.query<{ leg_key: string }>(DECIDE, [
      once.map(({ legKey }) => legKey),
      once.map(({ leg }) => leg),
      once.map(({ paid }) => paid),
      once.map(({ partnerRef }) => partnerRef ?? null),
      once.map(({ amount }) => amount.currency),
      once.map(({ amount }) => amount.minor),
      once.map(({ proposalId }) => proposalId),
      once.map(({ at }) => at),
    ]);
    const fresh = new Set(rows.map((row) => row.leg_key));
    await insertEvidence(
      transaction,
      once
        .filter(({ legKey }) => fresh.has(legKey))
        .map((decided) => ({
          subject: decided.legKey,
          direction: 'in' as const,
          operation: 'decided by operators',
          at: Date.parse(decided.at),
          bytes: Buffer.from(JSON.stringify(decided)),
        })),
    );
  });
}
