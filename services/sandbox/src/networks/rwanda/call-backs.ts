import { errorCodeOf, writeError } from '@tonle/network-fspiop';
import type { Fault } from '../../kit/fault.js';
import type { Pause } from '../../kit/faulty.js';
import type { EkashMessage, EkashWire, Spoil } from './wire.js';

const TELL_MS = 10_000;
const OFTEN = 5;
/** Before the receipt leaves. */
const FIRST_MS = 50;

/** An answer by call-back: what it says, under which resource and id, and who says it. */
export type EkashCallBack = Pick<EkashMessage, 'path' | 'resource' | 'source'> & {
  readonly method?: 'PUT' | 'PATCH';
  readonly body: object;
};

/** `PUT .../error` of what cannot be answered otherwise. */
export function errorCallBack(
  about: Pick<EkashCallBack, 'path' | 'resource' | 'source'>,
  code: string,
  detail?: string,
): EkashCallBack {
  return { ...about, path: `${about.path}/error`, body: writeError(code, detail) };
}

/** The code of a refusal that a fault asks for: one of the API, or an ISO reason. */
export function codeOfFault(code: string): string {
  return /^\d{4}$/.test(code) ? code : errorCodeOf(code);
}

/** Tells Tonle by requests of the scheme: once, and never again, as a switch does. */
export class Teller {
  constructor(
    private readonly wire: EkashWire,
    private readonly pause: Pause,
  ) {}

  /** Resolves when it is taken, or lost. */
  async tell(callBack: EkashCallBack, spoil?: Spoil): Promise<void> {
    await this.wire.send({ method: 'PUT', ...callBack }, TELL_MS, spoil);
  }

  /** As a fault has it told: five times, before the receipt, wrongly signed. Resolves when the receipt may leave. */
  async tellUnder(fault: Fault | undefined, callBack: EkashCallBack): Promise<void> {
    if (fault?.fault === 'duplicate') {
      for (let count = 1; count < OFTEN; count += 1) void this.tell(callBack);
    }
    const spoil =
      fault?.fault === 'bad_signature' || fault?.fault === 'unknown_key' ? fault.fault : undefined;
    const told = this.tell(callBack, spoil);
    if (fault?.fault === 'call_back_first') await told.then(() => this.pause(FIRST_MS));
  }
}
