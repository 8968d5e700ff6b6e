import { printable } from '@tonle/contracts';
import { z } from 'zod';
import { endingText } from './ending.js';
import { ConfigurationError, faultsOf, type GivenSettings } from './environment.settings.js';
import { openOwnProcess, type OwnProcess } from './own-process.js';
import type { RunningService, StartService } from './platform.js';
import { stopOnSignals } from './stopping.js';

const EXIT_CODE = { failed: 1, configuration: 2 } as const;

/** A service and what it is set to. */
export interface ServiceToStart {
  readonly service: string;
  readonly start: StartService;
  readonly settings: GivenSettings;
}

/** What of a service is open; it grows while it starts. */
interface Part {
  opened?: OwnProcess;
  running?: RunningService;
}

/**
 * The main of a service that runs alone: reads TONLE_... from the environment, opens database, Kafka, Redis
 * and the internal listener, starts the service, stops it in order on SIGTERM or SIGINT, within ten seconds. Ends the process
 * with 1 and one line when something is broken, with 2 when a setting is.
 */
export function startFromEnvironment(service: string, start: StartService): Promise<void> {
  return startTogether([{ service, start, settings: process.env }]);
}

/** The same of several services in one process, each with all of its own. One that breaks ends them all, and is named. */
export async function startTogether(services: readonly ServiceToStart[]): Promise<void> {
  const parts: Part[] = [];
  const all = services.map(({ service }) => service).join(', ');
  stopOnSignals({
    close: () => Promise.all(parts.map(closeAll)),
    failed: (error) => end(all, error, 'did not stop cleanly'),
  });
  process.on('uncaughtException', (error) => end(all, error, 'broke'));
  process.on('unhandledRejection', (error) => end(all, error, 'broke'));
  await Promise.all(
    services.map((each) => {
      const part: Part = {};
      parts.push(part);
      return startPart(each, part);
    }),
  );
}

async function startPart({ service, start, settings }: ServiceToStart, part: Part): Promise<void> {
  try {
    const opened = await openOwnProcess(service, settings, (error) => end(service, error, 'stops'));
    part.opened = opened;
    part.running = await start(opened.platform);
    opened.markReady(part.running);
    opened.platform.telemetry.log.info(
      { addresses: { ...part.running.addresses, internal: opened.internal.url } },
      'started',
    );
  } catch (error) {
    // What a service reads of its settings it reads by a schema.
    const isSetting = error instanceof z.ZodError;
    end(service, isSetting ? new ConfigurationError(faultsOf(error).join('; ')) : error, 'did not start');
  }
}

function end(service: string, error: unknown, what: string): never {
  const debugs = process.env['TONLE_LOG_LEVEL'] === 'debug';
  process.stderr.write(`${printable(`${service} ${what}: ${endingText(error, debugs)}`)}\n`);
  process.exit(error instanceof ConfigurationError ? EXIT_CODE.configuration : EXIT_CODE.failed);
}

async function closeAll({ running, opened }: Part): Promise<void> {
  await running?.close();
  await opened?.close();
}
