import { refused, type Refusal } from '@tonle/contracts';
import type { Directory, KeyHolder } from '@tonle/directory';
import type { BadSignatures, NonceRegister } from '@tonle/door';
import type { Clock } from '@tonle/platform';
import { verifyRequest, type ReceivedRequest, type RegisteredKey } from '@tonle/security';
import type { OwnHosts } from '../gateway.settings.js';
import type { SandboxKeyService } from '../key/sandbox-key.service.js';
import type { Caller } from './access.js';
import { audienceOf } from './audience.js';

/** Who signed a request; good for nothing until its nonce is known to be used for the first time. */
export interface Signer extends Caller {
  readonly nonce: string;
  /** Where the request came from. */
  readonly address: string;
}

/** How a request came: from which address, and on which port of ours. */
export interface Origin {
  readonly address: string;
  readonly port: number | undefined;
}

interface AuthenticatorParts {
  readonly directory: Directory;
  readonly ownKeys: SandboxKeyService;
  readonly nonces: NonceRegister;
  readonly bad: BadSignatures;
  readonly ownHosts: OwnHosts;
  readonly clock: Clock;
}

/** Finds out who signed a request, and whether the same signature was used before. */
export class Authenticator {
  constructor(private readonly parts: AuthenticatorParts) {}

  /**
   * Refuses, in this order: signature_missing, signature_invalid (unreadable), key_unknown, signatures_failing,
   * signature_expired, signature_invalid (coverage), signature_misdirected, signature_invalid.
   */
  async signer(
    request: ReceivedRequest,
    { address, port }: Origin,
  ): Promise<({ readonly kind: 'ok' } & Signer) | Refusal> {
    const { directory, ownKeys, bad, ownHosts, clock } = this.parts;
    const unknown: string[] = [];
    const findKey = (keyId: string): RegisteredKey | undefined => {
      const key = this.holder(keyId)?.key;
      if (key === undefined) unknown.push(keyId);
      return key;
    };
    const audience = audienceOf(ownHosts, port);
    const options = { attempts: bad.from(address), ...(audience === undefined ? {} : { audience }) };
    const verify = () => verifyRequest(request, findKey, clock.now(), options);
    let verdict = verify();
    if (verdict.kind === 'refused' && verdict.reason === 'key_unknown') {
      if (!directory.isLoaded) return refused('unavailable', 'The directory has not been loaded yet.');
      if (await ownKeys.find(unknown)) verdict = verify();
    }
    if (verdict.kind === 'refused') return refused(verdict.reason, verdict.detail);
    const { keyId } = verdict;
    // A key of the participant's own ends at all instances at once: each asks the table.
    if (directory.keyHolder(keyId) === undefined && !(await ownKeys.stands(keyId)))
      return refused('key_unknown', `The key ${keyId} was withdrawn.`);
    const { participant } = this.holder(keyId)!;
    return { kind: 'ok', participant, keyId, nonce: verdict.nonce, address };
  }

  /**
   * Uses the signature up, for a deed that is written `elsewhere` than in our database or not. Refuses with
   * signature_replayed; rejects with DatabaseUnavailable when nobody can know.
   */
  async useOnce(
    { keyId, nonce, address }: Signer,
    elsewhere: boolean,
  ): Promise<{ readonly kind: 'ok' } | Refusal> {
    if (await this.parts.nonces.isFirstUse({ keyId, nonce, elsewhere })) return { kind: 'ok' };
    // Recorded and sent again by whoever: it costs its key's arithmetic and a share of its holder's rate.
    this.parts.bad.from(address).failed(keyId);
    return refused('signature_replayed');
  }

  private holder(keyId: string): KeyHolder | undefined {
    return this.parts.directory.keyHolder(keyId) ?? this.parts.ownKeys.holder(keyId);
  }
}
