import type { OutboxLane, ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { routingCalls, type DirectoryEntry, type Reason } from '@tonle/contracts';
import { corridorBody, type DirectoryStore } from '@tonle/directory';
import type { OperatorStore } from '../operator/operator.store.js';
import { directoryRecord } from './directory.messages.js';
import type { CurrentDirectory } from './current-directory.js';

export interface DirectoryCallParts {
  readonly calls: ServiceCalls;
  readonly lane: OutboxLane;
  readonly directory: CurrentDirectory;
  readonly store: DirectoryStore;
  readonly operators: OperatorStore;
  readonly clock: Clock;
}

/** The directory for others, and the changes that operators make. */
export function serveDirectory(parts: DirectoryCallParts): void {
  const { calls, directory } = parts;
  calls.serve(routingCalls.directory, () => Promise.resolve({ entries: [...directory.get().entries] }));
  calls.serve(routingCalls.setCorridor, async (request) => {
    const result = await setCorridor(parts, request);
    await directory.reload();
    return result;
  });
}

interface CorridorChange {
  readonly corridor: string;
  readonly direction: 'outbound' | 'inbound';
  readonly open: boolean;
  readonly operator: string;
  readonly reason: string;
}

type Done = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly reason: Reason };

/** The next version of the corridor; opening what is open changes nothing. */
async function setCorridor(parts: DirectoryCallParts, change: CorridorChange): Promise<Done> {
  const { lane, store, operators, clock } = parts;
  return lane.commit<Done>(async (transaction) => {
    await store.lock(transaction);
    const directory = await store.load(transaction);
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
    const atMs = clock.now();
    const { operator: by, reason } = change;
    await store.append(transaction, [next], { source: 'operator', atMs, by, reason });
    const action = `corridor.${change.open ? 'open' : 'close'}.${change.direction}`;
    await operators.record(transaction, { ...change, action, subject: change.corridor, atMs });
    return { result: { kind: 'done' }, records: [directoryRecord(next)] };
  });
}
