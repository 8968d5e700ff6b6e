import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EventTransport } from '@tonle/messaging';
import { z } from 'zod';
import type { Platform } from './platform.js';
import { Service } from './service.js';
import { createTestPlatform } from './test-platform.js';

const hello = {
  service: 'fx',
  name: 'fx.hello',
  request: z.object({}),
  response: z.string(),
  timeoutMs: 20_000,
};

let seen: string[];
let platform: Platform;
let service: Service;
beforeEach(() => {
  seen = [];
  const transport: EventTransport = {
    publish: () => Promise.resolve(),
    subscribe: (topic, _handler, { group, unhurried }) => {
      seen.push(`${topic} for ${group}${unhurried === true ? ', unhurried' : ''}`);
      return Promise.resolve({ close: () => note(`${topic} closed`) });
    },
    close: () => Promise.resolve(),
  };
  platform = createTestPlatform('fx', undefined as never, { transport: transport as never });
  service = new Service(platform);
});

function note(what: string): Promise<void> {
  seen.push(what);
  return Promise.resolve();
}

function declareAll(): void {
  service.http('public', () =>
    note('listens').then(() => ({ url: 'http://x', close: () => note('http closed') })),
  );
  service.job('tick', 1, () => note('job'), { firstAfterMs: 0 });
  service.resource('lane', () => note('lane closed'));
  service.topic('events', () => Promise.resolve(), { unhurried: true });
  service.topic('inbox', () => Promise.resolve());
  service.first(() => note('first'));
  service.call(hello, () => Promise.resolve('hello'));
  service.resource('queue', () => note('queue closed'));
  service.leaving(() => seen.push('callers let go'));
}

describe(Service.name, () => {
  it('starts its parts in one order, whatever the order of their declaration, and closes them in another', async () => {
    declareAll();
    await expect(platform.calls.call(hello, {})).rejects.toThrow('did not answer');
    const running = await service.start();
    expect(running).toMatchObject({ name: 'fx', addresses: { public: 'http://x' } });
    await expect(platform.calls.call(hello, {})).resolves.toBe('hello');
    await running.close();
    expect(seen.filter((what) => what !== 'job')).toEqual([
      'first',
      'events for fx, unhurried',
      'inbox for fx',
      'listens',
      'callers let go',
      'http closed',
      'events closed',
      'inbox closed',
      'queue closed',
      'lane closed',
    ]);
  });

  it('runs its jobs until it is closed', async () => {
    await new Promise<void>((ran, fail) => {
      service.job('tick', 1, () => Promise.resolve(ran()));
      service.start().catch(fail);
    });
    await service.close();
  });

  it('leaves nothing open when a part does not start', async () => {
    declareAll();
    service.http('door', () => Promise.reject(new Error('port 1 is taken')));
    await expect(service.start()).rejects.toThrow('port 1 is taken');
    expect(seen).toEqual(
      expect.arrayContaining(['http closed', 'events closed', 'inbox closed', 'queue closed', 'lane closed']),
    );
  });

  it('closes the rest when a part does not close, once, and says what failed', async () => {
    service.resource('first', () => note('first closed'));
    service.resource('second', () => Promise.reject(new Error('still busy')));
    const running = await service.start();
    await expect(running.close()).rejects.toThrow('still busy');
    await expect(running.close()).rejects.toThrow('still busy');
    expect(seen).toEqual(['first closed']);
  });

  it('knows what it still waits for', () => {
    let there = false;
    service.needs('directory', () => there, 'not told yet');
    expect(service.missing()).toMatchObject([{ part: 'directory', says: 'not told yet' }]);
    there = true;
    expect(service.missing()).toEqual([]);
  });
});

describe('a service whose caller or work does not end', () => {
  it('frees everything else, and says what was left', async () => {
    service = new Service(platform, { listenersMs: 5, workMs: 5 });
    service.http('public', () =>
      Promise.resolve({ url: 'http://x', close: () => new Promise(() => undefined) }),
    );
    let begun: () => void = () => undefined;
    const stands = new Promise<void>((done) => (begun = done));
    const job = () => {
      begun();
      return new Promise(() => undefined);
    };
    service.job('stands', 0, job, { firstAfterMs: 0 });
    service.topic('inbox', () => Promise.resolve());
    service.resource('lane', () => note('lane closed'));
    await service.start();
    await stands;
    await expect(service.close()).rejects.toThrow('a listener was not closed within 5 ms');
    expect(seen).toEqual(['inbox for fx', 'inbox closed', 'lane closed']);
  });
});
