import {
  uuid,
  type AuditFinding,
  type CorridorStop,
  type DirectoryEntry,
  type Refusal,
} from '@tonle/contracts';
import { corridorBody, type DirectoryStore } from '@tonle/directory';
import type { OutboxLane } from '@tonle/messaging';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { directoryRecord } from '../directory/directory-record.js';
import type { OperatorAction, OperatorStore } from '../operator/operator.store.js';
import { corridorsOf, stoppedRefusal, stoppingViolations, unread } from './stop.decide.js';
import type { NewStop, StopStore } from './stop.store.js';

/** So many violations of an invariant are told at most (audit). */
const TOLD_MAX = 20;
const REASON_CHARACTERS_MAX = 500;
const AUDITOR = 'auditor';
const CLOSED = { outbound: false, inbound: false };

/**
 * Stops the corridors that a broken invariant is about: new payments would move money in books that are wrong. What is under
 * way goes on. An operator who knows of what was found lets them go on; the same stops them again only after it was gone.
 */
export class StopService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'random' | 'telemetry'>,
    private readonly lane: OutboxLane,
    private readonly directory: CurrentDirectory,
    private readonly entries: DirectoryStore,
    private readonly stops: StopStore,
    private readonly operators: OperatorStore,
  ) {}

  /** Takes all that one service has found in a round; a round that did not come to its end is not told here. */
  async take(service: string, findings: readonly AuditFinding[]): Promise<void> {
    const violations = stoppingViolations(findings);
    const ids = violations.flatMap(({ about }) => {
      const [kind, id] = about.split(':');
      return kind === 'payment' && uuid.safeParse(id).success ? [id!] : [];
    });
    const known = await this.stops.known(this.platform.database, ids);
    const corridors = (await this.directory.newest()).corridors();
    const found = violations.flatMap((violation) =>
      corridorsOf(violation, corridors, known).map((corridor) => ({ ...violation, corridor, service })),
    );
    const unsure = findings
      .filter((each) => each.violations.length >= TOLD_MAX)
      .map(({ invariant }) => invariant.split(' ')[0]!);
    const stopped = await this.lane.commit(async (transaction) => {
      const nowMs = this.platform.clock.now();
      await this.stops.gone(transaction, service, violations, unsure, new Date(nowMs));
      const fresh = found.map((each) => ({ ...each, stopId: this.platform.random.id(nowMs) }));
      const added = await this.stops.insert(transaction, fresh, new Date(nowMs));
      const closed = await this.close(
        transaction,
        fresh.filter(({ stopId }) => added.has(stopId)),
        nowMs,
      );
      return { result: closed, records: closed.map(directoryRecord) };
    });
    if (stopped.length === 0) return;
    this.platform.telemetry.log.error(
      { corridors: stopped.map(({ id }) => id), service },
      'corridors were stopped',
    );
    await this.directory.reload();
  }

  /** Those that nobody has let go on. */
  list(): Promise<CorridorStop[]> {
    return this.stops.open(this.platform.database);
  }

  /** What a corridor is stopped for, and what of that is not acknowledged. */
  async against(
    database: Queryable,
    corridor: string,
    acknowledges: readonly string[] = [],
  ): Promise<{ readonly stops: readonly CorridorStop[]; readonly unread: readonly CorridorStop[] }> {
    const stops = await this.stops.open(database, corridor);
    return { stops, unread: unread(stops, acknowledges) };
  }

  /** Lets a corridor go on, for whoever names all that it was stopped for. Refuses `corridor_stopped`, and says what is left. */
  async resume(
    transaction: Transaction,
    corridor: string,
    { operator, acknowledges }: { readonly operator: string; readonly acknowledges?: readonly string[] },
  ): Promise<Refusal | undefined> {
    const { stops, unread: left } = await this.against(transaction, corridor, acknowledges);
    const refusal = stoppedRefusal(left);
    if (refusal !== undefined) return refusal;
    if (stops.length > 0)
      await this.stops.resume(transaction, corridor, operator, new Date(this.platform.clock.now()));
    return undefined;
  }

  /** The next version of each corridor that is not closed already, as a deed of the auditor. */
  private async close(
    transaction: Transaction,
    stops: readonly NewStop[],
    atMs: number,
  ): Promise<DirectoryEntry[]> {
    const corridors = [...new Set(stops.map(({ corridor }) => corridor))];
    if (corridors.length === 0) return [];
    await this.entries.lock(transaction);
    const directory = await this.entries.load(transaction);
    const closed: DirectoryEntry[] = [];
    const deeds: OperatorAction[] = [];
    for (const id of corridors) {
      const entry = directory.entry('corridor', id);
      if (entry === undefined || entry.ended === true) continue;
      const own = stops.filter(({ corridor }) => corridor === id);
      const told = own.map(({ invariant, what }) => `${invariant}: ${what}`).join('; ');
      const reason = told.slice(0, REASON_CHARACTERS_MAX);
      const { open, ...body } = corridorBody.parse(entry.body);
      const next = { ...entry, version: entry.version + 1, body: { ...body, open: CLOSED } };
      if (open.outbound || open.inbound) closed.push(next);
      deeds.push({
        kind: 'system',
        operator: AUDITOR,
        action: 'corridor.stop',
        subject: id,
        reason,
        before: { open },
        after: { open: CLOSED, stops: own.map(({ stopId }) => stopId) },
        atMs,
      });
    }
    const reason = 'an invariant is broken';
    if (closed.length > 0)
      await this.entries.append(transaction, closed, { source: 'operator', atMs, by: AUDITOR, reason });
    await this.operators.record(transaction, ...deeds);
    return closed;
  }
}
