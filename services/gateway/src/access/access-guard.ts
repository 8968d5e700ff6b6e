import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { refused } from '@tonle/contracts';
import { pauseOf, pauseRefusal } from '@tonle/directory';
import { problemOf, served } from '@tonle/http';
import type { Clock } from '@tonle/platform';
import { isWrittenElsewhere, needOf, partIn, type CallerRequest } from './access.js';
import type { Admission } from './admission.js';
import type { Authenticator } from './authenticator.js';
import type { RateLimit } from './rate-limit.js';

/**
 * Verifies the signature and the rate, takes a place, then that the signature is used once and the scope, in this order:
 * what is beyond the rate or finds no place costs no more than its signature, and a stranger takes no place. Of a key
 * whose signatures were bad too often no more are verified.
 */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly rate: RateLimit,
    private readonly admission: Admission,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const need = needOf(context.getHandler(), context.getClass());
    if (need === undefined) throw problemOf(refused('not_permitted'));
    if (need === 'nobody') return true;
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const { method, url, headers, rawBody, ip, socket } = request;
    const received = { method, url, headers, ...(rawBody === undefined ? {} : { rawBody }) };
    const signer = served(await this.authenticator.signer(received, { address: ip, port: socket.localPort }));
    const { participant, keyId } = signer;
    if (!this.rate.allow(participant.participantId)) throw problemOf(refused('rate_limited'));
    if (!this.admission.enter(request, participant.participantId)) throw problemOf(refused('overloaded'));
    served(await this.authenticator.useOnce(signer, isWrittenElsewhere(need, method)));
    if (need !== 'any participant' && !participant.scopes.includes(need)) {
      throw problemOf(refused('not_permitted', `The scope ${need} is required.`));
    }
    const part = partIn(need, method, context.getHandler());
    const nowMs = this.clock.now();
    const pause = part && pauseOf(participant, part.role, nowMs, part.begun);
    if (pause !== undefined) throw problemOf(pauseRefusal(pause, nowMs));
    request.caller = { participant, keyId };
    return true;
  }
}
