import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { refused } from '@tonle/contracts';
import { problemOf, served } from '@tonle/http';
import { needOf, pausedMayNot, type CallerRequest } from './access.js';
import type { Authenticator } from './authenticator.js';
import type { RateLimit } from './rate-limit.js';

/** Verifies the signature, the rate and the scope of every request, in this order. */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly rate: RateLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const need = needOf(context.getHandler(), context.getClass());
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
    if (participant.state === 'paused' && pausedMayNot(need, method, context.getHandler())) {
      throw problemOf(refused('participant_paused'));
    }
    request.caller = { participant, keyId };
    return true;
  }
}
