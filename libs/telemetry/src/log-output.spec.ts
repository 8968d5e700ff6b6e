import { expect, it } from '@jest/globals';
import { LogOutput } from './log-output.js';

/** A disk that takes so many bytes and then no more. */
class Disk {
  text = '';
  room = Number.POSITIVE_INFINITY;

  readonly put = (bytes: Uint8Array): number => {
    if (this.room <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const taken = bytes.subarray(0, this.room);
    this.room -= taken.length;
    this.text += Buffer.from(taken).toString();
    return taken.length;
  };
}

it('keeps what a full disk does not take, and writes it whole and in order when there is room', () => {
  const disk = new Disk();
  const output = new LogOutput(disk.put);
  output.write('one\n');
  disk.room = 2;
  for (const line of ['two\n', 'three\n']) output.write(line);
  expect(disk.text).toBe('one\ntw');
  disk.room = Number.POSITIVE_INFINITY;
  output.write('four\n');
  expect(disk.text).toBe('one\ntwo\nthree\nfour\n');
});

it('lets lines go rather than memory, and says how many', () => {
  const disk = new Disk();
  const output = new LogOutput(disk.put);
  disk.room = 0;
  const line = `${'x'.repeat(1_023)}\n`;
  for (let count = 0; count < 300; count += 1) output.write(line);
  disk.room = Number.POSITIVE_INFINITY;
  output.write('again\n');
  expect(disk.text.length).toBeLessThan(257 * 1_024);
  expect(disk.text.slice(256 * 1_024)).toBe(
    '{"level":"error","msg":"44 lines of the log were lost"}\nagain\n',
  );
});
