import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '../../../tests/world/until.js';
import { ProcessLog } from './process-log.js';
import { SupervisedProcess } from './supervisor.js';

describe('the log of a process', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tonle-log-'));
    file = join(folder, 'logs', 'switch.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('goes on over starts, and knows what is of the last one', () => {
    const log = new ProcessLog(file);
    log.lend((descriptor) => writeSync(descriptor, 'first\n'));
    log.lend((descriptor) => writeSync(descriptor, 'second\n'));
    expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
    expect(log.sinceStart()).toBe('second\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is cut while its process writes, which goes on in it; what was there stays beside it once', () => {
    const log = new ProcessLog(file, 10);
    log.lend((descriptor) => {
      for (const lines of ['a long day\n', 'and another\n']) {
        writeSync(descriptor, lines);
        log.bound();
        expect([readFileSync(file, 'utf8'), readFileSync(`${file}.1`, 'utf8')]).toEqual(['', lines]);
      }
      writeSync(descriptor, 'short\n');
      log.bound();
    });
    expect(log.sinceStart()).toBe('short\n');
  });

  it('is looked after by whoever supervises the process', async () => {
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'performance', 'Date'] });
    const script = join(folder, 'main.js');
    const log = new ProcessLog(file, 10);
    const running = new SupervisedProcess({ name: 'switch', script, env: {} }, log, () => undefined);
    running.start();
    // It does not start, and says so at length.
    await until('a long log', () => existsSync(file) && statSync(file).size > 10);
    jest.advanceTimersByTime(60_000);
    expect(existsSync(`${file}.1`)).toBe(true);
    await running.stop();
    jest.useRealTimers();
  });
});
