import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { ProcessLog } from './process-log.js';
import { SupervisedProcess } from './supervisor.js';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-supervisor-'));
  said = [];
  jest.useFakeTimers({
    doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'performance', 'Date'],
  });
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(folder, { recursive: true });
});

function processOf(program: string): SupervisedProcess {
  const script = join(folder, 'program.mjs');
  writeFileSync(script, program);
  const log = new ProcessLog(join(folder, 'program.log'));
  return new SupervisedProcess({ name: 'switch', script, env: {} }, log, (text) => said.push(text));
}

it('a process that is slow is waited for as long as it lives, and it is told what is waited for', async () => {
  const slow = processOf('setInterval(() => undefined, 1_000)');
  slow.start();
  let looks = 0;
  await slow.ready(() => {
    looks += 1;
    // The first look comes before the wait.
    if (looks > 1) jest.advanceTimersByTime(30_000);
    return Promise.resolve(looks === 3);
  });
  const news = `switch is still starting; its log: ${join(folder, 'program.log')}`;
  expect(said).toEqual([news, news]);
  jest.advanceTimersByTime(60_000);
  expect(said).toHaveLength(2);
  await slow.stop();
});

it('a process that dies while it starts is given up at once, with what it said', async () => {
  const broken = processOf('console.log("no such setting"); process.exit(1)');
  broken.start();
  await expect(broken.ready(() => Promise.resolve(false))).rejects.toThrow(
    `switch did not start: no such setting; its log: ${join(folder, 'program.log')}`,
  );
  await broken.stop();
});
