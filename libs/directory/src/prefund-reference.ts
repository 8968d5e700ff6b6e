const MAX_NAME = 19;
/** What follows the check digits in references of money that participants pay in. */
const PREFUND = 'PF';
const LIKE_ONE = /RF\d{2}PF[A-Z0-9]{0,19}/;

/**
 * The reference by which a participant pays money in: an ISO 11649 creditor reference, whose two check digits tell a slip of the pen
 * from somebody else's. Undefined for an id that none can be made of.
 */
export function prefundReference(participantId: string): string | undefined {
  const name = participantId.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (name.length === 0 || name.length > MAX_NAME) return undefined;
  const body = `${PREFUND}${name}`;
  return `RF${String(98n - remainderOf(`${body}RF00`)).padStart(2, '0')}${body}`;
}

/** Whom money was paid in for, by what its payer wrote. */
export type PrefundReferenceRead =
  | { readonly kind: 'known'; readonly participant: string }
  /** Like a reference, but nobody's, or of several at once. */
  | { readonly kind: 'unknown'; readonly said: string };

/**
 * The reference of money paid in that a text holds, however it is grouped; undefined when it holds none. `known`: reference ->
 * participant. Pure.
 */
export function readPrefundReference(
  text: string,
  known: ReadonlyMap<string, string>,
): PrefundReferenceRead | undefined {
  const bare = text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const like = LIKE_ONE.exec(bare);
  if (like === null) return undefined;
  const found = [...known].filter(([reference]) => bare.includes(reference));
  // PFAB is within PFABC when its check digits are the same by chance: the longer one is meant.
  const meant = found.filter(([each]) => !found.some(([other]) => other !== each && other.startsWith(each)));
  const [first, second] = meant;
  return first === undefined || second !== undefined
    ? { kind: 'unknown', said: like[0] }
    : { kind: 'known', participant: first[1] };
}

/** ISO 7064 MOD 97-10, letters as the numbers 10 to 35. */
function remainderOf(text: string): bigint {
  const digits = [...text].map((each) => Number.parseInt(each, 36).toString()).join('');
  return BigInt(digits) % 97n;
}
