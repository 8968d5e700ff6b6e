import { isZero } from './default.js';
import type { Desk } from './desk.js';
import { filesOfRun } from './report-run.js';

const STATEMENT = 'R2';

/** A credit to a position, by the name under which a notification of it is asked for. */
export interface PositionCredit {
  readonly participant: string;
  readonly entry: string;
}

export type CreditsByCurrency = ReadonlyMap<string, PositionCredit>;

/** The first credit of a day in each of the currencies, as the scheme's statement of the day has it; none where nothing was credited. */
export async function creditsOf(
  desk: Desk,
  day: string,
  currencies: readonly string[],
): Promise<CreditsByCurrency> {
  const found = await Promise.all(
    currencies.map(async (currency) => [currency, creditIn(await statementOf(desk, day, currency))] as const),
  );
  return new Map(found.flatMap(([currency, credit]) => (credit === undefined ? [] : [[currency, credit]])));
}

async function statementOf(desk: Desk, day: string, currency: string): Promise<string> {
  const of = `${STATEMENT} of ${day} in ${currency}`;
  const { runId } = await desk.post<{ runId: string }>('/v1/ops/reports/runs', {
    ...{ report: STATEMENT, parameters: { day, currency }, formats: ['csv'] },
    reason: 'what was credited',
  });
  // A run that finds the same content shows every format that stands of it.
  const file = (await filesOfRun(desk, of, runId)).find(({ format }) => format === 'csv');
  if (file === undefined) throw new Error(`${of}: no file`);
  return (await desk.get<Buffer>(`/v1/ops/reports/files/${file.fileId}`)).toString('utf8');
}

/** The first line of a statement that credits somebody. Its cells are codes, days and amounts: none is quoted. */
export function creditIn(csv: string): PositionCredit | undefined {
  const [head = [], ...rows] = csv
    .trim()
    .split(/\r?\n/)
    .map((row) => row.split(','));
  const placeOf = (column: string): number => {
    const place = head.indexOf(column);
    if (place === -1) throw new Error(`${STATEMENT} has no ${column}: ${head.join()}`);
    return place;
  };
  const [participant, line, reference, at, net] = (
    ['participant', 'line', 'reference', 'at', 'net'] as const
  ).map(placeOf) as [number, number, number, number, number];
  const credit = rows.find((row) => {
    const amount = row[net]!;
    return amount !== '' && !amount.startsWith('-') && !isZero(amount);
  });
  return (
    credit && {
      participant: credit[participant]!,
      entry: `${credit[line]}:${credit[reference]}:${Date.parse(credit[at]!)}`,
    }
  );
}
