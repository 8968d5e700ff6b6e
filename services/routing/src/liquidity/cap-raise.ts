import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import type { DirectoryEntry } from '@tonle/contracts';
import { participantBody, type DirectoryStore } from '@tonle/directory';
import type { EventTransport } from '@tonle/messaging';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { directoryRecord } from '../directory/directory-record.js';
import type { OperatorStore } from '../operator/operator.store.js';

const capChange = z.object({ participant: z.string(), currency: z.string(), capMinor: z.string() });
/** A cap as it is to be. */
export type CapChange = z.infer<typeof capChange>;

/** The entry of a participant that has not ended, with its cap; the directory is locked until the commit. */
export async function lockedCap(
  store: DirectoryStore,
  transaction: Transaction,
  { participant, currency }: Pick<CapChange, 'participant' | 'currency'>,
): Promise<{ readonly entry: DirectoryEntry; readonly capMinor: bigint } | undefined> {
  await store.lock(transaction);
  const entry = (await store.load(transaction)).entry('participant', participant);
  if (entry === undefined || entry.ended === true) return undefined;
  return { entry, capMinor: BigInt(participantBody.parse(entry.body).caps[currency] ?? '0') };
}

/** The next version of a participant's entry, with another cap. */
export function withCap(entry: DirectoryEntry, { currency, capMinor }: CapChange): DirectoryEntry {
  const body = participantBody.parse(entry.body);
  return {
    ...entry,
    version: entry.version + 1,
    body: { ...body, caps: { ...body.caps, [currency]: capMinor } },
  };
}

/** A participant may owe more: others approve it, and it is the next version of its entry. */
export class CapRaise implements ApprovalKind<CapChange> {
  readonly kind = 'participant.cap';
  readonly payload = capChange;

  constructor(
    private readonly store: DirectoryStore,
    private readonly operators: OperatorStore,
    private readonly directory: CurrentDirectory,
    private readonly transport: EventTransport,
  ) {}

  /** Its cap: what else of the entry has changed since does not matter. */
  async targetVersion(transaction: Transaction, change: CapChange): Promise<string | undefined> {
    return (await lockedCap(this.store, transaction, change))?.capMinor.toString();
  }

  async execute(
    transaction: Transaction,
    { payload, reason, approvalId, votes }: ApprovalRequest<CapChange>,
    atMs: number,
  ): Promise<ApprovalExecution> {
    const found = await lockedCap(this.store, transaction, payload);
    if (found === undefined) throw new Error(`${payload.participant} was there a moment ago`);
    const next = withCap(found.entry, payload);
    const { operator, participant } = votes.at(-1)!;
    await this.store.append(transaction, [next], { source: 'operator', atMs, by: operator, reason });
    await this.operators.record(transaction, {
      ...{ operator, participant, reason, atMs, action: 'cap.raise', subject: payload.participant },
      evidence: `approval ${approvalId}`,
      before: {
        version: found.entry.version,
        currency: payload.currency,
        capMinor: found.capMinor.toString(),
      },
      after: { version: next.version, currency: payload.currency, capMinor: payload.capMinor },
    });
    return { kind: 'executed', outcome: { version: next.version } };
  }

  /** Whoever keeps a copy is told; those that are not are told at the next start. */
  async afterwards({ payload: { participant } }: ApprovalRequest<CapChange>): Promise<void> {
    await this.directory.reload();
    const entry = this.directory.get().entry('participant', participant);
    if (entry !== undefined) await this.transport.publish([directoryRecord(entry)]);
  }
}
