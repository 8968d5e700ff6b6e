import type { Directory } from './directory.js';

const CORE_SERVICES = ['gateway', 'fx', 'routing', 'settlement'];

/** Every service of the switch: ours, and an adapter for each network that the directory has in service. */
export function switchServices(directory: Directory): string[] {
  const adapters = directory.corridors().flatMap(({ home, partner }) => [home.adapter, partner.adapter]);
  return [...new Set([...CORE_SERVICES, ...adapters])];
}
