import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Begun, ParticipantBody, Role } from '@tonle/directory';
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
const GIVES_BACK = 'tonle:gives-back';

/** Which scope a route needs; `nobody` serves without a signature. A route without it is served to no one. */
export const Needs = (need: Need): ClassDecorator & MethodDecorator => SetMetadata(NEED, need);

/** A POST that only asks about what was sent before: a paused participant may, as it may GET. */
export const Asks = (): MethodDecorator => SetMetadata(ASKS, true);

/** Money that was paid goes back here, or is asked back: whom an operator paused may, too. */
export const GivesBack = (): MethodDecorator => SetMetadata(GIVES_BACK, true);

/** The participant that signed the request. */
export const SignedBy = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    context.switchToHttp().getRequest<CallerRequest>().caller,
);

/** The need of a handler: its own, else its controller's; undefined serves no one. */
export function needOf(handler: object, controller: object): Need | undefined {
  return (Reflect.getMetadata(NEED, handler) ?? Reflect.getMetadata(NEED, controller)) as Need | undefined;
}

/** As what a participant takes part in something new here, and in what; undefined where it only asks. */
export function partIn(
  need: Need,
  method: string,
  handler: object,
): { readonly role: Role; readonly begun: Begun } | undefined {
  if (need !== 'payments' || method.toUpperCase() === 'GET' || Reflect.hasMetadata(ASKS, handler))
    return undefined;
  return Reflect.hasMetadata(GIVES_BACK, handler)
    ? { role: 'any', begun: 'refund' }
    : { role: 'send', begun: 'payment' };
}

/** Is it a deed that another service than the gateway writes down? Payments are taken here; who asks changes nothing. */
export function isWrittenElsewhere(need: Need, method: string): boolean {
  return need !== 'payments' && method.toUpperCase() !== 'GET';
}
