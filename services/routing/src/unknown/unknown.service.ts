import type { UnknownCount, UnknownPayment } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { unknownPayments } from './unknown.store.js';
import { countUnknowns, shownUnknown } from './unknown.view.js';

/** More than this are counted as this many. */
const COUNTED_MAX = 50_000;
const LISTED_MAX = 1_000;

/** Payments whose outcome is not known: for people, and as metrics by network and age (domain 6.12). */
export class UnknownService {
  private readonly payments;
  private readonly oldest;
  private told = new Map<string, { partner: string; currency: string; band: string }>();
  private toldPartners = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly directory: CurrentDirectory,
    private readonly clock: Clock,
    telemetry: Telemetry,
  ) {
    this.payments = telemetry.gauge('tonle_unknown_payments', 'Payments whose outcome is not known', [
      'partner',
      'currency',
      'band',
    ]);
    this.oldest = telemetry.gauge('tonle_unknown_oldest_seconds', 'For how long the oldest of them is so', [
      'partner',
    ]);
  }

  async list(): Promise<{ payments: UnknownPayment[]; counts: UnknownCount[] }> {
    const all = await this.all();
    return { payments: all.slice(0, LISTED_MAX), counts: countUnknowns(all, this.clock.now()) };
  }

  readonly measure = async (): Promise<void> => {
    const all = await this.all();
    const nowMs = this.clock.now();
    for (const labels of this.told.values()) this.payments.set(labels, 0);
    for (const partner of this.toldPartners) this.oldest.set({ partner }, 0);
    for (const { partner, currency, band, payments } of countUnknowns(all, nowMs)) {
      const labels = { partner, currency, band };
      this.told.set(JSON.stringify(labels), labels);
      this.payments.set(labels, payments);
    }
    // The oldest comes first: of each network the first counts.
    for (const { partner, since } of [...all].reverse()) {
      this.toldPartners.add(partner);
      this.oldest.set({ partner }, (nowMs - Date.parse(since)) / 1_000);
    }
  };

  private async all(): Promise<UnknownPayment[]> {
    const nowMs = this.clock.now();
    const directory = this.directory.get();
    const rows = await unknownPayments(this.database, COUNTED_MAX);
    return rows.map((row) => shownUnknown(directory, row, nowMs));
  }
}
