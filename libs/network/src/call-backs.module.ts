import type { Refusal } from '@tonle/contracts';
import type { RawMessage, Reply } from '@tonle/door';
import { key, PLATFORM, provideBy, type Key, type provide } from '@tonle/http';
import { Service } from '@tonle/platform';
import { AnswersLater } from './answers-later.js';
import { CallBacks } from './call-backs.js';
import { EvidenceLog } from '@tonle/door';
import { AnswerIntake } from './inbound-answers.js';
import type { Inbound } from './inbound.js';
import type { LegService } from './leg.service.js';
import { OpenWires } from './open-wires.js';
import { ToldAnswers } from './told-answers.js';

type Provider = ReturnType<typeof provide>;

const LOOK_TICK_MS = 500;
const FORGET_TICK_MS = 30_000;
const FORGET_TOLD_TICK_MS = 600_000;

/** Undefined: the network answers whatever we ask at once. */
export const CALL_BACKS = key<CallBacks | undefined>('CallBacks');
/** Around what is answered at once: what a network answers to us, and what it is answered later. */
export const BY_CALL_BACK = key<ByCallBack>('answers by call-back');
type ByCallBack = (
  route: string,
  message: RawMessage,
  now: () => Promise<Reply | Refusal>,
) => Promise<Reply | Refusal>;

/** Who waits for answers of the network, here and at other instances. */
export function callBacksProvider(inbound: Inbound | undefined): Provider {
  const routes = Object.values(inbound?.routes ?? {});
  if (!routes.some(({ kind }) => kind === 'answers')) return provideBy(CALL_BACKS, [], () => undefined);
  return provideBy(CALL_BACKS, [PLATFORM, Service], async (platform, service) => {
    const callBacks = new CallBacks(platform);
    service.resource('call-backs of other instances', await callBacks.listen());
    service.job('look-for-call-backs', LOOK_TICK_MS, () => callBacks.look());
    service.job('forget-call-backs', FORGET_TICK_MS, () => callBacks.forget());
    return callBacks;
  });
}

/** Answers by call-back, both ways, at the door of a network. */
export function byCallBackProvider(
  { routes, callsBack, refusal }: Inbound,
  legsKey: Key<LegService | undefined>,
): Provider {
  if (callsBack !== undefined && refusal === undefined)
    throw new RangeError('a network that is called back is told refusals so too');
  return provideBy(
    BY_CALL_BACK,
    [CALL_BACKS, legsKey, EvidenceLog, PLATFORM, OpenWires, Service],
    (callBacks, legs, evidence, { clock, telemetry, database }, wires, service): ByCallBack => {
      const intake = new AnswerIntake({ callBacks, legs, evidence, clock, telemetry });
      const told = new ToldAnswers(database);
      const later =
        callsBack && refusal && new AnswersLater({ callsBack, refusal, wires, evidence, told, telemetry });
      if (callsBack?.keptAs !== undefined)
        service.job('forget-told-answers', FORGET_TOLD_TICK_MS, () => told.forget());
      if (later !== undefined) service.resource('answers by call-back', () => later.close());
      return (path, message, now) => {
        const route = routes[path];
        if (route?.kind === 'answers') return intake.take(route, message);
        return later === undefined ? now() : later.take(path, message, route?.kind === 'messages', now);
      };
    },
  );
}
