import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adapterOf, NETWORKS, type NetworkName } from '@tonle/contracts';

/** Root of the project: tools/launcher/{src,dist} lies three levels below it. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const CORE = ['routing', 'fx', 'gateway', 'settlement'] as const;
export const SERVICES = [...CORE, ...NETWORKS.map(adapterOf)] as const;
export type ServiceName = (typeof SERVICES)[number];
type PortOf<Name extends string> = Readonly<Record<Name, number>>;

export interface Layout {
  /** Where data, keys and logs of this installation live. */
  readonly home: string;
  readonly ports: {
    readonly gateway: number;
    /** Where networks call their adapters; not every one does. */
    readonly listeners: PortOf<NetworkName>;
    readonly sandboxControl: number;
    readonly simulators: PortOf<NetworkName>;
    readonly internal: PortOf<ServiceName>;
    readonly postgres: number;
    readonly redis: number;
    readonly kafka: number;
    readonly kafkaController: number;
  };
}

export const PORT_BASE = 7400;

/** Every port is an offset from one base, so that two installations can live side by side. */
export function layoutOf(home: string, portBase: number): Layout {
  return {
    home: resolve(home),
    ports: {
      gateway: portBase,
      listeners: portsFrom(portBase + 9, NETWORKS),
      sandboxControl: portBase + 20,
      simulators: portsFrom(portBase + 21, NETWORKS),
      internal: { ...portsFrom(portBase + 31, CORE), ...portsFrom(portBase + 50, NETWORKS.map(adapterOf)) },
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

/** Settings under which each network and its simulator find each other. */
function networkSettings({ ports }: Layout): Record<string, string> {
  const source = readFileSync(resolve(ROOT, 'deploy/sandbox/networks.json'), 'utf8');
  const file = JSON.parse(source) as Record<NetworkName, Record<string, string>>;
  const settings = NETWORKS.flatMap((network) =>
    Object.entries(file[network]).map(([name, value]) => [
      name,
      value
        .replace('{simulator}', String(ports.simulators[network]))
        .replace('{listener}', String(ports.listeners[network])),
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
    TONLE_GATEWAY_PORT: String(ports.gateway),
    TONLE_SANDBOX_CONTROL_PORT: String(ports.sandboxControl),
    TONLE_DIRECTORY_FILE: resolve(home, 'directory.json'),
    TONLE_SCREENING_LIST_FILE: resolve(ROOT, 'deploy/sandbox/screening-list.json'),
    TONLE_FX_FILE: resolve(ROOT, 'deploy/sandbox/fx.json'),
    TONLE_KEYS_DIR: resolve(home, 'keys'),
    TONLE_PKI_DIR: resolve(home, 'pki'),
    TONLE_GATEWAY_URL: gatewayUrl(layout),
    ...networkSettings(layout),
  };
}
