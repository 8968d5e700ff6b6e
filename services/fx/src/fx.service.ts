import { startNestService } from '@tonle/http';
import type { StartService } from '@tonle/platform';
import { FxModule } from './fx.module.js';
import { First1764000200000 } from './migrations/first-1764000200000.js';

/** Starts the fx service. It is asked by calls only and does not listen. */
export const startFx: StartService = (platform) =>
  startNestService(platform, FxModule, { database: { migrations: [First1764000200000] } });
