import { inboxTopic, openLane, type InboundRecord } from '@tonle/messaging';
import type { Platform, RunningService } from '@tonle/platform';
import { DirectoryCopy, PartnerDesk, type DeskTuning } from '@tonle/network';
import { BakongPort } from './bakong.port.js';
import { First1764000000000 } from './migrations/first.js';
import { bakongSettings } from './settings.js';

/** Starts the adapter of the home network: legs by commands, lookups, statements and audit by calls. */
export async function startAdapterBakong(platform: Platform, tuning?: DeskTuning): Promise<RunningService> {
  const settings = bakongSettings(platform.settings);
  await platform.database.openOrm({ migrations: [First1764000000000] });
  const lane = await openLane(platform);
  const { service, calls, transport, telemetry, clock } = platform;
  const directory = new DirectoryCopy({ service, calls, transport, telemetry });
  const port = new BakongPort(settings, directory, clock);
  const desk = new PartnerDesk({ platform, port, lane, directory, tuning });
  await directory.start();
  desk.start();
  const inbox = await transport.subscribe(
    inboxTopic(service),
    (records) => desk.handle(records.filter(isLegCommand)),
    { group: service },
  );
  return {
    name: service,
    addresses: {},
    close: async () => {
      await inbox.close();
      await desk.close();
      await directory.close();
      await lane.close();
      await port.close();
    },
  };
}

function isLegCommand(record: InboundRecord): boolean {
  return record.type === 'leg.command';
}
