import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SharedState } from '@tonle/messaging';
import { problem, type Clock } from '@tonle/nest';
import { SIGNATURE_AGE_MAX_MS, SIGNATURE_SKEW_MAX_MS, verifyRequest } from '@tonle/security';
import type { KeyRegister } from '../wire/key-register.js';
import type { ThaiWire } from '../wire/thai-wire.js';

/** A request whose signature has verified. */
export type DoorRequest = FastifyRequest & { doorNonce?: string };

/** Lets in only what the partner network has signed, once (the client certificate was checked by TLS before). */
export class DoorGuard implements CanActivate {
  constructor(
    private readonly register: KeyRegister,
    private readonly shared: SharedState,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<DoorRequest>();
    const { method, url, headers, rawBody } = request;
    const verdict = verifyRequest({ method, url, headers, rawBody }, this.register.find, this.clock.now());
    if (verdict.kind === 'refused') throw problem(verdict.reason, verdict.detail);
    const key = `nonce:${verdict.keyId}:${verdict.nonce}`;
    const seen = this.shared.setIfAbsent(key, '1', SIGNATURE_AGE_MAX_MS + SIGNATURE_SKEW_MAX_MS);
    // When the shared state is away a replay gets in, and is answered as the repeat that it is.
    const first = await seen.catch(() => true);
    if (!first) throw problem('signature_replayed');
    request.doorNonce = verdict.nonce;
    return true;
  }
}

/** Signs every answer to a verified request, problems too, over the bytes that leave. */
export function signAnswers(server: FastifyInstance, wire: ThaiWire): void {
  server.addHook('onSend', (request: DoorRequest, reply, payload, done) => {
    const nonce = request.doorNonce;
    if (nonce !== undefined && (typeof payload === 'string' || payload instanceof Uint8Array)) {
      const contentType = String(reply.getHeader('content-type') ?? 'application/octet-stream');
      void reply.headers({
        'content-type': contentType,
        ...wire.signAnswer(reply.statusCode, contentType, payload, nonce),
      });
    }
    done(null, payload);
  });
}
