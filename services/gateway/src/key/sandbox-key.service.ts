import { createHash } from 'node:crypto';
import { refused, refusedField, type Deed, type Refusal } from '@tonle/contracts';
import type { Directory, KeyHolder } from '@tonle/directory';
import { isSandbox, recordDeeds, type Platform } from '@tonle/platform';
import { algorithmOf, registerKey, type RegisteredKey } from '@tonle/security';
import type { Caller } from '../access/access.js';
import type { KeyToRegister } from './key.schema.js';
import { readPublicKey } from './public-key.js';
import {
  insertSandboxKey,
  sandboxKeysById,
  sandboxKeysOf,
  withdrawSandboxKey,
  type SandboxKey,
} from './sandbox-key.store.js';

const KEYS_MAX = 20;
const VALID_MS = 365 * 86_400_000;
const NOT_YOURS =
  'You have registered no key with this id; a key of the directory is withdrawn in the directory.';
const ELSEWHERE =
  'Participants register keys for themselves in a sandbox only; elsewhere the operator of the switch adds them to the directory.';

type Registered = { readonly kind: 'registered'; readonly key: SandboxKey } | Refusal;
type Withdrawn = { readonly kind: 'withdrawn'; readonly key: SandboxKey } | Refusal;

/**
 * Keys that participants of a sandbox have registered for themselves, beside those of the directory, which count first
 * (record 17). Elsewhere there are none, whatever the table says.
 */
export class SandboxKeyService {
  private readonly isHere: boolean;
  /** What was read of the table; but for its end a key is never changed. */
  private readonly known = new Map<string, { readonly participant: string; readonly key: RegisteredKey }>();

  constructor(
    private readonly directory: Directory,
    private readonly platform: Platform,
  ) {
    this.isHere = isSandbox(platform.settings);
  }

  /** Who signs with a key that has been read; its holder as the directory has it now. */
  holder(keyId: string): KeyHolder | undefined {
    const known = this.known.get(keyId);
    const participant = known === undefined ? undefined : this.directory.participant(known.participant);
    return known === undefined || participant === undefined ? undefined : { participant, key: known.key };
  }

  /** Reads keys that nobody here knows, for another instance may have registered them. True when there are any. */
  async find(keyIds: readonly string[]): Promise<boolean> {
    if (!this.isHere || keyIds.length === 0) return false;
    const read = await sandboxKeysById(this.platform.database, keyIds);
    const found = read.filter(({ withdrawnAt }) => withdrawnAt === null);
    for (const { keyId, participant, validFrom, validTo, ...key } of found) {
      const [from, to] = [validFrom.toISOString(), validTo.toISOString()];
      this.known.set(keyId, { participant, key: registerKey({ ...key, validFrom: from, validTo: to }) });
    }
    return found.length > 0;
  }

  /** False when a key that was read has been withdrawn since, here or at another instance. */
  async stands(keyId: string): Promise<boolean> {
    if (await this.find([keyId])) return true;
    this.known.delete(keyId);
    return false;
  }

  /**
   * Registers a key under the participant that asks; the same key under the same id again changes nothing. Refuses
   * `not_permitted` outside of a sandbox, and `schema_invalid` for what is no public key and for an id that is taken.
   */
  async register(
    { participant: { participantId }, keyId: registeredBy }: Caller,
    { keyId, publicKeyPem }: KeyToRegister,
  ): Promise<Registered> {
    if (!this.isHere) return refused('not_permitted', ELSEWHERE);
    if (!keyId.startsWith(`${participantId}-`))
      return refusedField('schema_invalid', '/keyId', `Must begin with ${participantId}-.`);
    const publicKey = readPublicKey(publicKeyPem, algorithmOf);
    if (publicKey.kind === 'refused') return publicKey;
    const taken = refusedField('schema_invalid', '/keyId', 'Another key has this id; choose another id.');
    if (this.directory.keyHolder(keyId) !== undefined) return taken;
    const nowMs = this.platform.clock.now();
    const key = {
      keyId,
      participant: participantId,
      algorithm: publicKey.algorithm,
      publicKeyPem: publicKey.publicKeyPem,
      validFrom: new Date(nowMs),
      validTo: new Date(nowMs + VALID_MS),
      registeredBy,
      withdrawnAt: null,
      withdrawnBy: null,
    };
    const kept = await this.platform.database.transaction(async (transaction) => {
      const { kept: stands, isNew } = await insertSandboxKey(transaction, key, KEYS_MAX);
      if (isNew) await recordDeeds(transaction, 'gateway', [keyDeed('register', key, registeredBy, nowMs)]);
      return stands;
    });
    if (kept === undefined) return refused('not_permitted', `A participant may have ${KEYS_MAX} such keys.`);
    if (kept.participant === participantId && kept.withdrawnAt !== null)
      return refusedField('schema_invalid', '/keyId', 'This key was withdrawn; choose another id.');
    return kept.publicKeyPem === key.publicKeyPem ? { kind: 'registered', key: kept } : taken;
  }

  /**
   * Ends a key that the participant has registered; again changes nothing. Refuses `not_permitted` outside of a sandbox,
   * and `not_found` for what is no such key of its own.
   */
  async withdraw(
    { participant: { participantId: participant }, keyId: by }: Caller,
    keyId: string,
  ): Promise<Withdrawn> {
    if (!this.isHere) return refused('not_permitted', ELSEWHERE);
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const key = await database.transaction(async (transaction) => {
      const at = new Date(nowMs);
      const found = await withdrawSandboxKey(transaction, { keyId, participant }, { keyId: by, at });
      if (found?.isNew === true)
        await recordDeeds(transaction, 'gateway', [keyDeed('withdraw', found.key, by, nowMs)]);
      return found?.key;
    });
    return key === undefined ? refused('not_found', NOT_YOURS) : { kind: 'withdrawn', key };
  }

  /** Those of a participant. Refuses as `register` does outside of a sandbox. */
  async list(
    participant: string,
  ): Promise<{ readonly kind: 'listed'; readonly keys: readonly SandboxKey[] } | Refusal> {
    if (!this.isHere) return refused('not_permitted', ELSEWHERE);
    return { kind: 'listed', keys: await sandboxKeysOf(this.platform.database, participant) };
  }
}

function keyDeed(what: 'register' | 'withdraw', key: SandboxKey, by: string, atMs: number): Deed {
  const { keyId: object, participant, algorithm, publicKeyPem } = key;
  const actor = { kind: 'participant', name: by, participant } as const;
  const sha256 = createHash('sha256').update(publicKeyPem).digest('hex');
  return { atMs, actor, action: `key.${what}`, object, after: { algorithm, publicKeySha256: sha256 } };
}
