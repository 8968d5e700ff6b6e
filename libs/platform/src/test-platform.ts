import { DirectCalls, InProcessTransport, MemoryState } from '@tonle/messaging';
import type { Database, Queryable } from '@tonle/persistence';
import { processTimeMs } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import type { TestTelemetry } from '@tonle/telemetry';
import type { Clock, Platform } from './platform.js';
import { seededRandom } from './random.js';

/** A clock that stands until it is moved. */
export class TestClock implements Clock {
  private at: number;

  constructor(now: number) {
    this.at = now;
  }

  now(): number {
    return this.at;
  }

  advance(ms: number): void {
    this.at += ms;
  }

  set(now: number): void {
    this.at = now;
  }
}

export interface TestPlatform extends Platform {
  readonly clock: TestClock;
  readonly telemetry: TestTelemetry;
  readonly transport: InProcessTransport;
  /** What `fail` was called with. */
  readonly failures: readonly Error[];
}

/** A platform for tests: in memory but for `database`; time stands, randomness comes from TONLE_SEED. */
export function createTestPlatform(
  service: string,
  database: Database,
  more: Partial<Platform> = {},
): TestPlatform {
  const failures: Error[] = [];
  const telemetry = createTestTelemetry(
    service,
    process.env['TONLE_LOG_LEVEL'] === undefined ? {} : { TONLE_LOG_LEVEL: process.env['TONLE_LOG_LEVEL'] },
  );
  return {
    service,
    instance: `${service}-test`,
    settings: {},
    clock: new TestClock(Math.floor(processTimeMs())),
    random: seededRandom(Number(process.env['TONLE_SEED'] ?? '1')),
    transport: new InProcessTransport({ telemetry, lingerMs: 0 }),
    calls: new DirectCalls(),
    shared: new MemoryState(),
    fail: (error: Error) => failures.push(error),
    failures,
    telemetry,
    database,
    ...more,
  } as unknown as TestPlatform;
}

/** The actions in the audit log of a service, in the order in which they were written. */
export async function auditedActions(database: Queryable): Promise<string[]> {
  const entries = await database.query<{ action: string }>(
    `SELECT entry ->> 'action' AS action FROM audit_entry ORDER BY number`,
  );
  return entries.map(({ action }) => action);
}
