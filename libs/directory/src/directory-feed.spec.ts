import { afterEach, describe, expect, it } from '@jest/globals';
import { routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { TOPICS } from '@tonle/messaging';
import { createTestPlatform, Service } from '@tonle/platform';
import { until } from '../../../tests/world/until.js';
import { Directory } from './directory.js';
import { DirectoryFeed } from './directory-feed.js';
import { participantEntry } from './directory.testing.js';

const platform = () => createTestPlatform('fx', undefined as never);
const stops: (() => Promise<void>)[] = [];

async function follow(test = platform()) {
  const directory = new Directory();
  const feed = new DirectoryFeed(directory, test);
  const service = new Service(test);
  feed.runIn(service);
  await service.start();
  stops.push(async () => {
    await service.close();
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

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('the directory feed', () => {
  it('stays empty until the whole has come', async () => {
    const test = platform();
    let answer: (entries: DirectoryEntry[]) => void = () => undefined;
    const whole = new Promise<DirectoryEntry[]>((done) => (answer = done));
    test.calls.serve(routingCalls.directory, async () => ({ entries: await whole }));
    const { directory } = await follow(test);
    expect(directory.isLoaded).toBe(false);
    expect(directory.participant('KHANGKOR')).toBeUndefined();
    answer([participantEntry('KHANGKOR'), participantEntry('KHMEKONG')]);
    await until('the directory', () => directory.isLoaded);
    expect(directory.participant('KHMEKONG')?.state).toBe('active');
  });

  it('asks when the topic says that something has changed, and asks once more for what changed while it asked', async () => {
    const test = platform();
    let entries = [participantEntry('KHMEKONG')];
    const answers: (() => void)[] = [];
    test.calls.serve(routingCalls.directory, async () => {
      const seen = entries;
      await new Promise<void>((done) => answers.push(done));
      return { entries: seen };
    });
    const { directory, change } = await follow(test);
    await until('the answer', () => answers.length === 1);
    entries = [participantEntry('KHMEKONG', { state: 'paused' }, 2)];
    const told = change(entries[0]!);
    answers[0]!();
    await until('the answer', () => answers.length === 2);
    answers[1]!();
    await told;
    expect(directory.participant('KHMEKONG')?.state).toBe('paused');
  });

  it('believes no entry of the topic, only what routing answers', async () => {
    const test = platform();
    test.calls.serve(routingCalls.directory, () =>
      Promise.resolve({ entries: [participantEntry('KHMEKONG')] }),
    );
    const { directory, change } = await follow(test);
    await until('the directory', () => directory.isLoaded);
    await change(participantEntry('EVIL', { scopes: ['ops'] }));
    await change(participantEntry('KHMEKONG', { state: 'paused' }, 2));
    expect(directory.entries).toEqual([participantEntry('KHMEKONG')]);
    expect(directory.keyHolder('EVIL-1')).toBeUndefined();
  });

  it('asks again while routing cannot be asked, or has no directory itself', async () => {
    const test = platform();
    const { directory } = await follow(test);
    const answers: DirectoryEntry[][] = [[], [participantEntry('KHMEKONG')]];
    test.calls.serve(routingCalls.directory, () => Promise.resolve({ entries: answers.shift()! }));
    await until('the directory', () => directory.isLoaded);
    expect(directory.entry('participant', 'KHMEKONG')?.version).toBe(1);
  });

  it('leaves out an entry that cannot be read, and says so', async () => {
    const test = platform();
    const broken = { ...participantEntry('KHANGKOR'), body: { name: 1 } };
    const entries = [broken, participantEntry('KHMEKONG')];
    test.calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
    const { directory, change } = await follow(test);
    await until('the directory', () => directory.isLoaded);
    expect(directory.participant('KHMEKONG')).toBeDefined();
    expect(directory.participant('KHANGKOR')).toBeUndefined();
    entries[0] = participantEntry('KHANGKOR', {}, 2);
    await change(entries[0]);
    expect(directory.participant('KHANGKOR')).toBeDefined();
  });
});
