import type { TransferProof } from '@tonle/contracts';

const SHOWN_MAX = 5;

/** How a copy differs from what it was copied from, in words for people; undefined when it does not. */
export function proofDifference(copy: TransferProof, original: TransferProof): string | undefined {
  const words: string[] = [];
  if (copy.count !== original.count) words.push(`${copy.count} transfers here, ${original.count} in routing`);
  const sums = (proof: TransferProof) =>
    new Map(proof.accounts.map(({ id, debits, credits }) => [id, `${debits}/${credits}`]));
  const [here, there] = [sums(copy), sums(original)];
  const ids = [...new Set([...here.keys(), ...there.keys()])].filter((id) => here.get(id) !== there.get(id));
  for (const id of ids.slice(0, SHOWN_MAX))
    words.push(
      `account ${id} moved ${here.get(id) ?? 'nothing'} here, ${there.get(id) ?? 'nothing'} in routing`,
    );
  if (ids.length > SHOWN_MAX) words.push(`and ${ids.length - SHOWN_MAX} more accounts`);
  if (words.length > 0) return words.join('; ');
  return copy.digest === original.digest ? undefined : 'the same sums of other transfers';
}
