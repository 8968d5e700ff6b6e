import type { StoryFact, StoryNames } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import type { StorySource } from '@tonle/platform';
import type { Payment } from '../payment/payment.js';
import type { PaymentStore } from '../payment/payment.store.js';
import type { RecallStore } from '../recall/recall.store.js';
import { rowFacts, stepFacts } from './payment-facts.js';
import { recallFacts } from './recall-facts.js';

/** A posted line with the codes of its accounts. */
export interface PostedTransfer {
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly reference: string | null;
  readonly at: Date;
}

/** Accounts by the number that rows have. */
export type Accounts = ReadonlyMap<number, { readonly code: string; readonly currency: string }>;

const TRANSFERS = `
SELECT t.kind, d.code AS debit, c.code AS credit, d.currency, t.minor, t.reference, t.at
FROM transfer AS t
JOIN account AS d ON d.id = t.debit_account
JOIN account AS c ON c.id = t.credit_account
WHERE t.chain_id = $1::uuid
ORDER BY t.at, t.kind`;

const ACCOUNTS = 'SELECT id, code, currency FROM account WHERE id = ANY($1::integer[])';

// What the directory said when it was decided: the newest versions up to the sequence that its row names.
const DECIDED_WITH = `
SELECT DISTINCT ON (kind, id) kind, id, version
FROM directory_entry
WHERE sequence <= $1
  AND (kind, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
ORDER BY kind, id, version DESC`;

// One list of what stands about it elsewhere; times and words are those of people and partners, without names.
const AROUND = `
SELECT 'hold' AS id, since AS at, 'decision' AS kind,
  'held until ' || to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ': the ' || party || ' is on the screening list' AS words,
  jsonb_strip_nulls(jsonb_build_object('party', party, 'decision', decision, 'decidedAt', decided_at::text)) AS facts
FROM screening_hold
WHERE payment_id = $1::uuid
UNION ALL
SELECT 'break:' || id, opened_at, 'trouble', 'a break was opened: ' || type || ', ' || left(detail, 400),
  jsonb_build_object('type', type, 'severity', severity::text, 'leg', leg, 'breakId', id)
FROM payment_break
WHERE payment_id = $1::uuid
UNION ALL
SELECT 'proposal:' || approval_id, proposed_at, 'decision',
  participant || ' proposed: the ' || (payload ->> 'leg') || ' is ' || replace(payload ->> 'decision', '_', ' '),
  jsonb_strip_nulls(jsonb_build_object('approvalId', 'routing.' || approval_id, 'leg', payload ->> 'leg',
    'decision', payload ->> 'decision', 'reference', payload ->> 'partnerRef', 'reason', reason, 'evidence', evidence,
    'proposedBy', participant, 'version', target_version))
FROM approval_request
WHERE kind = 'payment.review'
  AND target = $1::uuid::text
UNION ALL
SELECT 'verdict:' || v.vote_id, v.at, 'decision',
  v.participant || CASE v.verdict WHEN 'approve' THEN ' approved' WHEN 'reject' THEN ' rejected' ELSE ' withdrew' END || ' the proposal',
  jsonb_build_object('approvalId', 'routing.' || r.approval_id, 'state', r.state, 'decidedBy', v.participant, 'reason', v.reason)
FROM approval_vote AS v
JOIN approval_request AS r USING (approval_id)
WHERE r.kind = 'payment.review'
  AND r.target = $1::uuid::text
UNION ALL
SELECT 'proposal-end:' || approval_id, ended_at, 'decision', 'the proposal ended: ' || coalesce(detail, state),
  jsonb_build_object('approvalId', 'routing.' || approval_id, 'state', state)
FROM approval_request
WHERE kind = 'payment.review'
  AND target = $1::uuid::text
  AND state IN ('expired', 'stale', 'failed')
UNION ALL
SELECT 'undecided', since, 'trouble', 'its next step broke ' || times || ' times',
  jsonb_build_object('cause', cause, 'lastAt', last_at::text, 'times', times::text)
FROM undecided_payment
WHERE payment_id = $1::uuid
UNION ALL
SELECT 'refund:' || id, (history -> 0 ->> 'at')::timestamptz, 'decision', 'refund ' || id || ' was asked for: ' || state,
  jsonb_build_object('refundId', id, 'state', state, 'currency', target_currency, 'minor', target_minor::text)
FROM payment
WHERE refund_of = $1::uuid`;

type AroundRow = {
  id: string;
  at: Date;
  kind: StoryFact['kind'];
  words: string;
  facts: Record<string, string>;
};

/** The latest; of one payment there is one open at a time. */
const RECALLS_MAX = 20;

/** What routing knows of one payment. */
export class PaymentStory implements StorySource {
  constructor(
    private readonly database: Database,
    private readonly payments: Pick<PaymentStore, 'byIds'>,
    private readonly recalls: Pick<RecallStore, 'list'>,
  ) {}

  async facts({
    paymentId,
  }: Pick<StoryNames, 'paymentId'>): Promise<{ facts: StoryFact[]; names?: Partial<StoryNames> }> {
    const [payment] = await this.payments.byIds(this.database, [paymentId]);
    if (payment === undefined) return { facts: [] };
    const [transfers, accounts, around, decided, called] = await Promise.all([
      this.database.query<PostedTransfer & object>(TRANSFERS, [paymentId]),
      accountsOf(this.database, payment),
      this.database.query<AroundRow>(AROUND, [paymentId]),
      decidedWith(this.database, payment),
      this.recalls.list(this.database, { paymentId, limit: RECALLS_MAX }),
    ]);
    const facts = [
      ...stepFacts(payment, transfers, accounts),
      ...rowFacts(payment),
      decided,
      ...around.map(({ at, ...fact }) => ({ ...fact, at: at.toISOString() })),
      ...recallFacts(called.reverse()),
    ];
    return { facts, names: { ...namesOf(payment), recallIds: called.map(({ id }) => id) } };
  }
}

function namesOf({ id, instruction }: Payment): Partial<StoryNames> {
  const { uetr, quoteId, lookup, paymentCodeId } = instruction;
  const lookupIds = [lookup?.lookupId, paymentCodeId].filter((each) => each !== undefined);
  return { paymentId: id, uetr, quoteId, lookupIds };
}

async function accountsOf(database: Queryable, { lines }: Payment): Promise<Accounts> {
  const ids = [...new Set(lines.flatMap(({ debit, credit }) => [debit, credit]))];
  const rows = await database.query<{ id: number; code: string; currency: string }>(ACCOUNTS, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

async function decidedWith(database: Queryable, payment: Payment): Promise<StoryFact> {
  const { directoryVersion, corridor, instruction, fxProvider, history } = payment;
  const { sender, debtorAgent, creditorAgent } = instruction;
  const participants = [...new Set([sender, debtorAgent, creditorAgent, fxProvider])].filter(
    (id) => id !== '',
  );
  const rows = await database.query<{ kind: string; id: string; version: number }>(DECIDED_WITH, [
    directoryVersion.toString(),
    ['corridor', ...participants.map(() => 'participant')],
    [corridor, ...participants],
  ]);
  return {
    id: 'directory',
    at: history[0]!.at,
    kind: 'decision',
    words: `decided with the directory as it was: ${rows.map(({ kind, id, version }) => `${kind} ${id} version ${version}`).join(', ')}`,
    facts: {
      sequence: directoryVersion.toString(),
      ...Object.fromEntries(rows.map(({ kind, id, version }) => [`${kind} ${id}`, String(version)])),
    },
  };
}
