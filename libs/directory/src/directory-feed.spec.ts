import { afterEach, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@tonle/messaging';
import { Directory } from './directory.copy.js';
import { routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { DirectoryFeed } from './directory-feed.js';
import { createTestPlatform } from '@tonle/platform';

const participant = (id: string, version: number, state = 'active'): DirectoryEntry => ({
  kind: 'participant',
  id,
  version,
  body: { participantId: id, name: id, kind: 'bank', country: 'KH', state, keys: [], scopes: [] },
});

const platform = () => createTestPlatform('fx', undefined as never);
const stops: (() => Promise<void>)[] = [];

async function follow(test = platform()) {
  const directory = new Directory();
  const feed = new DirectoryFeed(directory, test);
  await feed.start();
  stops.push(async () => {
    await feed.close();
    await test.transport.close();
  });
  const change = (entry: DirectoryEntry) =>
    test.transport.publish([
      {
        topic: TOPICS.directory,
        key: `${entry.kind}:${entry.id}`,
        type: 'directory.entry',
        messageId: `${entry.id}:${entry.version}`,
        body: JSON.stringify(entry),
      },
    ]);
  return { directory, change };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setImmediate(done));
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('the directory feed', () => {
  it('stays empty until the whole has come, then knows what changed meanwhile', async () => {
    const test = platform();
    let answer: (entries: DirectoryEntry[]) => void = () => undefined;
    const whole = new Promise<DirectoryEntry[]>((done) => (answer = done));
    test.calls.serve(routingCalls.directory, async () => ({ entries: await whole }));
    const { directory, change } = await follow(test);
    await change(participant('KHANGKOR', 2, 'paused'));
    expect(directory.isEmpty).toBe(true);
    answer([participant('KHANGKOR', 1), participant('KHMEKONG', 1)]);
    await until(() => !directory.isEmpty);
    expect(directory.participant('KHMEKONG')?.state).toBe('active');
    expect(directory.participant('KHANGKOR')?.state).toBe('paused');
  });

  it('follows changes after the whole', async () => {
    const test = platform();
    test.calls.serve(routingCalls.directory, () =>
      Promise.resolve({ entries: [participant('KHMEKONG', 1)] }),
    );
    const { directory, change } = await follow(test);
    await until(() => !directory.isEmpty);
    await change(participant('KHMEKONG', 2, 'paused'));
    expect(directory.participant('KHMEKONG')?.state).toBe('paused');
  });

  it('asks again while routing cannot be asked', async () => {
    const test = platform();
    const { directory } = await follow(test);
    test.calls.serve(routingCalls.directory, () =>
      Promise.resolve({ entries: [participant('KHMEKONG', 1)] }),
    );
    await until(() => !directory.isEmpty);
    expect(directory.versionOf('participant', 'KHMEKONG')).toBe(1);
  });
});
