import { refused, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { NonceRegister } from '@tonle/door';
import type { Clock } from '@tonle/platform';
import { verifyRequest, type ReceivedRequest } from '@tonle/security';
import type { Caller } from './access.js';

/** Who signed a request; good for nothing until its nonce is known to be used for the first time. */
export interface Signer extends Caller {
  readonly nonce: string;
}

/** Finds out who signed a request, and whether the same signature was used before. */
export class Authenticator {
  constructor(
    private readonly directory: Directory,
    private readonly nonces: NonceRegister,
    private readonly clock: Clock,
  ) {}

  /** Refuses, in this order: signature_missing, signature_invalid (unreadable), key_unknown, signature_expired, signature_invalid. */
  signer(request: ReceivedRequest): ({ readonly kind: 'ok' } & Signer) | Refusal {
    const verdict = verifyRequest(request, (keyId) => this.directory.keyHolder(keyId)?.key, this.clock.now());
    if (verdict.kind === 'refused' && verdict.reason === 'key_unknown' && !this.directory.isLoaded) {
      return refused('unavailable', 'The directory has not been loaded yet.');
    }
    if (verdict.kind === 'refused') return refused(verdict.reason, verdict.detail);
    const { participant } = this.directory.keyHolder(verdict.keyId)!;
    return { kind: 'ok', participant, keyId: verdict.keyId, nonce: verdict.nonce };
  }

  /** Uses the signature up. Refuses with signature_replayed; rejects with DatabaseUnavailable when nobody can know. */
  async useOnce({ keyId, nonce }: Signer): Promise<{ readonly kind: 'ok' } | Refusal> {
    return (await this.nonces.isFirstUse(keyId, nonce)) ? { kind: 'ok' } : refused('signature_replayed');
  }
}
