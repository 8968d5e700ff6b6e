import { SetMetadata, type CanActivate, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { problemOf, refused, served } from '../http/refusal.js';
import type { Caller, Scope } from './access.js';
import type { Authenticator } from './authenticate.js';
import type { RateLimit } from './rate-limit.js';

/** A request whose signature was verified. */
export interface CallerRequest extends FastifyRequest {
  caller: Caller;
}

type Need = Scope | 'any participant' | 'nobody';
const NEED = 'tonle:need';

/** Which scope a route needs; `nobody` serves without a signature. A route without it is served to no one. */
export const Needs = (need: Need): CustomDecorator => SetMetadata(NEED, need);

const ASKS = 'tonle:asks';
/** A POST that only asks about what was sent before: a paused participant may, as it may GET. */
export const Asks = (): CustomDecorator => SetMetadata(ASKS, true);

/** Verifies the signature, the rate and the scope of every request, in this order. */
export class AccessGuard implements CanActivate {
  readonly #reflector = new Reflector();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly rate: RateLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const need = this.#reflector.getAllAndOverride<Need | undefined>(NEED, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (need === undefined) throw problemOf(refused('not_permitted'));
    if (need === 'nobody') return true;
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const { method, url, headers, rawBody } = request;
    const caller = served(
      await this.authenticator.authenticate({
        method,
        url,
        headers,
        ...(rawBody === undefined ? {} : { rawBody }),
      }),
    );
    const { participant, keyId } = caller;
    if (!this.rate.allow(participant.participantId)) throw problemOf(refused('rate_limited'));
    if (need !== 'any participant' && !participant.scopes.includes(need)) {
      throw problemOf(refused('not_permitted', `This needs the scope ${need}.`));
    }
    const asks = method === 'GET' || this.#reflector.get<boolean>(ASKS, context.getHandler());
    if (need === 'payments' && !asks && participant.state === 'paused') {
      throw problemOf(refused('participant_paused'));
    }
    request.caller = { participant, keyId };
    return true;
  }
}
