import { afterEach, describe, expect, it } from '@jest/globals';
import { routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { TOPICS } from '@tonle/messaging';
import { createTestPlatform, Service } from '@tonle/platform';
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
    await change(participantEntry('KHANGKOR', { state: 'paused' }, 2));
    expect(directory.isWhole).toBe(false);
    expect(directory.participant('KHANGKOR')).toBeUndefined();
    answer([participantEntry('KHANGKOR'), participantEntry('KHMEKONG')]);
    await until(() => directory.participant('KHANGKOR')?.state === 'paused');
    expect(directory.participant('KHMEKONG')?.state).toBe('active');
  });

  it('follows changes after the whole', async () => {
    const test = platform();
    test.calls.serve(routingCalls.directory, () =>
      Promise.resolve({ entries: [participantEntry('KHMEKONG')] }),
    );
    const { directory, change } = await follow(test);
    await until(() => directory.isWhole);
    await change(participantEntry('KHMEKONG', { state: 'paused' }, 2));
    expect(directory.participant('KHMEKONG')?.state).toBe('paused');
  });

  it('asks again while routing cannot be asked, or has no directory itself', async () => {
    const test = platform();
    const { directory } = await follow(test);
    const answers: DirectoryEntry[][] = [[], [participantEntry('KHMEKONG')]];
    test.calls.serve(routingCalls.directory, () => Promise.resolve({ entries: answers.shift()! }));
    await until(() => directory.isWhole);
    expect(directory.entry('participant', 'KHMEKONG')?.version).toBe(1);
  });

  it('leaves out an entry that cannot be read, and says so', async () => {
    const test = platform();
    const broken = { ...participantEntry('KHANGKOR'), body: { name: 1 } };
    test.calls.serve(routingCalls.directory, () =>
      Promise.resolve({ entries: [broken, participantEntry('KHMEKONG')] }),
    );
    const { directory, change } = await follow(test);
    await until(() => directory.isWhole);
    expect(directory.participant('KHMEKONG')).toBeDefined();
    expect(directory.participant('KHANGKOR')).toBeUndefined();
    await change(participantEntry('KHANGKOR', {}, 2));
    expect(directory.participant('KHANGKOR')).toBeDefined();
  });
});
