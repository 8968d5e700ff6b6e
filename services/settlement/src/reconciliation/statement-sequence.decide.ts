import type { StatementHead } from '@tonle/contracts';

/**
 * Why the statements of a day do not follow those of the day before, in words for the operator; undefined when they do, or
 * when nobody can tell. Compared are accounts whose statements are numbered on both days; a number may begin again with 1.
 * Pure.
 */
export function sequenceFault(
  before: readonly StatementHead[],
  now: readonly StatementHead[],
): string | undefined {
  for (const account of new Set(now.map((head) => head.account))) {
    const last = numbered(before, account).at(-1);
    const first = numbered(now, account)[0];
    if (last === undefined || first === undefined) continue;
    const what = `the statement ${first.number} of account ${account}`;
    if (first.number === last.number + 1n) {
      if (first.openingMinor === last.closingMinor) continue;
      return `${what} opens with ${first.openingMinor}, the day before closed with ${last.closingMinor} (minor units)`;
    }
    if (first.number !== 1n || last.number === 1n)
      return `${what} does not follow ${last.number} of the day before`;
  }
  return undefined;
}

interface Numbered extends Omit<StatementHead, 'number'> {
  readonly number: bigint;
}

function numbered(heads: readonly StatementHead[], account: string): Numbered[] {
  return heads
    .flatMap((head) =>
      head.account === account && head.number !== undefined ? [{ ...head, number: BigInt(head.number) }] : [],
    )
    .sort((a, b) => (a.number < b.number ? -1 : 1));
}
