import { configuredStarts } from '@tonle/adapter-iso20022';
import { adapterOf, NETWORKS } from '@tonle/contracts';
import type { StartService } from '@tonle/platform';

/** The starts of all adapters by service name: each package exports its own as `start`; what is added is files. */
export async function startsOfAdapters(networksDir?: string): Promise<Record<string, StartService>> {
  const starts = NETWORKS.map(adapterOf).map(async (adapter) => {
    const { start } = (await import(`@tonle/${adapter}`)) as { start: StartService };
    return [adapter, start] as const;
  });
  return { ...Object.fromEntries(await Promise.all(starts)), ...configuredStarts(networksDir) };
}
