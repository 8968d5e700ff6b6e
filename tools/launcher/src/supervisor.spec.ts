import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { until } from '../../../tests/world/until.js';
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

it('a process that is started again between two looks has died all the same', async () => {
  const broken = processOf('console.log("no such setting"); process.exit(1)');
  broken.start();
  const looked = broken.ready(async () => {
    await until('the program to be started again', () => broken.starts >= 2);
    return false;
  });
  await expect(looked).rejects.toThrow('switch did not start: no such setting');
  await broken.stop();
});

it('one that had started and cannot start any more is told once with what it said, and when it runs again', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance', 'Date'] });
  const program = processOf('console.log("Error: the disk is full"); process.exit(1)');
  const again = async (meanwhile: () => void = () => undefined) => {
    const { starts } = program;
    await until('the program to end', () => program.pid === undefined);
    meanwhile();
    jest.advanceTimersByTime(5_000);
    expect(program.starts).toBe(starts + 1);
  };
  program.start();
  for (let end = 1; end <= 7; end += 1) await again();
  const file = join(folder, 'program.log');
  const ended = `switch ended (code 1), starting it again; its log: ${file}`;
  expect(said).toEqual([
    ...[ended, ended, ended, ended],
    `switch cannot start: it has ended 5 times in a row, last with code 1: Error: the disk is full; its log: ${file}. ` +
      'It is tried again every few seconds; mend what it says, or end this and start anew',
  ]);
  await again(() => writeFileSync(join(folder, 'program.mjs'), 'setInterval(() => undefined, 1_000)'));
  jest.advanceTimersByTime(60_000);
  expect(said.slice(5)).toEqual(['switch runs again']);
  jest.useRealTimers();
  await program.stop();
});
