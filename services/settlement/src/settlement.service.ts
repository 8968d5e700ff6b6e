import { startNestService } from '@tonle/http';
import type { StartService } from '@tonle/platform';
import { JobRunEntity } from './job/job.view.js';
import { First1764000600000 } from './migrations/first-1764000600000.js';
import { Second1764000610000 } from './migrations/second-1764000610000.js';
import { BreakEntity } from './reconciliation/break.view.js';
import { SettlementModule } from './settlement.module.js';
import { WindowEntity, WindowNetEntity } from './window/window.view.js';

const database = {
  entities: [WindowEntity, WindowNetEntity, BreakEntity, JobRunEntity],
  migrations: [First1764000600000, Second1764000610000],
};

/** Starts the settlement service. It is asked by calls only and does not listen. */
export const startSettlement: StartService = (platform) =>
  startNestService(platform, SettlementModule, { database });
