import { plain, type HttpOutcome, type HttpReply } from './listener.js';
import type { Fault } from './fault.js';

/** One call of a network, taken apart so that a fault can strike at its right moment. */
export interface Operation {
  /** Does the work and makes the answer; `addMinor` falsifies what is booked. */
  perform(addMinor?: bigint): Promise<HttpReply>;
  /** The network's own refusal with this code, and with these words where it has room for them; nothing is done. */
  refuse(code: string, texts: readonly string[]): Promise<HttpReply>;
  /** The network gets the same request twice and answers the second (default: does it twice). */
  duplicate?(): Promise<HttpReply>;
  /** Answers "in progress" or nothing now, does the work after the delay and calls back where the network can. */
  late?(delayMs: number): Promise<HttpOutcome>;
  /** What only some networks can do wrong. */
  special?(fault: Fault): Promise<HttpOutcome>;
  /** Has every token that was given out end, and says so, where there are tokens. */
  expire?(): HttpReply;
  /** Spoils the signature of an answer, where answers are signed. */
  spoil?(reply: HttpReply): HttpReply;
}

/** Can be paid in every currency. */
const LEAST_MINOR = 100n;
const GARBAGE = '<?xml version="1.0"?><Document><Garbled/></Docu\u0000ment>';

/** What is booked in place of an amount: never nothing or less, which no message could tell. */
export function falsified(minor: bigint, addMinor: bigint): bigint {
  const wrong = minor + addMinor;
  return wrong > 0n ? wrong : LEAST_MINOR;
}

/** Waits that end early when the sandbox closes. */
export type Pause = (ms: number) => Promise<void>;

/** Runs an operation under a fault; without one, just performs it. */
export async function underFault(
  fault: Fault | undefined,
  operation: Operation,
  pause: Pause,
): Promise<HttpOutcome> {
  if (fault === undefined) return operation.perform();
  switch (fault.fault) {
    case 'delay':
      await pause(fault.delayMs ?? 1000);
      return operation.perform();
    case 'timeout_before':
      return silent(fault, pause);
    case 'timeout_after':
      await (fault.code === undefined
        ? operation.perform()
        : operation.refuse(fault.code, fault.texts ?? []));
      return silent(fault, pause);
    case 'reject':
      return operation.refuse(fault.code ?? 'MS03', fault.texts ?? []);
    case 'duplicate':
      if (operation.duplicate !== undefined) return operation.duplicate();
      await operation.perform();
      return operation.perform();
    case 'late_callback':
      if (operation.late !== undefined) return operation.late(fault.delayMs ?? 5000);
      await pause(fault.delayMs ?? 5000);
      return operation.perform();
    case 'wrong_amount':
      return operation.perform(fault.addMinor === undefined ? 100n : BigInt(fault.addMinor));
    case 'garbage':
      return { ...(await operation.perform()), body: GARBAGE };
    case 'http_5xx':
      if (fault.phase === 'after') await operation.perform();
      return plain(503, 'the network is busy');
    case 'reset':
      if (fault.phase === 'after') await operation.perform();
      return 'reset';
    case 'bad_signature':
      return spoiled(operation);
    case 'token_expired':
      return operation.expire?.() ?? operation.perform();
    case 'outage':
      return 'reset';
    // A call that gives files has them under the fault already (laidFiles).
    case 'file_late':
    case 'file_short':
    case 'file_gap':
    case 'file_total':
      return operation.perform();
    default:
      return operation.special === undefined ? operation.perform() : operation.special(fault);
  }
}

async function spoiled({ perform, spoil }: Operation): Promise<HttpOutcome> {
  const reply = await perform();
  return spoil === undefined ? reply : spoil(reply);
}

/** Says nothing: until the caller gives up, or for as long as the fault says and then hangs up. */
async function silent(fault: Fault, pause: Pause): Promise<HttpOutcome> {
  if (fault.delayMs === undefined) return 'silence';
  await pause(fault.delayMs);
  return 'reset';
}
