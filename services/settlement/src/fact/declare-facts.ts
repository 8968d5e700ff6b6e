import { switchServices, type Directory } from '@tonle/directory';
import type { Platform, Service } from '@tonle/platform';
import { CopyFactsJob } from './copy-facts.job.js';
import { FactStore } from './fact.store.js';

const COPY_EVERY_MS = 15_000;

/** Copies what other services tell for reports; the service is impaired while that is hours old. */
export function declareFactCopies(service: Service, platform: Platform, directory: Directory): void {
  const { database, calls, clock, telemetry } = platform;
  // Before the directory is there nobody knows which networks have services.
  const services = () => (directory.corridors().length === 0 ? [] : switchServices(directory));
  const copy = new CopyFactsJob(database, calls, clock, telemetry, new FactStore(), services);
  service.job('copy-facts', COPY_EVERY_MS, copy.run);
  service.mayLack(
    'facts',
    () => copy.lacking().length === 0,
    'What other services tell for reports is hours old: reports that need it wait. tonle_fact_copy_behind_seconds says which.',
  );
}
