import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase } from '@tonle/persistence';
import { createTestPlatform } from '@tonle/platform';
import { until } from '../../../../tests/world/until.js';
import type { ReconciliationTarget } from '../reconciliation/reconciliation-targets.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { JobRunner } from './job-runner.js';

// Real: PostgreSQL, pg-boss. Statements, and when they are due, are of this file.

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);

it('asks for statements at once when the clock was moved on, and waits for the hour when it was not', async () => {
  const test = await createTestDatabase('job_runner');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  const settings = { TONLE_DATABASE_URL: test.url };
  const platform = createTestPlatform('settlement', test.database, { settings });
  const { entries } = JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] };
  const asked: string[] = [];
  let isMoved = false;
  const run = (_target: ReconciliationTarget, day: string) => Promise.resolve(void asked.push(day));
  const missing = {
    due: ([target]: ReconciliationTarget[]) => Promise.resolve([{ target, day: '2026-11-20' }]),
    of: () => Promise.resolve([]),
    asked: () => Promise.resolve(),
    came: () => Promise.resolve(),
  };
  const runner = new JobRunner(
    platform,
    new Directory(entries),
    { run: () => Promise.resolve() } as never,
    { run } as never,
    missing as never,
    { hasMoved: () => isMoved },
  );
  await runner.start();
  try {
    const queued = async () => {
      const [row] = await test.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM ${platform.database.schema}_jobs.job WHERE name = 'reconcile'`,
      );
      return row!.n;
    };
    const before = await queued();
    await runner.followClock();
    expect(await queued()).toBe(before);
    isMoved = true;
    await runner.followClock();
    await until('the statements to be asked for', () => asked.length > 0);
    expect(asked[0]).toBe('2026-11-20');
  } finally {
    await runner.close();
    await test.drop();
  }
});
