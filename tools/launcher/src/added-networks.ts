import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configuredNetwork, networksIn } from '@tonle/adapter-iso20022';
import type { Layout } from './layout.js';
import { LaunchError } from './ports.js';
import type { SandboxDirectory } from './world.js';

// A network that is files is a folder: profile.json for its adapter, directory.json for the directory, fx.json for prices,
// simulator.json for the sandbox. Those of the repository are always there, and an installation may add others.

/** Terms of FX providers and the rates to start from, as `deploy/sandbox/fx.json` has them. */
interface FxFile {
  readonly providers: readonly FxProvider[];
  readonly midRates: readonly unknown[];
  readonly sanityBands?: readonly unknown[];
}

interface FxProvider {
  readonly provider: string;
  readonly relationships: readonly string[];
  readonly tiers: readonly unknown[];
  readonly participants: readonly unknown[];
  readonly exposureLimits: Readonly<Record<string, string>>;
}

/** A network that is files, and the folder that its own folder lies in. */
export interface AddedNetwork {
  readonly name: string;
  readonly folder: string;
}

/** The networks that lie in a folder. Throws when a profile cannot be used, and a LaunchError when there is none. */
export function addedNetworks(folder: string): readonly AddedNetwork[] {
  const names = networksIn(folder);
  for (const name of names) configuredNetwork(folder, name);
  if (names.length > 0) return names.map((name) => ({ name, folder: resolve(folder) }));
  const itself = existsSync(join(folder, 'profile.json'));
  throw new LaunchError(
    itself
      ? `--networks ${folder} is a network itself: name the folder that holds it.`
      : `--networks ${folder} holds no network: no folder in it has a profile.json (docs/add-a-network.md).`,
  );
}

/** Adds their entries and opening funds. */
export function addToDirectory(directory: SandboxDirectory, layout: Layout): void {
  for (const added of partsOf<SandboxDirectory>(layout, 'directory.json')) {
    directory.entries.push(...added.entries);
    directory.openingFunds.push(...added.openingFunds);
  }
  if (layout.networksDir === undefined) return;
  const names = layout.added.flatMap(({ name, folder }) => (folder === layout.networksDir ? [name] : []));
  directory.change = { by: 'launcher', reason: `networks that were added: ${names.join(', ')}` };
}

/** The terms with theirs: what a provider says in several files counts together. */
export function fxWith(file: FxFile, layout: Layout): FxFile {
  const all = [file, ...partsOf<FxFile>(layout, 'fx.json')];
  const names = [...new Set(all.flatMap(({ providers }) => providers.map(({ provider }) => provider)))];
  const providers = names.map((name) => {
    const said = all.flatMap((each) => each.providers.filter(({ provider }) => provider === name));
    return {
      provider: name,
      relationships: said.flatMap(({ relationships }) => relationships),
      tiers: said.flatMap(({ tiers }) => tiers),
      participants: said.flatMap(({ participants }) => participants),
      exposureLimits: Object.assign({}, ...said.map(({ exposureLimits }) => exposureLimits)) as Record<
        string,
        string
      >,
    };
  });
  return {
    providers,
    midRates: all.flatMap(({ midRates }) => midRates),
    sanityBands: all.flatMap(({ sanityBands = [] }) => sanityBands),
  };
}

/** Their simulators, each with the port where it listens and where it finds its adapter. */
export function simulatorsOf(layout: Layout): unknown[] {
  const { simulators, listeners } = layout.ports;
  return layout.added.flatMap((network) =>
    partOf<object>(network, 'simulator.json').map((scheme) => ({
      ...scheme,
      port: simulators[network.name],
      doorUrl: `https://127.0.0.1:${listeners[network.name]}`,
    })),
  );
}

/** Settings under which each adapter finds its network, and is found. */
export function settingsOfAdded({ added, ports: { simulators, listeners } }: Layout): Record<string, string> {
  const settings = added.flatMap(({ name }) => {
    const prefix = settingPrefix(name);
    return [
      [`${prefix}_URL`, `https://127.0.0.1:${simulators[name]}`],
      [`${prefix}_DOOR_PORT`, String(listeners[name])],
    ];
  });
  const folders = [...new Set(added.map(({ folder }) => folder))];
  return { TONLE_NETWORKS_DIR: folders.join(','), ...Object.fromEntries(settings) } as Record<string, string>;
}

/** Begins the names of a network's own settings. */
export function settingPrefix(network: string): string {
  return `TONLE_${network.toUpperCase().replaceAll('-', '_')}`;
}

function partsOf<Part>(layout: Layout, file: string): Part[] {
  return layout.added.flatMap((network) => partOf<Part>(network, file));
}

function partOf<Part>({ folder, name }: AddedNetwork, file: string): Part[] {
  const path = join(folder, name, file);
  return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8')) as Part] : [];
}
