import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Journal } from './journal.js';

interface Line {
  readonly n: number;
  readonly text: string;
}

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'books-'));
  path = join(folder, 'test.books');
});
afterEach(() => rm(folder, { recursive: true }));

async function reopen(): Promise<{ journal: Journal<Line>; lines: Line[] }> {
  const lines: Line[] = [];
  const journal = await Journal.open<Line>(path, (line) => lines.push(line));
  return { journal, lines };
}

async function write(...lines: Line[]): Promise<void> {
  const { journal } = await reopen();
  await Promise.all(lines.map((line) => journal.append(line)));
  await journal.close();
}

const LINES: Line[] = [1, 2, 3].map((n) => ({ n, text: `entry ${n} រៀល บาท` }));

describe('journal', () => {
  it('replays what was written, in order', async () => {
    await write(...LINES);
    const { journal, lines } = await reopen();
    expect(lines).toEqual(LINES);
    expect(journal.count).toBe(3);
    expect(journal.durableCount).toBe(3);
    await journal.close();
  });

  it('resolves an append only when it is in the file, and many share one write', async () => {
    const { journal } = await reopen();
    const many = Array.from({ length: 500 }, (_, n) => journal.append({ n, text: 'x' }));
    expect(journal.durableCount).toBe(0);
    await many[499];
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(501);
    expect(journal.durableCount).toBe(500);
    await journal.settled();
    await journal.close();
  });

  it('cuts a torn last line wherever the kill came, and goes on', async () => {
    await write(...LINES);
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length }), async (kept) => {
        await writeFile(path, whole.subarray(0, kept));
        const { journal, lines } = await reopen();
        const expected = whole.subarray(0, kept).toString('utf8').split('\n').length - 1;
        expect(lines).toEqual(LINES.slice(0, expected));
        await journal.append({ n: 9, text: 'after' });
        await journal.close();
        const again = await reopen();
        expect(again.lines).toEqual([...LINES.slice(0, expected), { n: 9, text: 'after' }]);
        await again.journal.close();
      }),
      { numRuns: 40 },
    );
  });

  it('cuts a last line whose bytes are there but wrong', async () => {
    await write(...LINES);
    const { size } = await stat(path);
    await truncate(path, size - 3);
    await appendFile(path, '?}\n');
    const { journal, lines } = await reopen();
    expect(lines).toEqual(LINES.slice(0, 2));
    await journal.close();
  });

  it('refuses books that are damaged in the middle', async () => {
    await write(...LINES);
    const bytes = await readFile(path);
    bytes[20] = bytes[20]! ^ 1;
    await writeFile(path, bytes);
    await expect(reopen()).rejects.toThrow(/damaged/);
  });
});
