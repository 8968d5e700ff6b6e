import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addToDirectory, fxWith, settingsOfAdded, simulatorsOf } from './added-networks.js';
import { layoutOf, programOf } from './layout.js';
import type { SandboxDirectory } from './world.js';

const EXAMPLES = 'docs/examples';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tonle-added-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const directoryOf = (folder?: string): SandboxDirectory => {
  const directory: SandboxDirectory = { entries: [], openingFunds: [] };
  addToDirectory(directory, layoutOf(home, 7400, folder));
  return directory;
};

describe('a folder of networks', () => {
  it('adds nothing when there is none', () => {
    expect(directoryOf()).toEqual({ entries: [], openingFunds: [] });
    expect(settingsOfAdded(layoutOf(home, 7400))).toEqual({});
  });

  it('is told when it holds none, and when it is the network itself', () => {
    expect(() => layoutOf(home, 7400, 'docs')).toThrow('--networks docs holds no network');
    expect(() => layoutOf(home, 7400, 'docs/examples/lagoon')).toThrow('name the folder that holds it');
  });

  it('gives each its ports, and lets adapter and simulator find each other', () => {
    const layout = layoutOf(home, 7400, EXAMPLES);
    expect(layout.added).toEqual(['lagoon']);
    const { listeners, simulators } = layout.ports;
    const everyPort = [...Object.values(listeners), ...Object.values(simulators)];
    expect(new Set(everyPort).size).toBe(everyPort.length);
    expect(settingsOfAdded(layout)).toMatchObject({
      TONLE_LAGOON_URL: `https://127.0.0.1:${simulators['lagoon']}`,
      TONLE_LAGOON_DOOR_PORT: String(listeners['lagoon']),
    });
    expect(simulatorsOf(layout)).toMatchObject([
      { id: 'lagoon', port: simulators['lagoon'], doorUrl: `https://127.0.0.1:${listeners['lagoon']}` },
    ]);
    expect(programOf(layout, 'adapter-lagoon').settings).toEqual({ TONLE_NETWORK: 'lagoon' });
    expect(programOf(layout, 'routing').script).toBe('services/routing/dist/main.js');
  });

  it('brings opening funds to a new installation only, and says who changed the directory', () => {
    const first = directoryOf(EXAMPLES);
    expect(first.entries.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'participant LGSWITCH',
      'calendar LG',
      'network lagoon',
      'corridor KH-LG',
    ]);
    expect(first.openingFunds).toHaveLength(2);
    mkdirSync(join(home, 'postgres'));
    expect(directoryOf(EXAMPLES)).toMatchObject({
      openingFunds: [],
      change: { by: 'launcher', reason: 'networks that were added: lagoon' },
    });
  });

  it('adds what a provider says in several files together', () => {
    const terms = { relationships: ['KHMEKONG'], tiers: [], participants: [], exposureLimits: { THB: '1' } };
    const file = { providers: [{ provider: 'FXNAGA', ...terms }], midRates: [{ pair: 'KHR/THB' }] };
    const { providers, midRates } = fxWith(file, layoutOf(home, 7400, EXAMPLES));
    expect(providers).toMatchObject([
      {
        provider: 'FXNAGA',
        relationships: ['KHMEKONG', 'LGSWITCH'],
        exposureLimits: { THB: '1', FJD: '40000000000' },
      },
    ]);
    expect(midRates).toHaveLength(3);
  });

  it('is refused when a profile lies in the folder of another', () => {
    mkdirSync(join(home, 'reef'));
    writeFileSync(join(home, 'reef/profile.json'), '{}');
    expect(() => layoutOf(home, 7400, home)).toThrow('cannot be used: id:');
  });
});
