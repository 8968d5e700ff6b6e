import { isReason, REASONS, TERMINAL_STATES, type InboundOutcome, type Refusal } from '@tonle/contracts';
import {
  asRecord,
  codeTable,
  meaningOfCode,
  type CodeMeaning,
  type Reply,
  type Unreadable,
  type WireReply,
  readJson,
  wireTime,
} from '@tonle/network';
import { z } from 'zod';
import { answer } from './message.js';

/** What a result code means for what was asked. */
const MEANINGS = [
  'done',
  'in_progress',
  'later',
  'not_found',
  'other_content',
  'refused_call',
  'refused',
] as const;
const code = z.string().regex(/^[A-Z_]+$/);

/**
 * `results`: their codes. `told`: an ISO reason of ours -> the code that tells it; `refusals`: of a reason that has a
 * closer one than its ISO code. `refused_call` says that the call was not looked at: nothing about what it repeats.
 */
export const resultCodes = z.strictObject({
  results: codeTable(...MEANINGS),
  told: z.record(z.string().length(4), code),
  refusals: z.record(z.string().refine(isReason), code),
});

/** The first letter of its meaning: S is done, F is final, U is asked again. */
type ResultStatus = 'S' | 'F' | 'U';

export interface Result {
  readonly resultCode: string;
  readonly resultStatus: ResultStatus;
  readonly resultMessage: string;
}

/** The `result` of an answer; `open`: it said nothing that counts. */
type Outcome =
  | (CodeMeaning<(typeof MEANINGS)[number]> & {
      readonly kind: 'result';
      readonly code: string;
      readonly words: string;
      readonly body: Readonly<Record<string, unknown>>;
    })
  | { readonly kind: 'open'; readonly because: string; readonly unmapped?: string }
  | Exclude<WireReply, { kind: 'answered' }>;

const STATUS: Readonly<Partial<Record<string, ResultStatus>>> = { done: 'S', in_progress: 'U', later: 'U' };
const FAILED = 'PROCESS_FAIL';

/** Results by their codes: told, and read. */
export class Results {
  constructor(readonly codes: z.infer<typeof resultCodes>) {}

  /** The status that goes with a code. */
  statusOf(resultCode: string): ResultStatus {
    return STATUS[meaningOfCode(this.codes.results, resultCode)?.means ?? ''] ?? 'F';
  }

  /** A result with its code, the status that goes with it, and words. */
  of(resultCode: string, words = resultCode.toLowerCase().replaceAll('_', ' ')): Result {
    return { resultCode, resultStatus: this.statusOf(resultCode), resultMessage: words };
  }

  readonly done: Result = { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success.' };

  /** How a refusal of ours is told. */
  ofRefusal({ reason, detail }: Refusal): Result {
    const { iso, title } = REASONS[reason];
    const { refusals, told } = this.codes;
    return this.of(refusals[reason] ?? told[iso] ?? FAILED, (detail ?? title).slice(0, 200));
  }

  /** How the end of a payment that did not come about is told: it is final, whatever the code would say of a call. */
  ofFailure(isoReason = 'MS03'): Result {
    const told = this.codes.told[isoReason] ?? FAILED;
    return this.of(this.statusOf(told) === 'F' ? told : FAILED);
  }

  /** How a payment stands: `paymentResult`, which is never the `result` of the call. */
  outcomeOf(
    outcome: (Pick<InboundOutcome, 'state' | 'isoReason'> & Partial<Pick<InboundOutcome, 'at'>>) | undefined,
  ): { readonly paymentResult: Result; readonly paymentTime?: string } {
    if (outcome === undefined || !TERMINAL_STATES.has(outcome.state))
      return { paymentResult: this.of('PAYMENT_IN_PROCESS') };
    if (outcome.state !== 'COMPLETED') return { paymentResult: this.ofFailure(outcome.isoReason) };
    return {
      paymentResult: this.done,
      ...(outcome.at !== undefined && { paymentTime: wireTime(Date.parse(outcome.at)) }),
    };
  }

  /** What has another form than its call is answered: where it is wrong. */
  ofUnreadable({ errors }: Unreadable): Reply {
    const places = errors.map(({ path }) => path).join(', ');
    return answer({ result: this.of('PARAM_ILLEGAL', places || 'no JSON object') });
  }

  /** The `result` of an answer: about the call, never about a payment. Total; what contradicts itself is open. */
  read(reply: WireReply): Outcome {
    if (reply.kind !== 'answered') return reply;
    const body = readJson(reply.bytes);
    const result = asRecord(body?.['result']);
    const { resultCode, resultStatus: status, resultMessage } = result ?? {};
    if (body === undefined || typeof resultCode !== 'string' || reply.status >= 500)
      return { kind: 'open', because: `HTTP ${reply.status} without a result` };
    const meaning = meaningOfCode(this.codes.results, resultCode);
    const shown = /^[A-Z_]{1,64}$/.test(resultCode) ? resultCode : 'in words';
    if (meaning === undefined)
      return { kind: 'open', because: `result ${shown}`, unmapped: `result ${shown}` };
    if (status !== this.statusOf(resultCode))
      return { kind: 'open', because: `result ${shown} with status ${String(status).slice(0, 8)}` };
    const words = typeof resultMessage === 'string' ? resultMessage : resultCode;
    return { ...meaning, kind: 'result', code: resultCode, words, body };
  }
}
