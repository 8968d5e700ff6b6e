import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runNetwork, startNetwork, type Network, type StartNetwork } from '@tonle/network';
import { isoNetwork } from './network.js';
import { readProfile } from './profile.js';
import type { IsoSettings } from './settings.js';

// Networks that are files: a folder of folders, `<id>/profile.json` each. Whoever adds one writes no TypeScript.

const PROFILE_FILE = 'profile.json';

/** The networks of a folder, by id. Throws when a profile cannot be used, or lies in the folder of another. */
export function configuredNetworks(folder: string): ReadonlyMap<string, Network<IsoSettings>> {
  const names = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, PROFILE_FILE)))
    .sort();
  return new Map(names.map((name) => [name, networkOf(folder, name)]));
}

/** How each network of a folder is started, by the name of its service. */
export function configuredStarts(folder: string): Readonly<Record<string, StartNetwork>> {
  const networks = [...configuredNetworks(folder).values()];
  return Object.fromEntries(networks.map((network) => [`adapter-${network.id}`, startNetwork(network)]));
}

/** The main of a process that serves one of them: TONLE_NETWORK in TONLE_NETWORKS_DIR. */
export function runConfigured(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const { TONLE_NETWORKS_DIR: folder, TONLE_NETWORK: name } = environment;
  if (folder === undefined || name === undefined)
    throw new RangeError('TONLE_NETWORKS_DIR and TONLE_NETWORK say which network this is');
  return runNetwork(networkOf(folder, name));
}

function networkOf(folder: string, name: string): Network<IsoSettings> {
  const profile = readProfile(join(folder, name, PROFILE_FILE));
  if (profile.id !== name) throw new RangeError(`${folder}/${name} holds the profile of ${profile.id}`);
  return isoNetwork(profile, { name: name.toUpperCase().replaceAll('-', '_') });
}
