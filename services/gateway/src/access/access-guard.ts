import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { refused } from '@tonle/contracts';
import { problemOf, served } from '@tonle/http';
import { needOf, pausedMayNot, type CallerRequest } from './access.js';
import type { Authenticator } from './authenticator.js';
import type { RateLimit } from './rate-limit.js';

/**
 * Verifies the signature, the rate, that the signature is used once, and the scope of every request, in this order: what
 * is beyond the rate costs no more than its signature.
 */
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
    const received = { method, url, headers, ...(rawBody === undefined ? {} : { rawBody }) };
    const signer = served(this.authenticator.signer(received));
    const { participant, keyId } = signer;
    if (!this.rate.allow(participant.participantId)) throw problemOf(refused('rate_limited'));
    served(await this.authenticator.useOnce(signer));
    if (need !== 'any participant' && !participant.scopes.includes(need)) {
      throw problemOf(refused('not_permitted', `The scope ${need} is required.`));
    }
    if (participant.state === 'paused' && pausedMayNot(need, method, context.getHandler())) {
      throw problemOf(refused('participant_paused'));
    }
    request.caller = { participant, keyId };
    return true;
  }
}
