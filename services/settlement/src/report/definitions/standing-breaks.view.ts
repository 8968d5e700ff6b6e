/** Breaks that stood at `:knownAt`, with their age in days of the home network by then, and its band (domain 7.6): for a FROM. */
export const STANDING_BREAKS = `
  SELECT b.break_id, b.type, b.severity, b.partner, b.currency, b.day,
    abs(coalesce(b.their_minor, 0) - coalesce(b.our_minor, 0)) AS minor, age.days
  FROM settlement_break AS b
  CROSS JOIN LATERAL (
    SELECT (((:knownAt::timestamptz AT TIME ZONE 'UTC') + make_interval(mins => :offset::int))::date
      - ((b.opened_at AT TIME ZONE 'UTC') + make_interval(mins => :offset))::date) AS days
  ) AS age
  WHERE b.opened_at <= :knownAt
    AND (b.closed_at IS NULL AND b.state NOT IN ('RESOLVED', 'AUTO_RESOLVED') OR b.closed_at > :knownAt)
    AND b.day <= coalesce(:until::date, :day::date)`;

/** Money in suspense that was open at `:knownAt`, signed as its line is. */
export const STANDING_SUSPENSE = `
  SELECT s.item_id, s.bank, s.currency, s.day, s.amount_minor - coalesce(sum(m.amount_minor), 0)::bigint AS minor,
    greatest(0, coalesce(:until::date, :day::date) - s.day) AS days
  FROM suspense_item AS s
  LEFT JOIN suspense_move AS m ON m.item_id = s.item_id AND m.at <= :knownAt::timestamptz
    AND m.action NOT IN ('send_back', 'keep')
  WHERE s.opened_at <= :knownAt AND s.day <= coalesce(:until::date, :day::date)
  GROUP BY s.item_id, s.bank, s.currency, s.day, s.amount_minor
  HAVING s.amount_minor <> coalesce(sum(m.amount_minor), 0)`;

/** Bands of domain 7.6, in their order: `place` sorts them. */
export const bandOf = (days: string): { readonly band: string; readonly place: string } => {
  const bands = [
    { upTo: 0, band: 'same day' },
    { upTo: 1, band: 'T+1' },
    { upTo: 3, band: 'T+2-3' },
    { upTo: 7, band: 'T+4-7' },
    { upTo: 30, band: 'T+8-30' },
  ];
  const cases = (of: (at: number) => string) =>
    bands.map(({ upTo }, at) => `WHEN ${days} <= ${upTo} THEN ${of(at)}`).join(' ');
  return {
    band: `CASE ${cases((at) => `'${bands[at]!.band}'`)} ELSE 'over 30 days' END`,
    place: `CASE ${cases((at) => at.toString())} ELSE ${bands.length} END`,
  };
};
