import { layDown, type FileToLay } from '@tonle/network';
import type { Platform } from '@tonle/platform';
import type { ReportPlaces } from '../settlement.settings.js';
import {
  countOpenDeliveries,
  noteDelivered,
  putOffDelivery,
  takeDeliveries,
  type DueReportFile,
} from './report-delivery.store.js';
import type { ReportFileFolder } from './report-folder.js';

const AT_ONCE = 20;
/** Longer than laying down may take: who takes a file alone has it. */
const BUSY_MS = 15 * 60_000;
const BACKOFF_MS = 10_000;
const BACKOFF_MS_MAX = 3_600_000;
const SAYS_CHARACTERS_MAX = 500;
/** Folder of what is for the scheme itself. */
const SCHEME = 'TONLE';

/**
 * Lays files down where they are to be, each in the folder of its receiver: the file, its signature, and its manifest last, which says that
 * both are there. What cannot be delivered is tried again, ever later, until it is.
 */
export class ReportDeliveryJob {
  private readonly open;

  constructor(
    private readonly platform: Platform,
    private readonly folder: ReportFileFolder,
    private readonly places: ReportPlaces,
  ) {
    this.open = platform.telemetry.gauge(
      'tonle_report_deliveries_open',
      'Files of reports that are not where they are to be',
      ['place'],
    );
    for (const place of places.keys()) this.open.set({ place }, 0);
  }

  readonly run = async (): Promise<void> => {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const due = await takeDeliveries(database, new Date(nowMs), new Date(nowMs + BUSY_MS), AT_ONCE);
    for (const delivery of due) await this.deliver(delivery);
    for (const place of this.places.keys()) this.open.set({ place }, 0);
    for (const { place, open } of await countOpenDeliveries(database)) this.open.set({ place }, open);
  };

  private async deliver(delivery: DueReportFile): Promise<void> {
    const { database, clock, telemetry } = this.platform;
    try {
      const place = this.places.get(delivery.place);
      if (place === undefined) throw new Error(`${delivery.place} is no place of the settings any more`);
      await layDown(place, this.filesOf(delivery));
      await noteDelivered(database, delivery, new Date(clock.now()));
    } catch (error) {
      const says = (error instanceof Error ? error.message : String(error)).slice(0, SAYS_CHARACTERS_MAX);
      telemetry.log.warn(
        { err: error, file: delivery.name, place: delivery.place },
        'a report was not delivered',
      );
      const pause = Math.min(BACKOFF_MS * 2 ** (delivery.attempts - 1), BACKOFF_MS_MAX);
      await putOffDelivery(database, delivery, says, new Date(clock.now() + pause));
    }
  }

  private filesOf({ receiver, name, sha256, manifest, signature }: DueReportFile): FileToLay[] {
    const path = `${receiver === '' ? SCHEME : receiver}/${name}`;
    return [
      { path, content: this.folder.pathOf(sha256) },
      ...(signature === null
        ? []
        : [{ path: `${path}.manifest.sig`, content: Buffer.from(signature, 'base64') }]),
      { path: `${path}.manifest.json`, content: Buffer.from(manifest, 'utf8') },
    ];
  }
}
