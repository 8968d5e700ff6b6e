import type { QuoteAnswer, StoryFact, StoryNames } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type { Database } from '@tonle/persistence';
import type { StorySource } from '@tonle/platform';

type Candidate = QuoteAnswer['candidates'][number];

interface QuoteRow {
  readonly quote_id: string;
  readonly state: string;
  readonly corridor: string;
  readonly provider: string;
  readonly participant: string;
  readonly fixed: string;
  readonly source_currency: string;
  readonly source_minor: bigint;
  readonly target_currency: string;
  readonly target_minor: bigint;
  readonly rate: string;
  readonly base_rate: string;
  readonly rate_version: number;
  readonly improvement_basis_points: number;
  readonly explanation: { readonly candidates: readonly Candidate[]; readonly midRate?: string };
  readonly issued_at: Date;
  readonly expires_at: Date;
  readonly payment_id: string | null;
  readonly pushed_at: Date | null;
}

const QUOTES = `
  SELECT q.quote_id, q.state, q.corridor, q.provider, q.participant, q.fixed, q.source_currency, q.source_minor, q.target_currency,
    q.target_minor, q.rate, q.base_rate, q.rate_version, q.improvement_basis_points, q.explanation, q.issued_at, q.expires_at,
    q.payment_id, r.pushed_at
  FROM quote AS q
  LEFT JOIN rate AS r
    ON r.provider = q.provider
    AND r.source_currency = q.source_currency
    AND r.target_currency = q.target_currency
    AND r.version = q.rate_version
  WHERE q.quote_id = $1::uuid
    OR q.payment_id = $2::uuid
  ORDER BY q.issued_at, q.quote_id`;

/** What fx knows of one payment: its quote, who else was asked and why they lost, and whether it was used. */
export class QuoteStory implements StorySource {
  constructor(private readonly database: Database) {}

  async facts({ paymentId, quoteId }: StoryNames): Promise<{ facts: StoryFact[] }> {
    const rows = await this.database.query<QuoteRow & object>(QUOTES, [quoteId ?? null, paymentId]);
    return {
      facts: rows.flatMap((row) => [
        ...rateFact(row),
        issuedFact(row),
        ...row.explanation.candidates.map((each) => candidateFact(row, each)),
      ]),
    };
  }
}

const chainOf = ({ quote_id }: QuoteRow) => `quote:${quote_id}`;

function rateFact(row: QuoteRow): StoryFact[] {
  const {
    provider,
    source_currency: source,
    target_currency: target,
    rate_version,
    base_rate,
    pushed_at,
  } = row;
  if (pushed_at === null) return [];
  return [
    {
      id: `rate:${provider}:${source}:${target}:${rate_version}`,
      at: pushed_at.toISOString(),
      kind: 'quote',
      words: `${provider} stands at ${base_rate} ${target} for one ${source}`,
      facts: { provider, source, target, version: String(rate_version), rate: base_rate },
      chain: chainOf(row),
    },
  ];
}

function issuedFact(row: QuoteRow): StoryFact {
  const { quote_id: quoteId, provider, participant, corridor, rate, fixed, state, payment_id } = row;
  const use = payment_id === null ? `it is ${state}` : 'the payment used it';
  return {
    id: `quote:${quoteId}`,
    at: row.issued_at.toISOString(),
    kind: 'quote',
    words: `${participant} was quoted ${rate} by ${provider}, until ${row.expires_at.toISOString()}; ${use}`,
    facts: {
      quoteId,
      provider,
      participant,
      corridor,
      fixed,
      state,
      ...(payment_id === null ? {} : { paymentId: payment_id }),
      rate,
      baseRate: row.base_rate,
      rateVersion: String(row.rate_version),
      improvementBasisPoints: String(row.improvement_basis_points),
      source: minorText(BigInt(row.source_minor), row.source_currency),
      target: minorText(BigInt(row.target_minor), row.target_currency),
      expiresAt: row.expires_at.toISOString(),
      ...(row.explanation.midRate === undefined ? {} : { midRate: row.explanation.midRate }),
    },
    amount: { currency: row.target_currency, minor: row.target_minor.toString() },
    chain: chainOf(row),
    sends: [`quote:${quoteId}`],
  };
}

function candidateFact(row: QuoteRow, candidate: Candidate): StoryFact {
  const { provider, chosen, rate, source, target, totalCostPercent, lostBecause } = candidate;
  const why = chosen ? 'was chosen' : `was not chosen: ${(lostBecause ?? 'unknown').replaceAll('_', ' ')}`;
  const cost = totalCostPercent === undefined ? '' : `, ${totalCostPercent} % in all against the middle`;
  return {
    id: `offer:${row.quote_id}:${provider}`,
    at: row.issued_at.toISOString(),
    kind: 'decision',
    words: `${provider} ${why}${rate === undefined ? '' : ` (${rate}${cost})`}`,
    facts: {
      provider,
      chosen: String(chosen),
      ...(rate === undefined ? {} : { rate }),
      ...(source === undefined ? {} : { source: minorText(BigInt(source.minor), source.currency) }),
      ...(target === undefined ? {} : { target: minorText(BigInt(target.minor), target.currency) }),
      ...(totalCostPercent === undefined ? {} : { totalCostPercent }),
      ...(lostBecause === undefined ? {} : { lostBecause }),
    },
    chain: chainOf(row),
  };
}
