import { describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable } from '@tonle/persistence';
import { until } from '../../../tests/world/until.js';
import { PartWatch, troubleWords } from './part-watch.js';
import { createTestPlatform, type TestPlatform } from './test-platform.js';

async function downSeconds({ telemetry }: TestPlatform): Promise<number | undefined> {
  const metrics = await telemetry.registry.getMetricsAsJSON();
  return metrics.find(({ name }) => name === 'tonle_part_down_seconds')?.values[0]?.value;
}

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error('secret words'), { code, ...more });

describe(troubleWords.name, () => {
  it.each([
    ['a server that is down', coded('ECONNREFUSED'), 'refuses connections: it is down'],
    ['by any address', { errors: [coded('ECONNREFUSED')] }, 'refuses connections: it is down'],
    [
      'what wraps it',
      new DatabaseUnavailable('x', false, { cause: coded('57P03') }),
      'is starting or being stopped',
    ],
    ['a full disk', coded('53100'), 'has no space left on its disk'],
    [
      'a time that is over',
      new Error('Query read timeout'),
      'does not answer: it hangs, is overloaded, or cannot be reached',
    ],
    ['anything else', coded('XX000'), 'cannot be used; the log says why'],
  ])('says of %s what it means, and nothing that it wrote', (_what, error, words) => {
    expect(troubleWords(error)).toBe(words);
  });
});

describe(PartWatch.name, () => {
  it('asks a part that hangs once, tells since when it does, and that it does no more', async () => {
    let answer: () => void = () => undefined;
    let asked = 0;
    let hangs = true;
    const check = () => {
      asked += 1;
      return hangs ? new Promise<void>((done) => (answer = done)) : Promise.resolve();
    };
    const platform = createTestPlatform('fx', { check } as never);
    const watch = new PartWatch(platform, 5);
    await watch.look();
    const lacks = watch.lacks.needed;
    expect(lacks).toMatchObject([{ part: 'database' }]);
    const since = new Date(platform.clock.now()).toISOString();
    expect(watch.dated(lacks)).toMatchObject([{ part: 'database', since }]);
    platform.clock.advance(4_000);
    await Promise.all([watch.look(), watch.look()]);
    expect(asked).toBe(1);
    expect(watch.dated(watch.lacks.needed)).toMatchObject([{ since }]);
    expect(await downSeconds(platform)).toBe(4);
    hangs = false;
    answer();
    await until('a part that answers', async () => {
      await watch.look();
      return watch.lacks.needed.length === 0;
    });
    watch.dated([]);
    expect(await downSeconds(platform)).toBe(0);
  });
});
