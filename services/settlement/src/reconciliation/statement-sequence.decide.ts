import type { StatementHead } from '@tonle/contracts';
import { minorText } from '@tonle/money';

/**
 * Why the statements of a day do not follow those of the day before, in words for the operator; undefined when they do, or
 * when nobody can tell. Compared are accounts whose statements are numbered on both days; a number may begin again with 1.
 * Pure.
 */
export function sequenceFault(
  before: readonly StatementHead[],
  now: readonly StatementHead[],
  currency: string,
): string | undefined {
  for (const account of new Set(now.map((head) => head.account))) {
    const last = numbered(before, account).at(-1);
    const first = numbered(now, account)[0];
    if (last === undefined || first === undefined) continue;
    const what = `the statement ${first.number} of account ${account}`;
    if (first.number === last.number + 1n) {
      if (first.openingMinor === last.closingMinor) continue;
      const [opens, closed] = [first.openingMinor, last.closingMinor].map((each) =>
        minorText(BigInt(each), currency),
      );
      return `${what} opens with ${opens}, the day before closed with ${closed}`;
    }
    if (first.number !== 1n || last.number === 1n)
      return `${what} does not follow ${last.number} of the day before`;
  }
  return undefined;
}

/**
 * Why the statements of a day may not take the place of those that were taken, in words for the operator; undefined when they
 * may. The newest counts: other content under a number that was taken has to be from later. Pure.
 */
export function replacementFault(
  taken: readonly StatementHead[],
  now: readonly StatementHead[],
): string | undefined {
  for (const head of now) {
    const before = taken.find((each) => isSameNumber(each, head));
    if (before?.digest === undefined || before.digest === head.digest || isNewer(head, before)) continue;
    const why =
      head.createdAt === undefined
        ? 'does not say when it was made'
        : `is from ${head.createdAt}, not later than that (${before.createdAt})`;
    return (
      `${named(head)} has other content than the one that was taken, and ${why}; the one that was taken stands. ` +
      'If the new content is right, ask the network for a statement with a later time of creation, and reconcile the day again'
    );
  }
  return undefined;
}

/** What of the statements that were taken gives way to those that are taken now, in words for the operator. Pure. */
export function replacements(
  taken: readonly StatementHead[],
  now: readonly StatementHead[],
  currency: string,
): string[] {
  const described = (head: StatementHead) => describedIn(head, currency);
  const gone = taken.filter(
    ({ account, digest }) =>
      digest !== undefined && !now.some((head) => head.account === account && head.digest === digest),
  );
  return gone.map((before) => {
    const successors = now.filter(({ account }) => account === before.account);
    const by = successors.length === 0 ? 'nothing' : successors.map(described).join(' and ');
    return `${described(before)} gave way to ${by}`;
  });
}

function isSameNumber(one: StatementHead, other: StatementHead): boolean {
  if (one.account !== other.account || one.number === undefined || other.number === undefined) return false;
  return BigInt(one.number) === BigInt(other.number);
}

/** One that says when it was made is newer than one that does not. */
function isNewer({ createdAt }: StatementHead, before: StatementHead): boolean {
  if (createdAt === undefined) return false;
  return before.createdAt === undefined || Date.parse(createdAt) > Date.parse(before.createdAt);
}

const named = ({ number, account }: StatementHead): string =>
  number === undefined
    ? `the statement of account ${account}`
    : `the statement ${number} of account ${account}`;

function describedIn(head: StatementHead, currency: string): string {
  const { statementId, createdAt, closingMinor } = head;
  const traits = [
    ...(statementId === undefined ? [] : [`id ${statementId}`]),
    ...(createdAt === undefined ? [] : [`from ${createdAt}`]),
    `closing with ${minorText(BigInt(closingMinor), currency)}`,
  ];
  return `${named(head)} (${traits.join(', ')})`;
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
