import type { EventTransport, OutboxLane } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { AuditActor, DirectoryEntry, Reason, Refusal, routingCalls, SetSwitch } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import {
  corridorBody,
  networkBody,
  participantBody,
  type CorridorBody,
  type DirectoryStore,
} from '@tonle/directory';
import type { z } from 'zod';
import type { OperatorStore } from '../operator/operator.store.js';
import type { StopService } from '../stop/stop.service.js';
import { directoryRecord } from './directory-record.js';
import type { CurrentDirectory } from './current-directory.js';
import { pauseAfter, switched, switchFault } from './switch.decide.js';

type CorridorChange = z.infer<typeof routingCalls.setCorridor.request>;
type Done = z.infer<typeof routingCalls.setCorridor.response>;
type SwitchDone = z.infer<typeof routingCalls.setSwitch.response>;

/** What a person does to an entry, and why. */
interface Deed {
  readonly kind: SetSwitch['on'];
  readonly id: string;
  readonly action: string;
  readonly operator: string;
  readonly participant?: string;
  /** Default: an operator. */
  readonly actor?: AuditActor['kind'];
  readonly reason: string;
  /** What of a body it is about. */
  shown(body: unknown): object;
  /** What the auditor found, as whoever does it says to know. */
  readonly acknowledges?: readonly string[];
  /** Undefined: nothing is against it. */
  readonly allowed?: (transaction: Transaction) => Promise<Refusal | undefined>;
}

const UNKNOWN: Readonly<Record<SetSwitch['on'], Reason>> = {
  corridor: 'corridor_unknown',
  network: 'not_found',
  participant: 'participant_unknown',
};

/** The directory for others, and the changes that operators make. */
export class DirectoryService {
  constructor(
    private readonly lane: OutboxLane,
    private readonly directory: CurrentDirectory,
    private readonly store: DirectoryStore,
    private readonly operators: OperatorStore,
    private readonly clock: Clock,
    private readonly stops: Pick<StopService, 'resume'>,
  ) {}

  async entries(): Promise<DirectoryEntry[]> {
    return [...(await this.directory.newest()).entries];
  }

  /** Lets everybody who keeps a copy ask for it; the topic keeps the newest version of each entry. */
  async publish(transport: EventTransport): Promise<void> {
    await transport.publish((await this.entries()).map(directoryRecord));
  }

  /**
   * Opens or closes a direction of a corridor: the next version of it. Opening what is open changes nothing. What the auditor has
   * stopped is opened by who acknowledges what it found.
   */
  setCorridor({ corridor: id, direction, open, acknowledges, ...who }: CorridorChange): Promise<Done> {
    const action = `corridor.${open ? 'open' : 'close'}.${direction}`;
    const shown = (body: unknown) => ({ open: corridorBody.parse(body).open });
    const allowed = (transaction: Transaction) =>
      this.stops.resume(transaction, id, { ...who, acknowledges });
    const deed = {
      kind: 'corridor',
      id,
      action,
      shown,
      acknowledges,
      ...who,
      ...(open && { allowed }),
    } as const;
    return this.change(deed, (before) => {
      const body = corridorBody.parse(before);
      return body.open[direction] === open
        ? undefined
        : { ...body, open: { ...body.open, [direction]: open } };
    });
  }

  /** Pauses, drains, throttles or resumes: the next version of what it is on. Resuming what runs changes nothing. */
  async setSwitch(change: SetSwitch, actor: AuditActor['kind'] = 'operator'): Promise<SwitchDone> {
    const { on: kind, id, switch: deed, directions, operator, participant, reason } = change;
    const nowMs = this.clock.now();
    const fault = switchFault(change, nowMs);
    if (fault !== undefined) return { kind: 'refused', reason: 'schema_invalid', errors: [fault] };
    const to = kind === 'participant' || directions.length > 1 ? '' : `.${directions[0]}`;
    const who = { operator, participant, reason };
    const shown = kind === 'participant' ? shownPause : shownSwitches;
    return this.change({ kind, id, action: `${kind}.${deed}${to}`, shown, actor, ...who }, (before) => {
      if (kind === 'participant') {
        const body = participantBody.parse(before);
        const pause = pauseAfter(change, nowMs);
        return pause === undefined && body.pause === undefined ? undefined : { ...body, pause };
      }
      const body = kind === 'corridor' ? corridorBody.parse(before) : networkBody.parse(before);
      const switches = switched(body.switches, change, nowMs);
      return switches === undefined && body.switches === undefined ? undefined : { ...body, switches };
    });
  }

  /** One deed of a person on an entry; undefined for its body: it is so already. */
  private async change(deed: Deed, bodyAfter: (before: unknown) => object | undefined): Promise<Done> {
    const result = await this.lane.commit<Done>(async (transaction) => {
      await this.store.lock(transaction);
      const entry = (await this.store.load(transaction)).entry(deed.kind, deed.id);
      if (entry === undefined || entry.ended === true) return { result: unknownOf(deed), records: [] };
      const body = bodyAfter(entry.body);
      if (body === undefined) return { result: { kind: 'done' }, records: [] };
      const refusal = await deed.allowed?.(transaction);
      if (refusal !== undefined) return { result: refusal, records: [] };
      const next: DirectoryEntry = { ...entry, version: entry.version + 1, body };
      const atMs = this.clock.now();
      const { operator, participant, reason, action, id: subject } = deed;
      await this.store.append(transaction, [next], { source: 'operator', atMs, by: operator, reason });
      const [before, after] = [entry, next].map((each) => ({
        version: each.version,
        ...deed.shown(each.body),
      }));
      const { acknowledges, actor = 'operator' } = deed;
      const who = { kind: actor, operator, participant, reason };
      await this.operators.record(transaction, {
        ...who,
        action,
        subject,
        before,
        after: { ...after, acknowledges },
        atMs,
      });
      return { result: { kind: 'done' }, records: [directoryRecord(next)] };
    });
    await this.directory.reload();
    return result;
  }
}

function unknownOf({ kind, id }: Deed): Done {
  return { kind: 'refused', reason: UNKNOWN[kind], detail: `There is no ${kind} ${id}.` };
}

function shownPause(body: unknown): object {
  return { pause: participantBody.parse(body).pause ?? null };
}

/** Networks and corridors have them alike. */
function shownSwitches(body: unknown): object {
  return { switches: (body as Pick<CorridorBody, 'switches'>).switches ?? null };
}
