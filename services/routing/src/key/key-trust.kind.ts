import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { refused, type ApprovalKindName, type DirectoryEntry } from '@tonle/contracts';
import { checkDirectory, participantBody, violationText, type DirectoryStore } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { contentHash } from '../directory/change-proposal.decide.js';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { directoryRecord } from '../directory/directory-record.js';
import type { OperatorStore } from '../operator/operator.store.js';

const keyToTrust = z.object({ holder: z.string(), key: participantBody.shape.keys.element });
/** A key, and whose it is to be. */
export type KeyToTrust = z.infer<typeof keyToTrust>;

/** What keys in the directory are written with. */
export interface KeyParts {
  readonly store: DirectoryStore;
  readonly operators: OperatorStore;
  readonly directory: CurrentDirectory;
  readonly adapters: () => readonly string[];
}

/** The entry of a participant that has not ended; the directory is locked until the commit. */
export async function lockedHolder(
  store: DirectoryStore,
  transaction: Transaction,
  holder: string,
): Promise<DirectoryEntry | undefined> {
  await store.lock(transaction);
  const entry = (await store.load(transaction)).entry('participant', holder);
  return entry === undefined || entry.ended === true ? undefined : entry;
}

/** The next version of a participant's entry, with one more key. */
export function withKey(entry: DirectoryEntry, { key }: KeyToTrust): DirectoryEntry {
  const body = participantBody.parse(entry.body);
  return { ...entry, version: entry.version + 1, body: { ...body, keys: [...body.keys, key] } };
}

/** Why the directory could not work with an entry, in words; undefined when it could. */
export async function faultOf(
  { store, adapters }: KeyParts,
  transaction: Transaction,
  next: DirectoryEntry,
): Promise<string | undefined> {
  const all = [...(await store.newest(transaction)), next];
  const violations = checkDirectory(all, { adapters: adapters() }).map(violationText);
  return violations.length === 0 ? undefined : violations.join('; ');
}

/**
 * A key that no older one vouches for signs for a participant: others compare its fingerprint with what the holder told them. A
 * key of an operator is a kind of its own, since whoever holds two of them is two people (record 49).
 */
export class KeyTrust implements ApprovalKind<KeyToTrust> {
  readonly payload = keyToTrust;

  constructor(
    readonly kind: Extract<ApprovalKindName, 'key.trust' | 'operator.trust'>,
    private readonly parts: KeyParts,
  ) {}

  /** Its keys and what they may do: what else of the entry has changed since does not matter. */
  async targetVersion(transaction: Transaction, { holder }: KeyToTrust): Promise<string | undefined> {
    const entry = await lockedHolder(this.parts.store, transaction, holder);
    if (entry === undefined) return undefined;
    const { keys, scopes, kind } = participantBody.parse(entry.body);
    return contentHash({ keys, scopes, kind });
  }

  async execute(
    transaction: Transaction,
    { payload, reason, approvalId, votes }: ApprovalRequest<KeyToTrust>,
    atMs: number,
  ): Promise<ApprovalExecution> {
    const { store, operators } = this.parts;
    const entry = await lockedHolder(store, transaction, payload.holder);
    if (entry === undefined) throw new Error(`${payload.holder} was there a moment ago`);
    const next = withKey(entry, payload);
    const fault = await faultOf(this.parts, transaction, next);
    if (fault !== undefined) return refused('directory_impossible', fault);
    const { operator, participant } = votes.at(-1)!;
    await store.append(transaction, [next], { source: 'operator', atMs, by: operator, reason });
    const { keyId, algorithm, validFrom, validTo } = payload.key;
    await operators.record(transaction, {
      ...{ operator, participant, reason, atMs, action: 'key.trust', subject: payload.holder },
      evidence: `approval ${approvalId}`,
      before: { version: entry.version },
      after: { version: next.version, keyId, algorithm, validFrom, validTo },
    });
    return {
      kind: 'executed',
      outcome: { version: next.version, keyId },
      records: [directoryRecord(next)],
    };
  }

  afterwards(): Promise<void> {
    return this.parts.directory.reload();
  }
}
