import type { FactSourceName } from '@tonle/contracts';

/**
 * Have these sources been copied up to the end of the period? Of a period that has not ended when the report is as of, what there is.
 * Whoever copies just now is waited for: what it finds out is known from later on.
 */
export function factsAreCopied(...sources: readonly FactSourceName[]): string {
  return `
    SELECT coalesce(bool_and(:knownAt::timestamptz < :to::timestamptz OR sealed_up_to >= :to), false) AS "isReady"
    FROM (
      SELECT sealed_up_to
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
    SELECT coalesce(bool_and(sealed_up_to >= least(:knownAt::timestamptz, :to::timestamptz)), false) AS "isReady"
    FROM fact_copy
    WHERE source IN (${sources.map((source) => `'${source}'`).join(', ')})`;
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
