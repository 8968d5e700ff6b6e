import { createHash } from 'node:crypto';
import { canonicalJson, type Deed } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import { recordDeeds } from '@tonle/platform';
import { Terms, type TermsFile } from './terms.js';

const SELECT_RELATIONSHIPS = `
  SELECT provider, participant
  FROM relationship`;

const SELECT_IMPROVEMENTS = `
  SELECT provider, kind, participant, source_currency, target_currency, from_minor, basis_points
  FROM improvement`;

const SELECT_MID_RATES = `
  SELECT source_currency AS "sourceCurrency", target_currency AS "targetCurrency", rate
  FROM mid_rate
  ORDER BY source_currency, target_currency`;

/** The reference rates, in the order of their pairs. */
export function readMidRates(database: Queryable): Promise<TermsFile['midRates']> {
  return database.query<TermsFile['midRates'][number]>(SELECT_MID_RATES);
}

const SELECT_SANITY_BANDS = `
  SELECT source_currency, target_currency, rate, basis_points
  FROM sanity_band`;

interface ImprovementRow {
  provider: string;
  kind: 'tier' | 'participant';
  participant: string;
  source_currency: string;
  target_currency: string;
  from_minor: bigint;
  basis_points: number;
}

/** Reads all terms: they are few. */
export async function loadTerms(database: Queryable): Promise<Terms> {
  const relationships = await database.query<{ provider: string; participant: string }>(SELECT_RELATIONSHIPS);
  const improvements = await database.query<ImprovementRow>(SELECT_IMPROVEMENTS);
  const midRates = await readMidRates(database);
  const sanityBands = await database.query<{
    source_currency: string;
    target_currency: string;
    rate: string;
    basis_points: number;
  }>(SELECT_SANITY_BANDS);
  return new Terms({
    sanityBands: sanityBands.map((row) => ({
      sourceCurrency: row.source_currency,
      targetCurrency: row.target_currency,
      rate: row.rate,
      basisPoints: row.basis_points,
    })),
    relationships,
    tiers: improvements
      .filter((row) => row.kind === 'tier')
      .map((row) => ({
        provider: row.provider,
        sourceCurrency: row.source_currency,
        targetCurrency: row.target_currency,
        fromMinor: row.from_minor,
        basisPoints: row.basis_points,
      })),
    improvements: improvements
      .filter((row) => row.kind === 'participant')
      .map((row) => ({
        provider: row.provider,
        participant: row.participant,
        basisPoints: row.basis_points,
      })),
    midRates,
  });
}

const INSERT_RELATIONSHIPS = `
  INSERT INTO relationship (provider, participant)
  SELECT *
  FROM unnest($1::text[], $2::text[])
  ON CONFLICT DO NOTHING
  RETURNING true`;

const INSERT_IMPROVEMENTS = `
  INSERT INTO improvement (provider, kind, participant, source_currency, target_currency, from_minor, basis_points)
  SELECT *
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::integer[])
  ON CONFLICT DO NOTHING
  RETURNING true`;

const INSERT_EXPOSURES = `
  INSERT INTO exposure (provider, currency, limit_minor)
  SELECT *
  FROM unnest($1::text[], $2::text[], $3::bigint[])
  ON CONFLICT DO NOTHING
  RETURNING true`;

const INSERT_MID_RATES = `
  INSERT INTO mid_rate (source_currency, target_currency, rate)
  SELECT *
  FROM unnest($1::text[], $2::text[], $3::text[])
  ON CONFLICT DO NOTHING
  RETURNING true`;

const INSERT_SANITY_BANDS = `
  INSERT INTO sanity_band (source_currency, target_currency, rate, basis_points)
  SELECT *
  FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[])
  ON CONFLICT DO NOTHING
  RETURNING true`;

/** Writes the terms of a file where none are known; what was agreed since is never overwritten. */
export async function seedTerms(database: Database, file: TermsFile, atMs: number): Promise<void> {
  const improvements = file.providers.flatMap(({ provider, tiers, participants }) => [
    ...tiers.map((tier) => ({ provider, kind: 'tier', participant: '', ...tier })),
    ...participants.map((each) => ({
      provider,
      kind: 'participant',
      participant: each.participant,
      sourceCurrency: '',
      targetCurrency: '',
      fromMinor: '0',
      basisPoints: each.basisPoints,
    })),
  ]);
  const relationships = file.providers.flatMap((each) =>
    each.relationships.map((one) => [each.provider, one] as const),
  );
  const limits = file.providers.flatMap((each) =>
    Object.entries(each.exposureLimits).map(([currency, minor]) => [each.provider, currency, minor] as const),
  );
  await database.transaction(async (transaction) => {
    const written = [
      await transaction.query(INSERT_RELATIONSHIPS, [
        relationships.map((row) => row[0]),
        relationships.map((row) => row[1]),
      ]),
      await transaction.query(INSERT_IMPROVEMENTS, [
        improvements.map((row) => row.provider),
        improvements.map((row) => row.kind),
        improvements.map((row) => row.participant),
        improvements.map((row) => row.sourceCurrency),
        improvements.map((row) => row.targetCurrency),
        improvements.map((row) => row.fromMinor),
        improvements.map((row) => row.basisPoints),
      ]),
      await transaction.query(INSERT_EXPOSURES, [
        limits.map((row) => row[0]),
        limits.map((row) => row[1]),
        limits.map((row) => row[2]),
      ]),
      await transaction.query(INSERT_MID_RATES, [
        file.midRates.map((row) => row.sourceCurrency),
        file.midRates.map((row) => row.targetCurrency),
        file.midRates.map((row) => row.rate),
      ]),
      await transaction.query(INSERT_SANITY_BANDS, [
        file.sanityBands.map((row) => row.sourceCurrency),
        file.sanityBands.map((row) => row.targetCurrency),
        file.sanityBands.map((row) => row.rate),
        file.sanityBands.map((row) => row.basisPoints),
      ]),
    ];
    if (written.some((rows) => rows.length > 0)) await recordDeeds(transaction, 'fx', [fileDeed(file, atMs)]);
  });
}

function fileDeed(file: TermsFile, atMs: number): Deed {
  const sha256 = createHash('sha256').update(canonicalJson(file)).digest('hex');
  const providers = file.providers.map(({ provider }) => provider);
  const actor = { kind: 'file', name: 'file of rates and terms' } as const;
  return {
    atMs,
    actor,
    action: 'terms.file',
    object: 'terms',
    after: { providers, sha256 },
    reason: 'first start',
  };
}
