import type { SharedState } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import {
  SIGNATURE_AGE_MAX_MS,
  SIGNATURE_SKEW_MAX_MS,
  verifyRequest,
  type ReceivedRequest,
} from '@tonle/security';
import type { Telemetry } from '@tonle/telemetry';
import type { Directory } from '@tonle/directory';
import { refused, type Refusal } from '@tonle/contracts';
import type { Caller } from './access.js';

const NONCE_MS = SIGNATURE_AGE_MAX_MS + SIGNATURE_SKEW_MAX_MS + 1_000;
const LOCAL_NONCES_MAX = 200_000;

/**
 * Finds out who signed a request. Refuses, in this order: signature_missing, signature_invalid (unreadable), key_unknown,
 * signature_expired, signature_invalid, signature_replayed.
 */
export class Authenticator {
  /** Nonces seen while the shared state was away: better than none, for one instance. */
  private readonly localNonces = new Map<string, number>();

  constructor(
    private readonly directory: Directory,
    private readonly shared: SharedState,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  async authenticate(request: ReceivedRequest): Promise<({ kind: 'ok' } & Caller) | Refusal> {
    const now = this.clock.now();
    const verdict = verifyRequest(request, (keyId) => this.directory.keyHolder(keyId)?.key, now);
    if (verdict.kind === 'refused' && verdict.reason === 'key_unknown' && !this.directory.isWhole) {
      return refused('unavailable', 'The directory of participants is not known yet.');
    }
    if (verdict.kind === 'refused') return refused(verdict.reason, verdict.detail);
    const holder = this.directory.keyHolder(verdict.keyId)!;
    const fresh = await this.firstUse(`nonce:${verdict.keyId}:${verdict.nonce}`, now);
    if (!fresh) return refused('signature_replayed');
    return { kind: 'ok', participant: holder.participant, keyId: verdict.keyId };
  }

  private async firstUse(name: string, now: number): Promise<boolean> {
    try {
      return await this.shared.setIfAbsent(name, '1', NONCE_MS);
    } catch (error) {
      this.telemetry.log.warn({ err: error }, 'replays are watched by this instance alone');
      return this.firstLocalUse(name, now);
    }
  }

  private firstLocalUse(name: string, now: number): boolean {
    for (const [old, until] of this.localNonces) {
      if (until > now && this.localNonces.size < LOCAL_NONCES_MAX) break;
      this.localNonces.delete(old);
    }
    if (this.localNonces.has(name)) return false;
    this.localNonces.set(name, now + NONCE_MS);
    return true;
  }
}
