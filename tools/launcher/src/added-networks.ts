import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuredNetworks } from '@tonle/adapter-iso20022';
import type { Layout } from './layout.js';
import { LaunchError } from './ports.js';
import type { SandboxDirectory } from './world.js';

// A network that an installation adds is a folder: profile.json for its adapter, directory.json for the directory,
// fx.json for prices, simulator.json for the sandbox. What is in none of them is nobody's business.

/** Terms of FX providers and the rates to start from, as `deploy/sandbox/fx.json` has them. */
interface FxFile {
  readonly providers: readonly FxProvider[];
  readonly midRates: readonly unknown[];
}

interface FxProvider {
  readonly provider: string;
  readonly relationships: readonly string[];
  readonly tiers: readonly unknown[];
  readonly participants: readonly unknown[];
  readonly exposureLimits: Readonly<Record<string, string>>;
}

/** Names of the networks that lie in a folder. Throws when a profile cannot be used, and a LaunchError when there is none. */
export function addedNetworks(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  const names = [...configuredNetworks(folder).keys()];
  if (names.length > 0) return names;
  const itself = existsSync(join(folder, 'profile.json'));
  throw new LaunchError(
    itself
      ? `--networks ${folder} is a network itself: name the folder that holds it.`
      : `--networks ${folder} holds no network: no folder in it has a profile.json (docs/add-a-network.md).`,
  );
}

/**
 * Adds their entries and opening funds. An installation that ran before gets no opening funds: what comes later is money
 * that statements prove.
 */
export function addToDirectory(directory: SandboxDirectory, layout: Layout): void {
  if (layout.added.length === 0) return;
  const ranBefore = existsSync(join(layout.home, 'postgres'));
  for (const added of partsOf<SandboxDirectory>(layout, 'directory.json')) {
    directory.entries.push(...added.entries);
    if (!ranBefore) directory.openingFunds.push(...added.openingFunds);
  }
  directory.change = { by: 'launcher', reason: `networks that were added: ${layout.added.join(', ')}` };
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
  return { providers, midRates: all.flatMap(({ midRates }) => midRates) };
}

/** Their simulators, each with the port where it listens and where it finds its adapter. */
export function simulatorsOf(layout: Layout): unknown[] {
  const { simulators, listeners } = layout.ports;
  return layout.added.flatMap((name) =>
    partOf<object>(layout, name, 'simulator.json').map((scheme) => ({
      ...scheme,
      port: simulators[name],
      doorUrl: `https://127.0.0.1:${listeners[name]}`,
    })),
  );
}

/** Settings under which each adapter finds its network, and is found. */
export function settingsOfAdded(layout: Layout): Record<string, string> {
  if (layout.networksDir === undefined) return {};
  const { simulators, listeners } = layout.ports;
  const settings = layout.added.flatMap((name) => {
    const prefix = `TONLE_${name.toUpperCase().replaceAll('-', '_')}`;
    return [
      [`${prefix}_URL`, `https://127.0.0.1:${simulators[name]}`],
      [`${prefix}_DOOR_PORT`, String(listeners[name])],
    ];
  });
  return { TONLE_NETWORKS_DIR: layout.networksDir, ...Object.fromEntries(settings) } as Record<
    string,
    string
  >;
}

function partsOf<Part>(layout: Layout, file: string): Part[] {
  return layout.added.flatMap((name) => partOf<Part>(layout, name, file));
}

function partOf<Part>({ networksDir }: Layout, name: string, file: string): Part[] {
  const path = join(networksDir ?? '', name, file);
  return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8')) as Part] : [];
}
