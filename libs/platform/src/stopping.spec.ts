import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const MODULE = join(import.meta.dirname, 'stopping.ts');

/** A process that closes so; it is sent these signals, one after it has said that it heard the other. */
async function end(close: string, signals: readonly NodeJS.Signals[]): Promise<unknown> {
  const program = `
    import { stopOnSignals } from ${JSON.stringify(MODULE)};
    const failed = ({ message }) => console.error(message);
    let go;
    process.on('SIGTERM', () => console.log('heard'));
    process.on('SIGINT', () => { console.log('heard'); go?.(); });
    stopOnSignals({ close: () => ${close}, failed, limitMs: 400 });
    setInterval(() => undefined, 1_000);
    console.log('started');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close');
  for (const signal of signals) {
    await once(child.stdout, 'data');
    child.kill(signal);
  }
  child.stdout.resume();
  return { ended: await ended, said: err.match(/^it .*|^broken$/m)?.[0] };
}

it.each([
  ['ends well when all is closed', 'Promise.resolve()', ['SIGTERM'] as const, 0, undefined],
  ['says what failed', "Promise.reject(new Error('broken'))", ['SIGTERM'] as const, 1, 'broken'],
  [
    'ends in time even so when something hangs',
    'new Promise(() => undefined)',
    ['SIGTERM', 'SIGTERM'] as const,
    1,
    'it was not done within 400 ms',
  ],
  [
    'goes on closing at a second signal',
    'new Promise((done) => (go = done))',
    ['SIGTERM', 'SIGINT'] as const,
    0,
    undefined,
  ],
])('a process that is told to stop %s', async (_what, close, signals, code, said) => {
  expect(await end(close, signals)).toEqual({ ended: [code, null], said });
});
