import type { FactBody } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Queryable } from '@tonle/persistence';
import type { FactGatherer } from '@tonle/platform';

const DAY_MS = 86_400_000;
const EVERY_MS = 600_000;

// Counters are by payer and currency: of corridors with one currency the same payers count.
const USED = `
SELECT c.day::text AS day, l.corridor, l.currency, l.per_payment AS "perPayment", l.per_day AS "perPayerDay",
  count(*)::integer AS payers, max(c.used_minor)::text AS "usedMost",
  count(*) FILTER (WHERE c.used_minor * 5 >= l.per_day::bigint * 4)::integer AS "payersNear",
  count(*) FILTER (WHERE c.used_minor >= l.per_day::bigint)::integer AS "payersFull"
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS l (corridor, currency, per_payment, per_day)
JOIN limit_counter AS c ON c.currency = l.currency
WHERE c.day = ANY ($5::date[])
  AND c.used_minor > 0
GROUP BY c.day, l.corridor, l.currency, l.per_payment, l.per_day`;

/** How far payers are at their limits, of the days that can still change. */
export function limitDays(directory: () => Directory): FactGatherer {
  const source = 'routing.limit-day';
  return {
    ...{ source, everyMs: EVERY_MS },
    gather: async (transaction, nowMs) => {
      // Clocks of corridors are ahead of UTC or behind it: a day is at most there for two days.
      const days = [-1, 0, 1].map((each) => new Date(nowMs + each * DAY_MS).toISOString().slice(0, 10));
      const rows = await limitUse(transaction, directory(), days);
      const parts = days.map((day) => ({
        prefix: `${day}|`,
        facts: rows
          .filter((row) => row.day === day)
          .map((row) => ({ id: `${day}|${row.corridor}|${row.currency}`, body: row })),
      }));
      return { parts, sealedMs: nowMs };
    },
  };
}

function limitUse(
  database: Queryable,
  directory: Directory,
  days: readonly string[],
): Promise<FactBody<'routing.limit-day'>[]> {
  const limits = directory
    .corridorsIncludingEnded()
    .flatMap(({ corridorId, limits: { perPayment, perDebtorDay } }) =>
      [...new Set([...Object.keys(perPayment), ...Object.keys(perDebtorDay)])].map((currency) => ({
        ...{ corridorId, currency },
        ...{ perPayment: perPayment[currency] ?? null, perDay: perDebtorDay[currency] ?? null },
      })),
    );
  return database.query(USED, [
    limits.map(({ corridorId }) => corridorId),
    limits.map(({ currency }) => currency),
    limits.map(({ perPayment }) => perPayment),
    limits.map(({ perDay }) => perDay),
    days,
  ]);
}
