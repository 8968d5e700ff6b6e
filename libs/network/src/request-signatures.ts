import type { Refusal } from '@tonle/contracts';
import { refused } from '@tonle/contracts';
import type { BadSignatures, NonceRegister } from '@tonle/door';
import type { ReceivedRequest } from '@tonle/security';
import type { RequestSigner } from './signature.js';

/** Signatures of a network's requests to us, and of our answers (decisions 26). */
export class NetworkRequestSignatures {
  constructor(
    private readonly signer: RequestSigner,
    private readonly nonces: NonceRegister,
    private readonly bad: BadSignatures,
  ) {}

  /** Refuses a wrong signature, one that was used before, and an address that keeps sending wrong ones. */
  async check(
    request: ReceivedRequest & { readonly rawBody?: Uint8Array; readonly address: string },
  ): Promise<
    { readonly kind: 'verified'; readonly seen: unknown } | (Refusal & { readonly seen?: unknown })
  > {
    const { rawBody, address, ...rest } = request;
    const attempts = this.bad.from(address);
    const received = rawBody === undefined ? rest : { ...rest, rawBody };
    const verdict = this.signer.checkRequest(received, attempts);
    if (verdict.kind === 'refused') return { ...refused(verdict.reason, verdict.detail), seen: verdict.seen };
    const { keyId, once, seen } = verdict;
    if (once === undefined || (await this.nonces.isFirstUse({ keyId, nonce: once })))
      return { kind: 'verified', seen };
    attempts.failed(keyId);
    return refused('signature_replayed');
  }

  /** The answer to a request that was checked. */
  sign(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    seen: unknown,
  ): ReturnType<RequestSigner['signAnswer']> {
    return this.signer.signAnswer(status, contentType, body, seen);
  }
}
