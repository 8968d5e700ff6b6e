import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { canonicalJson, refused } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { StopService } from '../stop/stop.service.js';
import type { CurrentDirectory } from './current-directory.js';
import { directoryDeed, type DirectoryDeed } from './directory-deed.js';
import { bodyAfter, standingVersion } from './directory-deed.decide.js';
import type { DirectoryDeeds } from './directory-deeds.js';
import { directoryRecord } from './directory-record.js';
import { switchFault } from './switch.decide.js';

/** More payments are let through: a corridor, a network or a participant is opened, or goes on (record 48). */
export class Opening implements ApprovalKind<DirectoryDeed> {
  readonly kind;
  readonly payload = directoryDeed;

  constructor(
    on: DirectoryDeed['on'],
    private readonly deeds: DirectoryDeeds,
    private readonly stops: Pick<StopService, 'against' | 'resume'>,
    private readonly directory: CurrentDirectory,
  ) {
    this.kind = `${on}.opening` as const;
  }

  /** How it stands where it is opened, and what the auditor has found since: what else of the entry has changed does not matter. */
  async targetVersion(transaction: Transaction, deed: DirectoryDeed): Promise<string | undefined> {
    const entry = await this.deeds.locked(transaction, deed);
    if (entry === undefined) return undefined;
    const standing = standingVersion(deed, entry.body);
    if (deed.deed !== 'door') return canonicalJson(standing);
    const { unread } = await this.stops.against(transaction, deed.id, deed.acknowledges);
    return canonicalJson({ ...standing, stops: unread.map(({ stopId }) => stopId) });
  }

  async execute(
    transaction: Transaction,
    { payload: deed, operator: by, reason, approvalId, votes }: ApprovalRequest<DirectoryDeed>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    // An end that has passed meanwhile.
    const fault = deed.deed === 'switch' ? switchFault(deed, nowMs) : undefined;
    if (fault !== undefined) return refused('schema_invalid', fault.message, [fault]);
    const entry = await this.deeds.locked(transaction, deed);
    if (entry === undefined) throw new Error(`${deed.on} ${deed.id} was there a moment ago`);
    const { operator, participant } = votes.at(-1)!;
    if (deed.deed === 'door') {
      const { acknowledges } = deed;
      const refusal = await this.stops.resume(transaction, deed.id, { operator, acknowledges });
      if (refusal !== undefined) return refusal;
    }
    const body = bodyAfter(deed, entry.body, { operator: by, reason }, nowMs);
    if (body === undefined) return { kind: 'executed', outcome: { version: entry.version } };
    const doer = { operator, participant, reason, evidence: `approval ${approvalId}` };
    const next = await this.deeds.write(transaction, deed, { entry, body }, doer, nowMs);
    return { kind: 'executed', outcome: { version: next.version }, records: [directoryRecord(next)] };
  }

  afterwards(): Promise<void> {
    return this.directory.reload();
  }
}
