// What happens when a payment does not go straight, on both ways of running: one installation for all of it, and at its end the books agree.
// Each file of tests/e2e/exceptions is a part of it; its tests leave the installation as they found it.
import { afterAll, afterEach, beforeAll, describe, it, jest } from '@jest/globals';
import { MODES, TestInstallation } from '../world/installation.js';
import { auditlogTests } from './exceptions/auditlog.js';
import { callbacks } from './exceptions/callbacks.js';
import { deadLetterTests } from './exceptions/dead-letters.js';
import { notices } from './exceptions/notices.js';
import { health } from './exceptions/health.js';
import type { InstallationTests } from '../world/installation-tests.js';
import { stopping } from './exceptions/stopping.js';
import { waiting } from './exceptions/waiting.js';
import { unknowns } from './exceptions/unknowns.js';
import { story } from './exceptions/story.js';
import { refundsTests } from './exceptions/refunds.js';
import { givesTheDaysRate, refundFaultTests } from './exceptions/refund-faults.js';

jest.setTimeout(180_000);

const PARTS: Readonly<Record<string, InstallationTests>> = {
  auditlog: auditlogTests,
  callbacks,
  notices,
  'dead letters': deadLetterTests,
  health,
  waiting,
  unknowns,
  story,
  refunds: refundsTests,
  'refunds by a fault': refundFaultTests,
  // Last: what an instance has heard of networks is gone after it.
  stopping,
};

describe.each(MODES)('exceptions on %s', (mode) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = await TestInstallation.start(mode, {}, undefined, givesTheDaysRate);
    await world.prepare();
  });
  // What one part ends in the middle of must not be the next one's fault.
  afterEach(() => world.control('DELETE', '/control/faults'));
  afterAll(async () => {
    await world?.stop();
  });

  for (const [name, tests] of Object.entries(PARTS)) describe(name, () => tests(() => world));

  it('and the books of all agree', () => world.sound());
});
