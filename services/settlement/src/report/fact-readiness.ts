import type { FactSourceName } from '@tonle/contracts';

/** A copy that has not come so far. */
export interface LackingCopy {
  readonly source: string;
  readonly service: string;
  /** Up to where it has come; null: nothing was copied yet. */
  readonly upTo: string | null;
}

/** Names that a person can take in at once. */
const NAMED_MAX = 3;

/**
 * Have these sources been copied up to the end of the period? Of a period that has not ended when the report is as of, what there is.
 * Whoever copies just now is waited for: what it finds out is known from later on.
 */
export function factsAreCopied(...sources: readonly FactSourceName[]): string {
  return `
    SELECT ${verdictOf(':knownAt::timestamptz < :to::timestamptz OR sealed_up_to >= :to')}
    FROM (
      SELECT source, service, sealed_up_to
      FROM fact_copy
      WHERE source IN (${sources.map((source) => `'${source}'`).join(', ')})
      FOR SHARE
    ) AS copies`;
}

/**
 * Have logs been copied as far as the report tells of them? Their rows have the instants by which a report chooses, so it waits for them also
 * where its days are not over.
 */
export function logsAreCopied(...sources: readonly FactSourceName[]): string {
  return `
    SELECT ${verdictOf('sealed_up_to >= least(:knownAt::timestamptz, :to::timestamptz)')}
    FROM fact_copy
    WHERE source IN (${sources.map((source) => `'${source}'`).join(', ')})`;
}

/** Is both there: what `one` asks for, and these facts? What is lacking of the facts is told when they alone are waited for. */
export function bothReady(one: string, facts: string): string {
  return `
    SELECT one."isReady" AND facts."isReady" AS "isReady",
      CASE WHEN one."isReady" THEN facts.lacking END AS lacking
    FROM (${one}) AS one
    CROSS JOIN (${facts}) AS facts`;
}

/** Nothing is taken for copied of which nothing was: a service that has never answered is waited for. */
const verdictOf = (isCopied: string): string => `
      coalesce(bool_and(coalesce(${isCopied}, false)), false) AS "isReady",
      json_agg(json_build_object('source', source, 'service', service, 'upTo', sealed_up_to) ORDER BY service, source)
        FILTER (WHERE NOT coalesce(${isCopied}, false)) AS lacking`;

/** What a report waits for, for people. Pure. */
export function lackingWords(lacking: readonly LackingCopy[]): string {
  const named = lacking.slice(0, NAMED_MAX).map(({ source, service, upTo }) => {
    const come = upTo === null ? 'has not come yet' : `has come up to ${new Date(upTo).toISOString()}`;
    return `what ${service} tells of ${source} ${come}`;
  });
  const more = lacking.length - named.length;
  return [named.join(', '), ...(more > 0 ? [`and of ${more} others`] : [])].join(', ');
}

/** Facts of a source as they were known, as a statement in brackets: `source`, `service`, `id`, `body`. */
export function knownFacts(source: FactSourceName): string {
  return `(
      SELECT service, id, body, known_from
      FROM fact
      WHERE source = '${source}'
        AND known_from <= :knownAt::timestamptz
        AND (known_until IS NULL OR known_until > :knownAt)
    )`;
}
