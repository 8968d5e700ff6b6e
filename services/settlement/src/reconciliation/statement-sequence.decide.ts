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

/**
 * Why the statements of a day may not take the place of those that were taken, in words for the operator; undefined when they
 * may. A number that was taken stands for what was taken: the same again is a repeat, other content counts only under an id of
 * its own and from later, or where the one before it is from before the day's end and could not be whole. Pure.
 */
export function replacementFault(
  taken: readonly StatementHead[],
  now: readonly StatementHead[],
  dayEndsMs: number,
): string | undefined {
  for (const head of now) {
    const before = taken.find(({ account, number }) => account === head.account && number === head.number);
    if (head.number === undefined || before?.digest === undefined || before.digest === head.digest) continue;
    const [beforeMs, nowMs] = [before, head].map(({ createdAt }) => Date.parse(createdAt ?? ''));
    const isLater = nowMs! > beforeMs!;
    if (isLater && (beforeMs! < dayEndsMs || before.statementId !== head.statementId)) continue;
    const named = `the statement ${head.number} of account ${head.account}`;
    if (nowMs! < beforeMs!)
      return `${named} is from ${head.createdAt}, and one from ${before.createdAt} with other content was taken`;
    return `${named} was taken with other content under the same number; a corrected one has an id of its own and is from later`;
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
