import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adapterOf, NETWORKS, type NetworkName } from '@tonle/contracts';
import { sandboxTimeFile } from '@tonle/security';
import { addedNetworks, settingPrefix, settingsOfAdded, type AddedNetwork } from './added-networks.js';

/** Root of the project: tools/launcher/{src,dist} lies three levels below it. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The networks of the repository that are files. */
const OF_FILES = resolve(ROOT, 'deploy/networks');
const CORE = ['routing', 'fx', 'gateway', 'settlement'] as const;
type PortOf<Name extends string> = Readonly<Record<Name, number>>;

export interface Layout {
  /** Where data, keys and logs of this installation live. */
  readonly home: string;
  /** Networks that are files: those of the repository, and those that this installation adds, which lie in `networksDir`. */
  readonly added: readonly AddedNetwork[];
  readonly networksDir?: string;
  readonly ports: {
    readonly gateway: number;
    /** Where networks call their adapters; not every one does. */
    readonly listeners: PortOf<string>;
    readonly sandboxControl: number;
    /** Where the settlement banks listen. */
    readonly banks: number;
    /** Where the sandbox catches webhooks. */
    readonly webhooks: number;
    readonly simulators: PortOf<string>;
    /** Where networks lay files down; not every one does. */
    readonly files: PortOf<string>;
    /** By service. */
    readonly internal: PortOf<string>;
    readonly postgres: number;
    readonly redis: number;
    readonly kafka: number;
    readonly kafkaController: number;
  };
}

export const PORT_BASE = 7400;

/** Every port is an offset from one base, so that two installations can live side by side. */
export function layoutOf(home: string, portBase: number, networksDir?: string): Layout {
  const folders = networksDir === undefined ? [OF_FILES] : [OF_FILES, networksDir];
  const added = folders.flatMap(addedNetworks);
  const names = added.map(({ name }) => name);
  const networks = [...NETWORKS, ...names];
  return {
    home: resolve(home),
    added,
    ...(networksDir !== undefined && { networksDir: resolve(networksDir) }),
    ports: {
      gateway: portBase,
      listeners: { ...portsFrom(portBase + 9, NETWORKS), ...portsFrom(portBase + 80, names) },
      sandboxControl: portBase + 20,
      banks: portBase + 29,
      webhooks: portBase + 30,
      simulators: { ...portsFrom(portBase + 21, NETWORKS), ...portsFrom(portBase + 90, names) },
      files: portsFrom(portBase + 70, NETWORKS),
      internal: { ...portsFrom(portBase + 31, CORE), ...portsFrom(portBase + 50, networks.map(adapterOf)) },
      postgres: portBase + 40,
      redis: portBase + 41,
      kafka: portBase + 42,
      kafkaController: portBase + 43,
    },
  };
}

function portsFrom<Name extends string>(first: number, names: readonly Name[]): PortOf<Name> {
  return Object.fromEntries(names.map((name, index) => [name, first + index])) as PortOf<Name>;
}

/** A process of a cluster, and the services in it. */
export interface Program {
  readonly name: string;
  readonly services: readonly string[];
  /** Of this process; `own` are those of one of its services. */
  settings(own: (service: string) => Readonly<Record<string, string>>): Record<string, string>;
}

/** Each service is a process, but those of networks that are files share one. */
export function programsOf({ added, ports: { internal } }: Layout): Program[] {
  const ofFiles = added.map(({ name }) => adapterOf(name));
  const alone = Object.keys(internal).filter((service) => !ofFiles.some((each) => each === service));
  const programs = alone.map((name): Program => ({ name, services: [name], settings: (own) => own(name) }));
  return [
    ...programs,
    { name: 'adapter-iso20022', services: ofFiles, settings: (own) => shared(added, own) },
  ];
}

/** What not all of them have alike is named by its network. */
function shared(
  added: readonly AddedNetwork[],
  own: (service: string) => Readonly<Record<string, string>>,
): Record<string, string> {
  const common = own(adapterOf(added[0]!.name));
  const settings = added.flatMap(({ name }) =>
    Object.entries(own(adapterOf(name)))
      .filter(([key, value]) => common[key] !== value)
      .map(([key, value]) => [key.replace(/^TONLE/, settingPrefix(name)), value] as const),
  );
  return {
    ...common,
    TONLE_NETWORK: added.map(({ name }) => name).join(','),
    ...Object.fromEntries(settings),
  };
}

/** Settings under which each network and its simulator find each other. */
function networkSettings({ ports }: Layout): Record<string, string> {
  const source = readFileSync(resolve(ROOT, 'deploy/sandbox/networks.json'), 'utf8');
  const file = JSON.parse(source) as Record<NetworkName, Record<string, string>>;
  const settings = NETWORKS.flatMap((network) =>
    Object.entries(file[network]).map(([name, value]) => [
      name,
      value
        .replace('{simulator}', String(ports.simulators[network]))
        .replace('{listener}', String(ports.listeners[network]))
        .replace('{files}', String(ports.files[network])),
    ]),
  );
  return Object.fromEntries(settings) as Record<string, string>;
}

export function gatewayUrl(layout: Layout): string {
  return `http://127.0.0.1:${layout.ports.gateway}`;
}

export function controlUrl(layout: Layout): string {
  return `http://127.0.0.1:${layout.ports.sandboxControl}`;
}

/** Settings of the sandbox installation that every process reads (see docs/settings.md). */
export function sandboxSettings(layout: Layout): Record<string, string> {
  const { home, ports } = layout;
  return {
    TONLE_HOME: home,
    TONLE_SANDBOX: 'true',
    TONLE_SANDBOX_TIME_FILE: sandboxTimeFile(home),
    TONLE_GATEWAY_PORT: String(ports.gateway),
    TONLE_SANDBOX_CONTROL_PORT: String(ports.sandboxControl),
    TONLE_SANDBOX_WEBHOOKS_PORT: String(ports.webhooks),
    TONLE_DIRECTORY_FILE: resolve(home, 'directory.json'),
    TONLE_SCREENING_LIST_FILE: resolve(ROOT, 'deploy/sandbox/screening-list.json'),
    TONLE_FX_FILE: resolve(home, 'fx.json'),
    TONLE_SANDBOX_NETWORKS_FILE: resolve(home, 'simulators.json'),
    TONLE_KEYS_DIR: resolve(home, 'keys'),
    TONLE_PKI_DIR: resolve(home, 'pki'),
    TONLE_GATEWAY_EVIDENCE_KEY_FILE: resolve(home, 'keys/TONLE-evidence.key.pem'),
    TONLE_SETTLEMENT_KEY_FILE: resolve(home, 'keys/TONLE-settlement.key.pem'),
    TONLE_GATEWAY_URL: gatewayUrl(layout),
    ...networkSettings(layout),
    ...settingsOfAdded(layout),
  };
}
