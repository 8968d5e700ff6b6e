import { printable } from '@tonle/contracts';
import { z } from 'zod';
import { endingText } from './ending.js';
import { ConfigurationError, faultsOf } from './environment.settings.js';
import { openOwnProcess, type OwnProcess } from './own-process.js';
import type { RunningService, StartService } from './platform.js';

const STOP_MS_MAX = 25_000;
const EXIT_CODE = { failed: 1, configuration: 2 } as const;

/**
 * The main of a service that runs alone: reads TONLE_... from the environment, opens database, Kafka, Redis
 * and the internal listener, starts the service, stops it in order on SIGTERM or SIGINT. Ends the process
 * with 1 and one line when something is broken, with 2 when a setting is.
 */
export async function startFromEnvironment(service: string, start: StartService): Promise<void> {
  let opened: OwnProcess | undefined;
  let running: RunningService | undefined;
  let stopping = false;
  const stop = (code: number): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code === 0 ? EXIT_CODE.failed : code), STOP_MS_MAX).unref();
    void closeAll(running, opened).then(
      () => process.exit(code),
      (error: unknown) => end(service, error, 'did not stop cleanly'),
    );
  };
  process.once('SIGTERM', () => stop(0));
  process.once('SIGINT', () => stop(0));
  process.on('uncaughtException', (error) => end(service, error, 'broke'));
  process.on('unhandledRejection', (error) => end(service, error, 'broke'));
  try {
    opened = await openOwnProcess(service, (error) => end(service, error, 'stops'));
    running = await start(opened.platform);
    opened.markReady(running);
    opened.platform.telemetry.log.info(
      { addresses: { ...running.addresses, internal: opened.internal.url } },
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

async function closeAll(running: RunningService | undefined, opened: OwnProcess | undefined): Promise<void> {
  await running?.close();
  await opened?.close();
}
