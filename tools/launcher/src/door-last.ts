import type { Platform, RunningService, StartService } from '@tonle/platform';

type PlatformOf = (service: string) => Promise<Platform>;

/**
 * Starts services that share a process: all at once, and the door when they have started. Whoever finds the door ready may ask for
 * anything: no service behind it is missing any more.
 */
export async function startDoorLast(
  behind: Readonly<Record<string, StartService>>,
  door: readonly [name: string, start: StartService],
  platformOf: PlatformOf,
): Promise<RunningService[]> {
  const start = async ([service, starts]: readonly [string, StartService]): Promise<RunningService> =>
    starts(await platformOf(service));
  const running = await Promise.all(Object.entries(behind).map(start));
  return [...running, await start(door)];
}
