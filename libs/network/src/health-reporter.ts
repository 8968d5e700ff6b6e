import { PARTNER_HEALTH_CHANNEL, type PartnerHealthReport } from '@tonle/contracts';
import type { Platform } from '@tonle/platform';
import type { LegService } from './leg.service.js';
import type { LookupHealth } from './lookup-health.js';

/** Tells everybody how the network answers this instance: what comes in is let through, or refused early, by it. */
export class HealthReporter {
  constructor(
    private readonly network: string,
    private readonly platform: Pick<Platform, 'shared' | 'instance'>,
    private readonly legs: Pick<LegService, 'report'> | undefined,
    private readonly lookups: Pick<LookupHealth, 'report'> | undefined,
  ) {}

  readonly run = (): Promise<void> => {
    const { shared, instance } = this.platform;
    const [legs, lookups] = [this.legs?.report, this.lookups?.report];
    const report: PartnerHealthReport = {
      network: this.network,
      instance,
      breakers: { ...legs?.breakers, ...(lookups !== undefined && { lookups: lookups.breaker }) },
      calls: { ...legs?.calls, ...(lookups !== undefined && { lookups: lookups.calls }) },
    };
    return shared.publish(PARTNER_HEALTH_CHANNEL, JSON.stringify(report));
  };
}
