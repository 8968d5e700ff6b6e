import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

it('a program that nobody reads any more ends without a word', async () => {
  const unread = join(import.meta.dirname, 'unread.mjs');
  const talker = spawn(process.execPath, ['--import', unread, '-e', 'setInterval(() => console.log(1), 1)']);
  let err = '';
  talker.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(talker.stdout, 'data');
  talker.stdout.destroy();
  expect({ end: await once(talker, 'close'), err }).toEqual({ end: [0, null], err: '' });
});
