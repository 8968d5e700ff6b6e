import { table, showAmount, type ShownAmount } from './output.js';

/** What a network said about a leg, as operators get it. */
export interface LegWords {
  readonly leg: string;
  readonly answers?: readonly {
    readonly attempt: number;
    readonly outcome: string;
    readonly partnerReference?: string;
    readonly isoReason?: string;
    readonly amount?: ShownAmount;
    readonly at: string;
  }[];
  readonly exchanges?: readonly {
    readonly at: string;
    readonly direction: string;
    readonly operation: string;
    readonly status?: number;
  }[];
}

/** Messages and conclusions about legs in the order of their times: what people decide by. Empty when there are none. */
export function legWords(legs: readonly LegWords[]): string[] {
  const rows = legs.flatMap(({ leg, answers = [], exchanges = [] }) => [
    ...exchanges.map(({ at, direction, operation, status }) => [
      `  ${at}`,
      leg,
      direction === 'out' ? 'sent' : 'came',
      [operation, status].filter((part) => part !== undefined).join(' '),
    ]),
    ...answers.map(({ at, attempt, outcome, partnerReference, isoReason, amount }) => [
      `  ${at}`,
      leg,
      'means',
      [
        outcome,
        ...[partnerReference, isoReason, amount && showAmount(amount)].filter((part) => part !== undefined),
        ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
      ].join(', '),
    ]),
  ]);
  if (rows.length === 0) return [];
  return [table(rows.sort(([one = ''], [other = '']) => (one < other ? -1 : one > other ? 1 : 0)))];
}
