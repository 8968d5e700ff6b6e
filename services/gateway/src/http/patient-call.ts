import { setTimeout as pause } from 'node:timers/promises';
import { CallFailed, ServiceUnavailable, type CallContract, type ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';

const PATIENCE_MS = 2_000;
const PAUSE_MS = 250;

/**
 * Asks another service again when it is away only for a moment (it starts, or was just replaced). For questions without
 * effect. Throws ServiceUnavailable when it stays away, or was slow to fail: then the caller has waited enough.
 */
export async function askPatiently<Request, Response>(
  calls: ServiceCalls,
  clock: Clock,
  contract: CallContract<Request, Response>,
  request: Request,
): Promise<Response> {
  const until = clock.now() + PATIENCE_MS;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await calls.call(contract, request);
    } catch (error) {
      const patient =
        error instanceof ServiceUnavailable &&
        !(error instanceof CallFailed) &&
        clock.now() < until &&
        attempts * PAUSE_MS < PATIENCE_MS;
      if (!patient) throw error;
      await pause(PAUSE_MS);
    }
  }
}

/** Calls that are all asked so. */
export function patient(calls: ServiceCalls, clock: Clock): Pick<ServiceCalls, 'call'> {
  return { call: (contract, request) => askPatiently(calls, clock, contract, request) };
}
