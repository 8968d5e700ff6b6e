import type { CallFacts, Fault } from '../../kit/fault.js';
import { underFault, type Operation } from '../../kit/faulty.js';
import type { HttpOutcome, HttpReply } from '../../kit/listener.js';
import { codeOfFault, type EkashCallBack } from './call-backs.js';
import type { EkashParts } from './payee-side.js';

export const RECEIPT: HttpReply = { status: 202, headers: {}, body: '' };

/** A request, taken apart so that a fault can strike at its right moment. */
interface Work {
  readonly facts: CallFacts;
  /** Does it; `addMinor` falsifies what is agreed or booked. */
  perform(addMinor: bigint, fault?: Fault): Promise<EkashCallBack>;
  refuse(code: string): Promise<EkashCallBack>;
  /** Default: does it when the delay is over. */
  late?(delayMs: number): Promise<HttpOutcome>;
}

/** A receipt now, and the answer by call-back, either as a fault has it. */
export async function takeRequest(
  { faults, pause, teller }: Pick<EkashParts, 'faults' | 'pause' | 'teller'>,
  operation: string,
  work: Work,
): Promise<HttpOutcome> {
  const fault = faults.pick('rwanda', operation, work.facts);
  const told = async (answer: EkashCallBack): Promise<HttpReply> => {
    await teller.tellUnder(fault, answer);
    return RECEIPT;
  };
  const perform = async (addMinor = 0n) => told(await work.perform(addMinor, fault));
  const refuse = async (code: string) => told(await work.refuse(codeOfFault(code)));
  if (fault?.fault === 'timeout_after') {
    // Done, and not told.
    await (fault.code === undefined ? work.perform(0n) : work.refuse(codeOfFault(fault.code)));
    return RECEIPT;
  }
  const late = async (delayMs: number) => {
    void pause(delayMs).then(() => perform());
    return RECEIPT;
  };
  const operating: Operation = { perform, refuse, duplicate: perform, special: () => perform(), late };
  return underFault(fault, { ...operating, ...(work.late !== undefined && { late: work.late }) }, pause);
}
