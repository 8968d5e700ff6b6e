import { describe, expect, it } from '@jest/globals';
import type { Platform, StartService } from '@tonle/platform';
import { startDoorLast } from './door-last.js';

const platformOf = (service: string) => Promise.resolve({ service } as Platform);

describe('services in one process', () => {
  it('open the door when all behind it have started, however long one takes', async () => {
    const told: string[] = [];
    let migrate = (): void => undefined;
    const migrated = new Promise<void>((done) => {
      migrate = done;
    });
    const starts =
      (until?: Promise<void>): StartService =>
      async ({ service }) => {
        told.push(`${service} starts`);
        await until;
        told.push(`${service} has started`);
        return { name: service, addresses: {}, close: () => Promise.resolve() };
      };
    const behind = { settlement: starts(migrated), routing: starts() };
    const starting = startDoorLast(behind, ['gateway', starts()], platformOf);
    await new Promise(setImmediate);
    expect(told).toEqual(['settlement starts', 'routing starts', 'routing has started']);
    migrate();
    expect((await starting).map(({ name }) => name)).toEqual(['settlement', 'routing', 'gateway']);
    expect(told.slice(3)).toEqual(['settlement has started', 'gateway starts', 'gateway has started']);
  });

  it('leave the door shut when one behind it does not start', async () => {
    let opened = false;
    const gateway: StartService = ({ service }) => {
      opened = true;
      return Promise.resolve({ name: service, addresses: {}, close: () => Promise.resolve() });
    };
    const broken: StartService = () => Promise.reject(new Error('no tables'));
    await expect(startDoorLast({ fx: broken }, ['gateway', gateway], platformOf)).rejects.toThrow(
      'no tables',
    );
    expect(opened).toBe(false);
  });
});
