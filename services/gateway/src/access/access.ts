import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { ParticipantBody } from '@tonle/directory';
import type { FastifyRequest } from 'fastify';

export type Scope = 'payments' | 'rates' | 'ops';
export type Need = Scope | 'any participant' | 'nobody';

/** Who asks: a participant by one of its keys. */
export interface Caller {
  readonly participant: ParticipantBody;
  readonly keyId: string;
}

/** The caller as deeds name it. */
export const signedBy = ({ keyId, participant }: Caller) => ({
  operator: keyId,
  participant: participant.participantId,
});

/** A request whose signature was verified. */
export interface CallerRequest extends FastifyRequest {
  caller: Caller;
}

const NEED = 'tonle:need';
const ASKS = 'tonle:asks';

/** Which scope a route needs; `nobody` serves without a signature. A route without it is served to no one. */
export const Needs = (need: Need): ClassDecorator & MethodDecorator => SetMetadata(NEED, need);

/** A POST that only asks about what was sent before: a paused participant may, as it may GET. */
export const Asks = (): MethodDecorator => SetMetadata(ASKS, true);

/** The participant that signed the request. */
export const SignedBy = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    context.switchToHttp().getRequest<CallerRequest>().caller,
);

/** The need of a handler: its own, else its controller's; undefined serves no one. */
export function needOf(handler: object, controller: object): Need | undefined {
  return (Reflect.getMetadata(NEED, handler) ?? Reflect.getMetadata(NEED, controller)) as Need | undefined;
}

/** Does a paused participant get no answer here? It may not pay, but ask. */
export function pausedMayNot(need: Need, method: string, handler: object): boolean {
  return need === 'payments' && method.toUpperCase() !== 'GET' && !Reflect.hasMetadata(ASKS, handler);
}

/** Is it a deed that another service than the gateway writes down? Payments are taken here; who asks changes nothing. */
export function isWrittenElsewhere(need: Need, method: string): boolean {
  return need !== 'payments' && method.toUpperCase() !== 'GET';
}
