import { expect, it } from '@jest/globals';
import { createTestDatabase } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import { until } from '../../../../tests/world/until.js';
import { EvidenceLog } from './evidence-log.js';
import { KeptMessages1772700000000 } from '../migrations/1772700000000-kept-messages.js';

// Real: PostgreSQL.

it('evidence that cannot be kept is lost alone', async () => {
  const test = await createTestDatabase('evidence_log');
  await test.database.openOrm({ migrations: [KeptMessages1772700000000] });
  const log = new EvidenceLog(test.database, createTestTelemetry('evidence'));
  const subjects = Array.from({ length: 40 }, (_, n) => (n === 13 ? 'a\u0000b' : `lookup ${n}`));
  for (const subject of subjects)
    log.keep({ subject, direction: 'in', at: 0, operation: 'lookup', bytes: Buffer.from('bytes') });
  const kept = () => test.database.query<{ subject: string }>('SELECT subject FROM evidence');
  await until('the others', async () => (await kept()).length === subjects.length - 1);
  expect((await kept()).map(({ subject }) => subject).sort()).toEqual(
    subjects.filter((_, n) => n !== 13).sort(),
  );
  await test.drop();
});
