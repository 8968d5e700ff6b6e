import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the project: tools/launcher/{src,dist} lies three levels below it. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export const SERVICES = [
  'routing',
  'fx',
  'gateway',
  'settlement',
  'adapter-bakong',
  'adapter-thailand',
] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface Layout {
  /** Where data, keys and logs of this installation live. */
  readonly home: string;
  readonly ports: {
    readonly gateway: number;
    readonly thaiDoor: number;
    readonly sandboxControl: number;
    readonly sandboxBakong: number;
    readonly sandboxThai: number;
    readonly internal: Readonly<Record<ServiceName, number>>;
    readonly postgres: number;
    readonly redis: number;
    readonly kafka: number;
    readonly kafkaController: number;
  };
}

export const PORT_BASE = 7400;

/** Every port is an offset from one base, so that two installations can live side by side. */
export function layoutOf(home: string, portBase: number): Layout {
  const internal = Object.fromEntries(
    SERVICES.map((service, index) => [service, portBase + 31 + index]),
  ) as Record<ServiceName, number>;
  return {
    home: resolve(home),
    ports: {
      gateway: portBase,
      thaiDoor: portBase + 10,
      sandboxControl: portBase + 20,
      sandboxBakong: portBase + 21,
      sandboxThai: portBase + 22,
      internal,
      postgres: portBase + 40,
      redis: portBase + 41,
      kafka: portBase + 42,
      kafkaController: portBase + 43,
    },
  };
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
    TONLE_THAI_DOOR_PORT: String(ports.thaiDoor),
    TONLE_SANDBOX_CONTROL_PORT: String(ports.sandboxControl),
    TONLE_SANDBOX_BAKONG_PORT: String(ports.sandboxBakong),
    TONLE_SANDBOX_THAI_PORT: String(ports.sandboxThai),
    TONLE_DIRECTORY_FILE: resolve(home, 'directory.json'),
    TONLE_SCREENING_LIST_FILE: resolve(ROOT, 'deploy/sandbox/screening-list.json'),
    TONLE_FX_FILE: resolve(ROOT, 'deploy/sandbox/fx.json'),
    TONLE_KEYS_DIR: resolve(home, 'keys'),
    TONLE_PKI_DIR: resolve(home, 'pki'),
    TONLE_BAKONG_SOAP_URL: `http://127.0.0.1:${ports.sandboxBakong}/cb`,
    TONLE_BAKONG_API_URL: `http://127.0.0.1:${ports.sandboxBakong}`,
    TONLE_THAI_URL: `https://127.0.0.1:${ports.sandboxThai}`,
    TONLE_THAI_DOOR_URL: `https://127.0.0.1:${ports.thaiDoor}`,
    TONLE_GATEWAY_URL: gatewayUrl(layout),
  };
}
