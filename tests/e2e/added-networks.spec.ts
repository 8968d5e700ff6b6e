// Networks that an installation adds as folders of files, on both ways of running: that of docs/add-a-network.md, and one that pays the
// codes of another.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { MODES, TestInstallation } from '../world/installation.js';
import { addedNetworkTests } from './added-networks/lagoon.js';
import { offerTests } from './added-networks/offers.js';

jest.setTimeout(180_000);

describe.each(MODES)('on %s', (mode) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-networks-'));
  let world: TestInstallation;

  beforeAll(async () => {
    cpSync('docs/examples/lagoon', join(folder, 'lagoon'), { recursive: true });
    cpSync('tests/world/networks/palm', join(folder, 'palm'), { recursive: true });
    world = await TestInstallation.start(mode, { TONLE_LAGOON_SEND_MS: '2000' }, folder);
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true });
  });

  describe('a network that is a folder of files', () => addedNetworkTests(() => world));
  describe('a code that two networks can pay', () => offerTests(() => world));
});
