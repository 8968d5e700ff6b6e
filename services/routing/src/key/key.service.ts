import type { Approvals, ProposedApproval } from '@tonle/approval';
import {
  refused,
  refusedField,
  type DirectoryEntry,
  type KeyWithdrawal,
  type Refusal,
  type TrustAnswer,
  type TrustRequest,
} from '@tonle/contracts';
import { participantBody } from '@tonle/directory';
import type { OutboxLane } from '@tonle/messaging';
import type { Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { changeWarnings, shownChanges } from '../directory/change-proposal.decide.js';
import { directoryRecord } from '../directory/directory-record.js';
import { changesOf } from '../directory/entry-change.js';
import { faultOf, lockedHolder, withKey, type KeyParts, type KeyTrust } from './key-trust.kind.js';

/** The two kinds of keys, by what they may do. */
interface KeyKinds {
  readonly participant: KeyTrust;
  readonly operator: KeyTrust;
}

type KeyDone = Exclude<TrustAnswer, { kind: 'proposed' }>;

/** Which keys sign for whom: trusted when others have approved it, withdrawn by one operator at once. */
export class KeyService {
  constructor(
    private readonly lane: OutboxLane,
    private readonly clock: Clock,
    private readonly parts: KeyParts,
    private readonly approvals: Approvals,
    private readonly kinds: KeyKinds,
  ) {}

  /**
   * Proposes that a key signs for a participant; one that does already changes nothing. Refuses `participant_unknown`,
   * `schema_invalid` for a key that has ended and for an id that was another key's, `directory_impossible`, and what proposing refuses.
   */
  trust(request: TrustRequest): Promise<TrustAnswer> {
    return this.lane.commit<TrustAnswer>(async (transaction) => {
      const { holder, key } = request;
      for (const kind of [this.kinds.operator, this.kinds.participant])
        await this.approvals.lockOpen(transaction, kind, targetOf(request));
      const entry = await lockedHolder(this.parts.store, transaction, holder);
      if (entry === undefined) return untold(unknownHolder(holder));
      if (keysOf(entry).some((known) => known.keyId === key.keyId && known.publicKeyPem === key.publicKeyPem))
        return untold({ kind: 'done' });
      if (Date.parse(key.validTo) <= this.clock.now())
        return untold(refusedField('schema_invalid', '/validTo', `${key.validTo} has passed.`));
      if (await this.wasAnothers(transaction, key))
        return untold(
          refusedField('schema_invalid', '/keyId', 'Another key has or had this id; choose another id.'),
        );
      const fault = await faultOf(this.parts, transaction, withKey(entry, request));
      if (fault !== undefined) return untold(refused('directory_impossible', fault));
      return untold(await this.propose(transaction, request, entry));
    });
  }

  /** Ends a key: the next version of its holder does not have it. Refuses `participant_unknown`, and `not_found` for a key that it never had. */
  async withdraw({ holder, keyId, operator, participant, reason }: KeyWithdrawal): Promise<KeyDone> {
    const { store, operators, directory } = this.parts;
    const answer = await this.lane.commit<KeyDone>(async (transaction) => {
      const entry = await lockedHolder(store, transaction, holder);
      if (entry === undefined) return untold(unknownHolder(holder));
      const body = participantBody.parse(entry.body);
      const keys = body.keys.filter((key) => key.keyId !== keyId);
      if (keys.length === body.keys.length)
        return untold(
          (await this.versionsOf(transaction, keyId)).some(({ id }) => id === holder)
            ? { kind: 'done' }
            : refused('not_found', `${holder} never had a key ${keyId}.`),
        );
      const next = { ...entry, version: entry.version + 1, body: { ...body, keys } };
      const atMs = this.clock.now();
      await store.append(transaction, [next], { source: 'operator', atMs, by: operator, reason });
      await operators.record(transaction, {
        ...{ operator, participant, reason, atMs, action: 'key.withdraw', subject: holder },
        before: { version: entry.version, keyId },
        after: { version: next.version },
      });
      return { result: { kind: 'done' }, records: [directoryRecord(next)] };
    });
    await directory.reload();
    return answer;
  }

  private propose(
    transaction: Transaction,
    { holder, key, operator, participant, reason, evidence }: TrustRequest,
    entry: DirectoryEntry,
  ): Promise<ProposedApproval | Refusal> {
    const { scopes, kind } = participantBody.parse(entry.body);
    const isOperator = kind === 'operator' || scopes.includes('ops');
    const payload = { holder, key };
    const changes = changesOf(entry, withKey(entry, payload));
    return this.approvals.propose(transaction, isOperator ? this.kinds.operator : this.kinds.participant, {
      ...{ operator, participant, reason, payload, target: targetOf(payload) },
      ...(evidence !== undefined && { evidence }),
      ...shownChanges(changes),
      warnings: changeWarnings(changes),
    });
  }

  /** An id names one key for ever: whoever reads an old signature knows whose it was. */
  private async wasAnothers(
    transaction: Transaction,
    { keyId, publicKeyPem }: TrustRequest['key'],
  ): Promise<boolean> {
    const versions = await this.versionsOf(transaction, keyId);
    return versions.some((entry) =>
      keysOf(entry).some((known) => known.keyId === keyId && known.publicKeyPem !== publicKeyPem),
    );
  }

  /** Versions of participants that have or had a key of this id. */
  private async versionsOf(transaction: Transaction, keyId: string): Promise<DirectoryEntry[]> {
    const versions = await this.parts.store.versions(transaction);
    return versions
      .map(({ entry }) => entry)
      .filter(
        (entry) => entry.kind === 'participant' && keysOf(entry).some((known) => known.keyId === keyId),
      );
  }
}

const untold = <T>(result: T) => ({ result, records: [] });

const unknownHolder = (holder: string) =>
  refused('participant_unknown', `There is no participant ${holder}.`);

/** Older versions may have a form that is read no more. */
function keysOf({ body }: DirectoryEntry): readonly { keyId: string; publicKeyPem: string }[] {
  const { keys } = body as { keys?: readonly { keyId: string; publicKeyPem: string }[] };
  return keys ?? [];
}

const targetOf = ({ holder, key }: Pick<TrustRequest, 'holder' | 'key'>): string => `${holder} ${key.keyId}`;
