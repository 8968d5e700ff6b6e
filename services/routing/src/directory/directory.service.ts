import type { EventTransport, OutboxLane } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { type DirectoryEntry, type routingCalls } from '@tonle/contracts';
import { corridorBody, type DirectoryStore } from '@tonle/directory';
import type { z } from 'zod';
import type { OperatorStore } from '../operator/operator.store.js';
import { directoryRecord } from './directory-record.js';
import type { CurrentDirectory } from './current-directory.js';

type CorridorChange = z.infer<typeof routingCalls.setCorridor.request>;
type Done = z.infer<typeof routingCalls.setCorridor.response>;

/** The directory for others, and the changes that operators make. */
export class DirectoryService {
  constructor(
    private readonly lane: OutboxLane,
    private readonly directory: CurrentDirectory,
    private readonly store: DirectoryStore,
    private readonly operators: OperatorStore,
    private readonly clock: Clock,
  ) {}

  async entries(): Promise<DirectoryEntry[]> {
    return [...(await this.directory.newest()).entries];
  }

  /** Lets everybody who keeps a copy ask for it; the topic keeps the newest version of each entry. */
  async publish(transport: EventTransport): Promise<void> {
    await transport.publish((await this.entries()).map(directoryRecord));
  }

  /** Opens or closes a direction of a corridor: the next version of it. Opening what is open changes nothing. */
  async setCorridor(change: CorridorChange): Promise<Done> {
    const result = await this.commit(change);
    await this.directory.reload();
    return result;
  }

  private commit(change: CorridorChange): Promise<Done> {
    return this.lane.commit<Done>(async (transaction) => {
      await this.store.lock(transaction);
      const directory = await this.store.load(transaction);
      const entry = directory.entry('corridor', change.corridor);
      if (entry === undefined || entry.ended === true) {
        return { result: { kind: 'refused', reason: 'corridor_unknown' }, records: [] };
      }
      const body = corridorBody.parse(entry.body);
      if (body.open[change.direction] === change.open) return { result: { kind: 'done' }, records: [] };
      const next: DirectoryEntry = {
        ...entry,
        version: entry.version + 1,
        body: { ...body, open: { ...body.open, [change.direction]: change.open } },
      };
      const atMs = this.clock.now();
      const { operator: by, reason } = change;
      await this.store.append(transaction, [next], { source: 'operator', atMs, by, reason });
      const action = `corridor.${change.open ? 'open' : 'close'}.${change.direction}`;
      const deed = { ...change, action, subject: change.corridor, atMs };
      await this.operators.record(transaction, {
        ...deed,
        before: { version: entry.version, open: body.open },
        after: { version: next.version, open: { ...body.open, [change.direction]: change.open } },
      });
      return { result: { kind: 'done' }, records: [directoryRecord(next)] };
    });
  }
}
