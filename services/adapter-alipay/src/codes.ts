import { isReason, REASONS, type Refusal } from '@tonle/contracts';
import { codeTable, readCodes } from '@tonle/network';
import { z } from 'zod';

/** What a result code means for what was asked. */
const results = codeTable(
  'done',
  'in_progress',
  'later',
  'not_found',
  'other_content',
  'refused_call',
  'refused',
);
const code = z.string().regex(/^[A-Z_]+$/);

/**
 * `results`: their codes. `told`: an ISO reason of ours -> the code that tells it; `refusals`: of a reason that has a
 * closer one than its ISO code. `refused_call` says that the call was not looked at: nothing about what it repeats.
 */
export const CODES = readCodes(
  new URL('./codes.json', import.meta.url),
  z.strictObject({
    results,
    told: z.record(z.string().length(4), code),
    refusals: z.record(z.string().refine(isReason), code),
  }),
);

/** The first letter of its meaning: S is done, F is final, U is asked again. */
type ResultStatus = 'S' | 'F' | 'U';

export interface Result {
  readonly resultCode: string;
  readonly resultStatus: ResultStatus;
  readonly resultMessage: string;
}

const STATUS: Readonly<Partial<Record<string, ResultStatus>>> = { done: 'S', in_progress: 'U', later: 'U' };
const FAILED = 'PROCESS_FAIL';

/** The status that goes with a code. */
export function statusOf(resultCode: string): ResultStatus {
  return STATUS[CODES.results[resultCode]?.means ?? ''] ?? 'F';
}

/** A result with its code, the status that goes with it, and words. */
export function resultOf(resultCode: string, words = resultCode.toLowerCase().replaceAll('_', ' ')): Result {
  return { resultCode, resultStatus: statusOf(resultCode), resultMessage: words };
}

export const DONE = resultOf('SUCCESS', 'success.');

/** How a refusal of ours is told. */
export function resultOfRefusal({ reason, detail }: Refusal): Result {
  const { iso, title } = REASONS[reason];
  return resultOf(CODES.refusals[reason] ?? CODES.told[iso] ?? FAILED, (detail ?? title).slice(0, 200));
}

/** How the end of a payment that did not come about is told: it is final, whatever the code would say of a call. */
export function failureOf(isoReason = 'MS03'): Result {
  const told = CODES.told[isoReason] ?? FAILED;
  return resultOf(statusOf(told) === 'F' ? told : FAILED);
}
