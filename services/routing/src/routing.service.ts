import type { Platform, RunningService, StartService } from '@tonle/nest';

/** Starts the routing service: the life of a payment and the clearing ledger. */
export const startRouting: StartService = (platform: Platform): Promise<RunningService> => {
  throw new Error(`${platform.service} is not wired yet`);
};
