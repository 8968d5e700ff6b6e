import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PORT_BASE } from './layout.js';
import { LaunchError } from './ports.js';

export interface LauncherArguments {
  readonly once: boolean;
  /** Open what is planned, and pay there too. */
  readonly all: boolean;
  readonly home: string;
  readonly portBase: number;
  /** Folder of networks that are added. */
  readonly networksDir?: string;
  readonly help: boolean;
}

export const USAGE = `options, behind two dashes of their own (npm start -- --once):
  --once           make one payment each way at every network, print them, and exit (0 only if all completed)
  --all            open the corridors that are planned, both ways, and pay there too
  --home FOLDER    where data, keys and logs live (default .tonle)
  --networks FOLDER  networks to add, a folder of files each (docs/add-a-network.md)
  --port-base N    first of the ports to use (default ${PORT_BASE})`;

/** Reads the launcher's options. Throws LaunchError that names the wrong one. */
export function launcherArguments(argv: readonly string[]): LauncherArguments {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        once: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        home: { type: 'string', default: '.tonle' },
        networks: { type: 'string' },
        'port-base': { type: 'string', default: String(PORT_BASE) },
        help: { type: 'boolean', default: false },
      },
    });
    const portBase = Number.parseInt(values['port-base'], 10);
    if (String(portBase) !== values['port-base'] || portBase < 1024 || portBase > 65_000) {
      throw new Error(`--port-base takes a number from 1024 to 65000, not "${values['port-base']}"`);
    }
    const { once, all, home, networks, help } = values;
    if (networks !== undefined && !existsSync(networks)) {
      throw new Error(`--networks names a folder that is not there: ${networks}`);
    }
    return { once, all, home, portBase, ...(networks !== undefined && { networksDir: networks }), help };
  } catch (error) {
    throw new LaunchError(`${(error as Error).message}\n${USAGE}`);
  }
}
