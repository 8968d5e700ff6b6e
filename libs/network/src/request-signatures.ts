import type { Refusal } from '@tonle/contracts';
import { refused } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { BadSignatures, NonceRegister } from '@tonle/door';
import type { ReceivedRequest } from '@tonle/security';
import type { RequestSigner } from './signature.js';

/** Signatures of a network's requests to us, and of our answers (decisions 26). */
export class NetworkRequestSignatures {
  constructor(
    private readonly signer: RequestSigner,
    private readonly nonces: NonceRegister,
    private readonly bad: BadSignatures,
    private readonly directory: Pick<Directory, 'isLoaded'>,
  ) {}

  /**
   * Refuses a wrong signature, one that was used before, and an address that keeps sending wrong ones. While the directory is not
   * here yet no key is known: that is `unavailable`, or a network would take it for the end of what it asks about.
   */
  async check(
    request: ReceivedRequest & { readonly rawBody?: Uint8Array; readonly address: string },
  ): Promise<
    { readonly kind: 'verified'; readonly seen: unknown } | (Refusal & { readonly seen?: unknown })
  > {
    const { rawBody, address, ...rest } = request;
    const attempts = this.bad.from(address);
    const received = rawBody === undefined ? rest : { ...rest, rawBody };
    const verdict = this.signer.checkRequest(received, attempts);
    if (verdict.kind === 'refused') {
      const isEarly = verdict.reason === 'key_unknown' && !this.directory.isLoaded;
      const refusal = isEarly
        ? refused('unavailable', 'The directory has not been loaded yet.')
        : refused(verdict.reason, verdict.detail);
      return { ...refusal, seen: verdict.seen };
    }
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
