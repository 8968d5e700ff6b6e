import {
  PARTNER_HEALTH_CHANNEL,
  partnerHealthReport,
  type Direction,
  type PartnerHealthReport,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type { SharedState } from '@tonle/messaging';
import type { Clock, Service } from '@tonle/platform';
import { directionHealth, type DirectionHealth } from './direction-health.decide.js';

/** What an instance said counts for so long: one that is gone says nothing more. Measured by this process's own watch. */
const HEARD_MS = 10_000;
const INSTANCES_MAX = 1_000;

interface Heard {
  readonly report: PartnerHealthReport;
  readonly atMs: number;
}

/**
 * How networks answer, as all instances of their adapters tell it once a second. What nobody tells of is taken for well: without
 * shared state nothing is refused early.
 */
export class PartnerHealth {
  private readonly heard = new Map<string, Heard>();

  constructor(
    private readonly shared: Pick<SharedState, 'listen'>,
    private readonly clock: Clock,
    private readonly watchMs: () => number = () => performance.now(),
  ) {}

  /** Declares what listens. */
  runIn(service: Pick<Service, 'first' | 'resource'>): void {
    service.first(async () => {
      const stop = await this.shared.listen(PARTNER_HEALTH_CHANNEL, (message) => this.hear(message));
      service.resource('news of partners', stop);
    });
  }

  /** The reports that count now. */
  get reports(): readonly PartnerHealthReport[] {
    const now = this.watchMs();
    return [...this.heard.values()].flatMap(({ report, atMs }) => (now - atMs < HEARD_MS ? report : []));
  }

  of(corridor: Corridor, direction: Direction): DirectionHealth {
    return directionHealth(this.reports, corridor, direction, this.clock.now());
  }

  /** What cannot be read is nothing: whoever can write there can slow down, and no more. */
  hear(message: string): void {
    const report = readReport(message);
    if (report === undefined) return;
    const now = this.watchMs();
    for (const [key, { atMs }] of this.heard) if (now - atMs >= HEARD_MS) this.heard.delete(key);
    const key = `${report.network} ${report.instance}`;
    if (this.heard.has(key) || this.heard.size < INSTANCES_MAX) this.heard.set(key, { report, atMs: now });
  }
}

function readReport(message: string): PartnerHealthReport | undefined {
  try {
    return partnerHealthReport.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
