import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runNetworks, startNetwork, type Network, type StartNetwork } from '@tonle/network';
import { isoNetwork } from './network.js';
import { readProfile } from './profile.js';
import type { IsoSettings } from './settings.js';

// Networks that are files: folders of folders, `<id>/profile.json` each. Whoever adds one writes no TypeScript.

const PROFILE_FILE = 'profile.json';
/** What each of several networks in one process may have of its own: TONLE_FIJI_DATABASE_URL before TONLE_DATABASE_URL. */
const OF_PROCESS = ['INTERNAL_PORT', 'DATABASE_URL', 'DATABASE_SCHEMA', 'KAFKA_USER', 'KAFKA_PASSWORD'];

type Environment = Readonly<Record<string, string | undefined>>;

/** Names of the networks that lie in a folder. */
export function networksIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, PROFILE_FILE)))
    .sort();
}

/** The network of a folder. Throws when its profile cannot be used, or lies in the folder of another. */
export function configuredNetwork(folder: string, name: string): Network<IsoSettings> {
  const profile = readProfile(join(folder, name, PROFILE_FILE));
  if (profile.id !== name) throw new RangeError(`${folder}/${name} holds the profile of ${profile.id}`);
  return isoNetwork(profile, { name: settingName(name) });
}

/** How each network of the folders in TONLE_NETWORKS_DIR is started, by the name of its service. */
export function configuredStarts(networksDir: string | undefined): Readonly<Record<string, StartNetwork>> {
  const starts = foldersOf(networksDir).flatMap((folder) =>
    networksIn(folder).map(
      (name) => [`adapter-${name}`, startNetwork(configuredNetwork(folder, name))] as const,
    ),
  );
  return Object.fromEntries(starts);
}

/** The main of a process that serves some of them: those of TONLE_NETWORK in TONLE_NETWORKS_DIR. */
export function runConfigured(environment: Environment = process.env): Promise<void> {
  const { TONLE_NETWORKS_DIR: networksDir, TONLE_NETWORK: wanted = '' } = environment;
  const names = listOf(wanted);
  const folders = foldersOf(networksDir);
  if (names.length === 0 || folders.length === 0)
    throw new RangeError('TONLE_NETWORKS_DIR and TONLE_NETWORK say which networks these are');
  return runNetworks(
    names.map((name) => {
      const folder = folders.find((each) => networksIn(each).includes(name));
      if (folder === undefined)
        throw new RangeError(`TONLE_NETWORK names ${name}: ${networksDir} has no such folder`);
      return { network: configuredNetwork(folder, name), settings: settingsOf(name, environment) };
    }),
  );
}

/** Those of the process, with what is this network's own in place of what is everybody's. */
function settingsOf(name: string, environment: Environment): Environment {
  const own = OF_PROCESS.flatMap((key) => {
    const value = environment[`TONLE_${settingName(name)}_${key}`];
    return value === undefined ? [] : [[`TONLE_${key}`, value] as const];
  });
  return { ...environment, ...Object.fromEntries(own) };
}

function settingName(network: string): string {
  return network.toUpperCase().replaceAll('-', '_');
}

function foldersOf(networksDir: string | undefined): string[] {
  return listOf(networksDir ?? '');
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
