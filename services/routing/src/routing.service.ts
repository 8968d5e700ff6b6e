import { startNestService } from '@tonle/http';
import type { StartService } from '@tonle/platform';
import { DirectoryVersions1764000200000 } from './migrations/directory-versions-1764000200000.js';
import { First1764000100000 } from './migrations/first-1764000100000.js';
import { Networks1764000300000 } from './migrations/networks-1764000300000.js';
import { RoutingModule } from './routing.module.js';
import { HoldEntity } from './screening/hold.view.js';

export const database = {
  entities: [HoldEntity],
  migrations: [First1764000100000, DirectoryVersions1764000200000, Networks1764000300000],
};

/** Starts the routing service. It is reached by topic and calls only and does not listen. */
export const startRouting: StartService = (platform) =>
  startNestService(platform, RoutingModule, { database });
