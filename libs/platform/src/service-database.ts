import { openDatabase, type Database } from '@tonle/persistence';
import type { Platform } from './platform.js';

export interface ServiceDatabaseOptions {
  readonly url: string;
  readonly poolMax: number;
  /** Absent: that of the service's name. */
  readonly schema?: string;
}

/** The database of a service, which tries again by the platform's chance and reports to its log. */
export function openServiceDatabase(
  { service, random, telemetry }: Pick<Platform, 'service' | 'random' | 'telemetry'>,
  { url, poolMax, schema = schemaOf(service) }: ServiceDatabaseOptions,
): Promise<Database> {
  return openDatabase({
    url,
    schema,
    service,
    poolMax,
    unit: () => random.unit(),
    report: (event, error) => telemetry.log.warn({ err: error }, event),
  });
}

/** The schema of a service where all share one database: its name, which needs no quotes in SQL. */
function schemaOf(service: string): string {
  return service.replaceAll('-', '_');
}
