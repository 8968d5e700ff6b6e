import type { Queryable } from '@tonle/persistence';
import { averagePrice, positionsKnown } from '../../fx-position/positions-known.js';
import type { ReportDefinition, ReportValues } from '../report-definition.js';

/** R10: each FX position on each day: what moved it, what it costs and is worth, and what it has earned (domain 7.3). */
export const FX_POSITIONS: ReportDefinition = {
  id: 'R10',
  title: 'FX position and profit',
  version: 1,
  audience: 'participants',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'provider', label: 'Provider', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'base', label: 'Base', type: 'text' },
    { key: 'counter', label: 'Counter', type: 'text' },
    { key: 'opening', label: 'Opening', type: 'amount', currency: 'base', isBalance: true },
    { key: 'bought', label: 'Bought', type: 'amount', currency: 'base' },
    { key: 'boughtFor', label: 'Bought for', type: 'amount', currency: 'counter' },
    { key: 'sold', label: 'Sold', type: 'amount', currency: 'base' },
    { key: 'soldFor', label: 'Sold for', type: 'amount', currency: 'counter' },
    { key: 'settled', label: 'Settled', type: 'amount', currency: 'base' },
    { key: 'closing', label: 'Closing', type: 'amount', currency: 'base', isBalance: true },
    { key: 'cost', label: 'Cost', type: 'amount', currency: 'counter', isBalance: true },
    { key: 'average', label: 'Average', type: 'rate' },
    { key: 'market', label: 'Market', type: 'rate' },
    { key: 'marketPair', label: 'Market, pair', type: 'text' },
    { key: 'marketSource', label: 'Market, source', type: 'text' },
    { key: 'marketDay', label: 'Market, day', type: 'day' },
    { key: 'resultBefore', label: 'Result before', type: 'amount', currency: 'counter', isBalance: true },
    { key: 'spread', label: 'Spread', type: 'amount', currency: 'counter' },
    { key: 'residual', label: 'Residual', type: 'amount', currency: 'counter' },
    { key: 'realised', label: 'Realised', type: 'amount', currency: 'counter' },
    { key: 'unrealisedChange', label: 'Unrealised, change', type: 'amount', currency: 'counter' },
    { key: 'unrealised', label: 'Unrealised', type: 'amount', currency: 'counter', isBalance: true },
    { key: 'result', label: 'Result', type: 'amount', currency: 'counter', isBalance: true },
  ],
  given: positionRows,
  sql: `
    SELECT p.*
    FROM jsonb_to_recordset(:given::jsonb) AS p (
      day date, provider text, corridor text, base text, counter text, opening bigint, bought bigint, "boughtFor" bigint,
      sold bigint, "soldFor" bigint, settled bigint, closing bigint, cost bigint, average text, market text, "marketPair" text,
      "marketSource" text, "marketDay" date, "resultBefore" bigint, spread bigint, residual bigint, realised bigint,
      "unrealisedChange" bigint, unrealised bigint, result bigint
    )
    WHERE (:receiver::text = '' OR p.provider = :receiver)
      AND (:currency::text IS NULL OR p.base = :currency)
    ORDER BY p.day, p.provider, p.corridor, p.base, p.counter`,
};

/** Sums of a whole history, and the one place that values them: no statement does it again. */
async function positionRows(
  database: Queryable,
  { day, until, knownAt }: ReportValues,
): Promise<readonly Record<string, string | null>[]> {
  const first = day as string;
  const span = { day: first, until: (until as string | null) ?? first, knownAt: knownAt as Date };
  return (await positionsKnown(database, span)).map((position) => {
    const { provider, corridor, base, counter, opening, closing, market } = position;
    const text = (minor: bigint) => minor.toString();
    return {
      ...{ day: position.day, provider, corridor, base, counter },
      opening: text(opening.quantityMinor),
      bought: text(position.boughtMinor),
      boughtFor: text(position.boughtForMinor),
      sold: text(-position.soldMinor),
      soldFor: text(position.soldForMinor),
      settled: text(position.settledMinor),
      closing: text(closing.quantityMinor),
      cost: text(closing.costMinor),
      average: averagePrice(position) ?? null,
      market: market?.rate ?? null,
      marketPair: market === undefined ? null : `${market.sourceCurrency}/${market.targetCurrency}`,
      marketSource: market?.source ?? null,
      marketDay: market?.day ?? null,
      resultBefore: text(opening.earnedMinor + opening.unrealisedMinor),
      spread: text(position.spreadMinor),
      residual: text(position.residualMinor),
      realised: text(position.realisedMinor),
      unrealisedChange: text(position.unrealisedChangeMinor),
      unrealised: text(closing.unrealisedMinor),
      result: text(closing.earnedMinor + closing.unrealisedMinor),
    };
  });
}
