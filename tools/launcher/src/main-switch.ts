// The whole switch in one process: every service's module on a schema of its own, events and calls in memory.
import { printable } from '@tonle/contracts';
import { startFx } from '@tonle/fx';
import { startGateway } from '@tonle/gateway';
import {
  createSingleProcessPlatforms,
  stopOnSignals,
  type RunningService,
  type StartService,
} from '@tonle/platform';
import { startRouting } from '@tonle/routing';
import { startSettlement } from '@tonle/settlement';
import { startsOfAdapters } from './adapters.js';
import { startDoorLast } from './door-last.js';

const BEHIND_THE_GATEWAY: Readonly<Record<string, StartService>> = {
  routing: startRouting,
  fx: startFx,
  settlement: startSettlement,
  ...(await startsOfAdapters(process.env['TONLE_NETWORKS_DIR'])),
};

const databaseUrl = process.env['TONLE_DATABASE_URL'];
if (databaseUrl === undefined) throw new Error('TONLE_DATABASE_URL is not set');

const platforms = createSingleProcessPlatforms({ databaseUrl, settings: process.env });
const running = await startDoorLast(BEHIND_THE_GATEWAY, ['gateway', startGateway], (service) =>
  platforms.platformOf(service),
);
platforms.ready();

/** The doors first, so that nothing new comes in while the rest finishes what it has. */
async function stop(): Promise<void> {
  const isDoor = ({ addresses }: RunningService): boolean => Object.keys(addresses).length > 0;
  const closed = [];
  for (const part of [running.filter(isDoor), running.filter((service) => !isDoor(service))])
    closed.push(...(await Promise.allSettled(part.map((service) => service.close()))));
  await platforms.close();
  const failure = closed.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failure !== undefined) throw failure.reason;
}

stopOnSignals({
  close: stop,
  failed: (error) => process.stderr.write(`${printable((error as Error).stack ?? String(error))}\n`),
});
