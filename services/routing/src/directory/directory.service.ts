import type { Approvals, ProposedApproval } from '@tonle/approval';
import {
  refused,
  type DirectoryEntry,
  type Reason,
  type Refusal,
  type routingCalls,
  type SetSwitch,
} from '@tonle/contracts';
import type { EventTransport, OutboundRecord, OutboxLane } from '@tonle/messaging';
import type { Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { z } from 'zod';
import { stoppedRefusal, stopWords } from '../stop/stop.decide.js';
import type { StopService } from '../stop/stop.service.js';
import type { CurrentDirectory } from './current-directory.js';
import type { DirectoryDeed } from './directory-deed.js';
import { bodyAfter, isOpening, standingFacts } from './directory-deed.decide.js';
import type { DeedDoer, DirectoryDeeds } from './directory-deeds.js';
import { directoryRecord } from './directory-record.js';
import type { Opening } from './opening.kind.js';
import { switchFault } from './switch.decide.js';

type CorridorChange = z.infer<typeof routingCalls.setCorridor.request>;
type Done = z.infer<typeof routingCalls.setSwitch.response>;
type Person = Pick<SetSwitch, 'operator' | 'participant' | 'reason'>;

const UNKNOWN: Readonly<Record<DirectoryDeed['on'], Reason>> = {
  corridor: 'corridor_unknown',
  network: 'not_found',
  participant: 'participant_unknown',
};

/** What changes of the directory are decided and written with. */
interface DirectoryParts {
  readonly lane: OutboxLane;
  readonly directory: CurrentDirectory;
  readonly deeds: DirectoryDeeds;
  readonly stops: Pick<StopService, 'against'>;
  readonly clock: Clock;
}

/** The directory for others, and what operators do to its entries: what takes less at once, what takes more when others have approved it. */
export class DirectoryService {
  constructor(
    private readonly parts: DirectoryParts,
    private readonly approvals: Pick<Approvals, 'lockOpen' | 'propose'>,
    private readonly openings: Readonly<Record<DirectoryDeed['on'], Opening>>,
  ) {}

  async entries(): Promise<DirectoryEntry[]> {
    return [...(await this.parts.directory.newest()).entries];
  }

  /** Lets everybody who keeps a copy ask for it; the topic keeps the newest version of each entry. */
  async publish(transport: EventTransport): Promise<void> {
    await transport.publish((await this.entries()).map(directoryRecord));
  }

  /**
   * Closes a direction of a corridor at once, or proposes to open it. What is so already is not changed. What the auditor has
   * stopped is opened by who acknowledges what it found: refuses `corridor_stopped`.
   */
  setCorridor({ corridor: id, operator, participant, reason, ...door }: CorridorChange): Promise<Done> {
    return this.change({ deed: 'door', on: 'corridor', id, ...door }, { operator, participant, reason });
  }

  /** Sets a switch at once when it never lets more through than now, or proposes it. Resuming what runs changes nothing. */
  async setSwitch({ operator, participant, reason, ...set }: SetSwitch): Promise<Done> {
    const fault = switchFault(set, this.parts.clock.now());
    if (fault !== undefined) return refused('schema_invalid', undefined, [fault]);
    return this.change({ deed: 'switch', ...set }, { operator, participant, reason });
  }

  /** What the switch itself stops, at once; where something stops as much already, that stays. */
  async stop(set: Omit<SetSwitch, keyof Person | 'switch'>, by: Omit<Person, 'participant'>): Promise<void> {
    await this.write({ deed: 'switch', switch: 'pause', ...set }, { ...by, actor: 'system' }, () =>
      Promise.resolve({ kind: 'done' }),
    );
  }

  private change(deed: DirectoryDeed, who: Person): Promise<Done> {
    return this.write(deed, who, (transaction, entry, body) =>
      this.propose(transaction, deed, who, entry, body),
    );
  }

  /** A deed on an entry; `opening` says what becomes of one that lets more through. */
  private async write(
    deed: DirectoryDeed,
    who: DeedDoer,
    opening: (transaction: Transaction, entry: DirectoryEntry, body: object) => Promise<Done>,
  ): Promise<Done> {
    const { lane, directory, deeds, clock } = this.parts;
    const result = await lane.commit<Done>(async (transaction) => {
      await this.approvals.lockOpen(transaction, this.openings[deed.on], targetOf(deed));
      const entry = await deeds.locked(transaction, deed);
      if (entry === undefined) return told(refused(UNKNOWN[deed.on], `There is no ${deed.on} ${deed.id}.`));
      const nowMs = clock.now();
      const body = bodyAfter(deed, entry.body, who, nowMs);
      if (body === undefined) return told({ kind: 'done' });
      if (isOpening(deed, entry.body, body, nowMs)) return told(await opening(transaction, entry, body));
      const next = await deeds.write(transaction, deed, { entry, body }, who, nowMs);
      return told({ kind: 'done' }, directoryRecord(next));
    });
    await directory.reload();
    return result;
  }

  private async propose(
    transaction: Transaction,
    deed: DirectoryDeed,
    { operator, participant, reason }: Person,
    entry: DirectoryEntry,
    body: object,
  ): Promise<ProposedApproval | Refusal> {
    const found =
      deed.deed === 'door'
        ? await this.parts.stops.against(transaction, deed.id, deed.acknowledges)
        : NOTHING_FOUND;
    const refusal = stoppedRefusal(found.unread);
    if (refusal !== undefined) return refusal;
    return this.approvals.propose(transaction, this.openings[deed.on], {
      ...{ operator, participant, reason, payload: deed, target: targetOf(deed) },
      before: standingFacts(deed, entry.body),
      after: standingFacts(deed, body),
      warnings: found.stops.length === 0 ? [] : [{ code: 'auditor_stopped', text: stopWords(found.stops) }],
    });
  }
}

const NOTHING_FOUND = { stops: [], unread: [] };

const told = (result: Done, ...records: OutboundRecord[]) => ({ result, records });

/** `KH-TH outbound`, or `KH-TH` for both ways. */
function targetOf(deed: DirectoryDeed): string {
  const ways = deed.deed === 'door' ? [deed.direction] : deed.on === 'participant' ? [] : deed.directions;
  return ways.length === 1 ? `${deed.id} ${ways[0]}` : deed.id;
}
