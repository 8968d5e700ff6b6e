import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SharedState } from '@tonle/messaging';
import { problem } from '@tonle/http';
import { SIGNATURE_AGE_MAX_MS, SIGNATURE_SKEW_MAX_MS } from '@tonle/security';
import type { MessageSigner } from '@tonle/network';

/** A request whose signature has verified. */
export type DoorRequest = FastifyRequest & { doorSignature?: { nonce: string; inside: boolean } };

/** Lets in only what the partner network has signed, once (the client certificate was checked by TLS before). */
export class DoorGuard implements CanActivate {
  constructor(
    private readonly signer: MessageSigner,
    private readonly shared: SharedState,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<DoorRequest>();
    const { method, url, headers, rawBody } = request;
    const verdict = this.signer.checkRequest({ method, url, headers, rawBody });
    if (verdict.kind === 'refused') throw problem(verdict.reason, verdict.detail);
    const { nonce, inside } = verdict;
    request.doorSignature = { nonce, inside };
    // The same message again is the partner's repeat, and answered as one.
    if (inside) return true;
    const key = `nonce:${verdict.keyId}:${nonce}`;
    const seen = this.shared.setIfAbsent(key, '1', SIGNATURE_AGE_MAX_MS + SIGNATURE_SKEW_MAX_MS);
    // When the shared state is away a replay gets in, and is answered as the repeat that it is.
    const first = await seen.catch(() => true);
    if (!first) {
      request.doorSignature = undefined;
      throw problem('signature_replayed');
    }
    return true;
  }
}

/** Signs every answer to a verified request, problems too, over the bytes that leave. */
export function signAnswers(server: FastifyInstance, signer: MessageSigner): void {
  server.addHook('onSend', (request: DoorRequest, reply, payload, done) => {
    const signature = request.doorSignature;
    if (signature === undefined || !(typeof payload === 'string' || payload instanceof Uint8Array)) {
      done(null, payload);
      return;
    }
    const contentType = String(reply.getHeader('content-type') ?? 'application/octet-stream');
    const { headers, body } = signer.signAnswer(reply.statusCode, contentType, payload, signature);
    if (body !== payload) void reply.removeHeader('content-length');
    void reply.headers({ 'content-type': contentType, ...headers });
    done(null, body);
  });
}
