import type { Refusal } from '@tonle/contracts';
import { refused } from '@tonle/contracts';
import type { BadSignatures, NonceRegister } from '@tonle/door';
import type { ReceivedRequest } from '@tonle/security';
import type { MessageSigner } from './signature.js';

/** How a request was signed: its answer repeats the nonce, and is signed in the same place. */
export interface SeenSignature {
  readonly nonce: string;
  readonly inside: boolean;
}

/** Signatures of a network's requests to us, each good for once, and of our answers (decisions 26). */
export class NetworkRequestSignatures {
  constructor(
    private readonly signer: MessageSigner,
    private readonly nonces: NonceRegister,
    private readonly bad: BadSignatures,
  ) {}

  /** Refuses a wrong signature, one that was used before, and an address that keeps sending wrong ones. */
  async check(
    request: ReceivedRequest & { readonly rawBody?: Uint8Array; readonly address: string },
  ): Promise<{ readonly kind: 'verified'; readonly seen: SeenSignature } | Refusal> {
    const { rawBody, address, ...rest } = request;
    const attempts = this.bad.from(address);
    const received = rawBody === undefined ? rest : { ...rest, rawBody };
    const verdict = this.signer.checkRequest(received, attempts);
    if (verdict.kind === 'refused') return refused(verdict.reason, verdict.detail);
    const { keyId, nonce, inside } = verdict;
    // What is signed inside its message comes again when its sender repeats it, and is answered as a repeat.
    if (inside || (await this.nonces.isFirstUse({ keyId, nonce })))
      return { kind: 'verified', seen: { nonce, inside } };
    attempts.failed(keyId);
    return refused('signature_replayed');
  }

  /** The answer to a request that was checked. */
  sign(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    seen: SeenSignature,
  ): ReturnType<MessageSigner['signAnswer']> {
    return this.signer.signAnswer(status, contentType, body, seen);
  }
}
