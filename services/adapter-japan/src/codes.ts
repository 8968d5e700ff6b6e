import { REASONS, type Refusal } from '@tonle/contracts';
import { codeTable, meaningOfCode, readCodes } from '@tonle/network';
import { z } from 'zod';

const code = z.string().regex(/^[A-Z_]+$/);
const tables = z.strictObject({
  /** `refused_call` says that the call was not looked at: nothing about what was sent before. */
  errors: codeTable('later', 'not_found', 'other_content', 'refused_call', 'refused'),
  statuses: codeTable('accepted', 'in_progress', 'rejected'),
  /** ISO reason of ours -> the code that tells it, where no error stands for it. */
  told: z.record(z.string().length(4), code),
  /** The same of a reason that has a closer one than its ISO code. */
  refusals: z.record(z.string(), code),
});

const REFUSED = 'REFUSED';
/** What codes and statuses mean. The pairing with ISO reasons is ours. */
export const CODES = readCodes(new URL('./codes.json', import.meta.url), tables);

/** The code by which an ISO reason is told. */
export function codeOfIso(iso: string): string {
  const known = Object.entries(CODES.errors).find(([, meaning]) => meaning.iso === iso);
  return CODES.told[iso] ?? known?.[0] ?? REFUSED;
}

/** The code by which a refusal is told. */
export function codeOfRefusal({ reason }: Pick<Refusal, 'reason'>): string {
  return CODES.refusals[reason] ?? codeOfIso(REASONS[reason].iso);
}

/** What says that the same may be sent again says nothing final: where something has ended it is told otherwise. */
export function finalCode(told: string): string {
  return isLater(told) ? REFUSED : told;
}

/** True of a code that says: later. */
export function isLater(told: string): boolean {
  return meaningOfCode(CODES.errors, told)?.means === 'later';
}
