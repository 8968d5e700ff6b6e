import type { Refusal } from '@tonle/contracts';
import { refused } from '@tonle/contracts';
import type { NonceRegister } from '@tonle/door';
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
  ) {}

  async check(
    request: ReceivedRequest & { readonly rawBody?: Uint8Array },
  ): Promise<{ readonly kind: 'verified'; readonly seen: SeenSignature } | Refusal> {
    const { rawBody, ...rest } = request;
    const verdict = this.signer.checkRequest(rawBody === undefined ? rest : { ...rest, rawBody });
    if (verdict.kind === 'refused') return refused(verdict.reason, verdict.detail);
    const { keyId, nonce, inside } = verdict;
    // What is signed inside its message comes again when its sender repeats it, and is answered as a repeat.
    return inside || (await this.nonces.isFirstUse(keyId, nonce))
      ? { kind: 'verified', seen: { nonce, inside } }
      : refused('signature_replayed');
  }

  sign(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    seen: SeenSignature,
  ): ReturnType<MessageSigner['signAnswer']> {
    return this.signer.signAnswer(status, contentType, body, seen);
  }
}
