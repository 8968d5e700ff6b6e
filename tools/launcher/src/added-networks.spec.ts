import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addToDirectory, fxWith, settingsOfAdded, simulatorsOf } from './added-networks.js';
import { layoutOf, programsOf } from './layout.js';
import type { SandboxDirectory } from './world.js';

const EXAMPLES = 'docs/examples';
/** Networks of the repository that are files. */
const OF_FILES = ['fiji', 'solomon'];

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
  it('is that of the repository when no other is named', () => {
    const directory = directoryOf();
    expect(directory.entries.flatMap(({ kind, id }) => (kind === 'network' ? [id] : []))).toEqual(OF_FILES);
    expect(directory.change).toBeUndefined();
  });

  it('is told when it holds none, and when it is the network itself', () => {
    expect(() => layoutOf(home, 7400, 'docs')).toThrow('--networks docs holds no network');
    expect(() => layoutOf(home, 7400, 'docs/examples/lagoon')).toThrow('name the folder that holds it');
  });

  it('gives each its ports, and lets adapter and simulator find each other', () => {
    const layout = layoutOf(home, 7400, EXAMPLES);
    expect(layout.added.map(({ name }) => name)).toEqual([...OF_FILES, 'lagoon']);
    const { listeners, simulators } = layout.ports;
    const everyPort = [...Object.values(listeners), ...Object.values(simulators)];
    expect(new Set(everyPort).size).toBe(everyPort.length);
    expect(settingsOfAdded(layout)).toMatchObject({
      TONLE_NETWORKS_DIR: [resolve('deploy/networks'), resolve(EXAMPLES)].join(','),
      TONLE_LAGOON_URL: `https://127.0.0.1:${simulators['lagoon']}`,
      TONLE_LAGOON_DOOR_PORT: String(listeners['lagoon']),
    });
    expect(simulatorsOf(layout)).toMatchObject([
      { id: 'fiji' },
      { id: 'solomon' },
      { id: 'lagoon', port: simulators['lagoon'], doorUrl: `https://127.0.0.1:${listeners['lagoon']}` },
    ]);
  });

  it('is served by one process, in which each has what is its own by its name', () => {
    const programs = programsOf(layoutOf(home, 7400, EXAMPLES));
    const own = (service: string) => ({ TONLE_KAFKA_TLS: 'true', TONLE_KAFKA_USER: service });
    const { services, settings } = programs.find(({ name }) => name === 'adapter-iso20022')!;
    expect(services).toEqual(['adapter-fiji', 'adapter-solomon', 'adapter-lagoon']);
    expect(settings(own)).toEqual({
      TONLE_NETWORK: 'fiji,solomon,lagoon',
      TONLE_KAFKA_TLS: 'true',
      TONLE_KAFKA_USER: 'adapter-fiji',
      TONLE_SOLOMON_KAFKA_USER: 'adapter-solomon',
      TONLE_LAGOON_KAFKA_USER: 'adapter-lagoon',
    });
    const routing = programs.find(({ name }) => name === 'routing')!;
    expect(routing.settings(own)).toEqual(own('routing'));
  });

  it('brings entries and opening funds, and says who changed the directory', () => {
    const { entries, openingFunds, change } = directoryOf(EXAMPLES);
    expect(entries.map(({ kind, id }) => `${kind} ${id}`).slice(-4)).toEqual([
      'participant LGSWITCH',
      'calendar LG',
      'network lagoon',
      'corridor KH-LG',
    ]);
    expect(openingFunds.length).toBeGreaterThan(2);
    expect(change).toEqual({ by: 'launcher', reason: 'networks that were added: lagoon' });
  });

  it('adds what a provider says in several files together', () => {
    const terms = { relationships: ['KHMEKONG'], tiers: [], participants: [], exposureLimits: { THB: '1' } };
    const file = {
      providers: [{ provider: 'FXNAGA', ...terms }],
      midRates: [{ pair: 'KHR/THB' }],
      sanityBands: [{ pair: 'USD/CNY' }],
    };
    const { providers, midRates, sanityBands } = fxWith(file, layoutOf(home, 7400, EXAMPLES));
    expect(providers).toMatchObject([
      {
        provider: 'FXNAGA',
        relationships: ['KHMEKONG', 'FJBANK', 'SBBANK', 'LGSWITCH'],
        exposureLimits: { THB: '1', SBD: '16000000000' },
      },
      { provider: 'FXGARUDA' },
      { provider: 'FXSINGHA' },
    ]);
    expect(midRates[0]).toEqual({ pair: 'KHR/THB' });
    expect(midRates.length).toBeGreaterThan(3);
    expect(sanityBands).toEqual([{ pair: 'USD/CNY' }]);
  });

  it('is refused when a profile lies in the folder of another', () => {
    mkdirSync(join(home, 'reef'));
    writeFileSync(join(home, 'reef/profile.json'), '{}');
    expect(() => layoutOf(home, 7400, home)).toThrow('cannot be used: id:');
  });
});
