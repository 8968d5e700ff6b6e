// What a newcomer types wrongly: nothing is sent, and a sentence says what is wrong.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readAmountOption } from './command-context.js';
import { writeNew } from './given-file.js';
import { runTonle } from './program.js';

const home = mkdtempSync(join(tmpdir(), 'tonle-mistakes-'));
mkdirSync(join(home, 'keys'));
for (const name of ['KHMEKONG', 'OPERATOR']) writeFileSync(join(home, 'keys', `${name}.key.pem`), '');
afterAll(() => rmSync(home, { recursive: true }));

async function tonle(...args: string[]): Promise<{ code: number; err: string }> {
  const err: string[] = [];
  const output = { json: false, out: () => undefined, err: (text: string) => void err.push(text) };
  return { code: await runTonle(args, output, { TONLE_HOME: home }), err: err.join('\n') };
}

describe('an amount', () => {
  it.each(['5,5', '1,00', '1,0000', '10,24 THB', '1,,000', ',100', '1,000,00', '1000,000'])(
    '%s is refused: commas stand between groups of three digits alone',
    (text) => {
      expect(() => readAmountOption(text, 'THB')).toThrow(`"${text}" is not a valid amount`);
    },
  );

  it('is read with and without them', () => {
    expect(readAmountOption('KHR 1,100,240.50', 'THB')).toEqual({ currency: 'KHR', amount: '1100240.50' });
    expect(readAmountOption('1100240', 'THB')).toEqual({ currency: 'THB', amount: '1100240' });
  });
});

describe('a key that is not there', () => {
  it('is told with those that are', async () => {
    const { code, err } = await tonle('--as', 'NOBODY', 'payment', 'list');
    expect(code).toBe(2);
    expect(err).toMatch(/^No key found for NOBODY: .* is missing\. There are keys for KHMEKONG, OPERATOR\.$/);
  });

  it('in another folder is told with what to do', async () => {
    const { err } = await tonle('--home', join(home, 'elsewhere'), 'payment', 'list');
    expect(err).toContain('in the folder that you are in, or name its home with --home.');
  });
});

describe('a file that cannot be read', () => {
  const none = join(home, 'none');

  it.each([
    [['iso20022', 'check', none]],
    [['key', 'register', 'KHMEKONG-x', '--public-key', none]],
    [['sign', 'GET', '/v1/payments', '--base', none]],
  ])('is told why by %j', async (args) => {
    expect(await tonle(...args)).toEqual({ code: 2, err: `${none} cannot be read: there is no such file.` });
  });
});

it('a bundle that cannot be written is told before anybody reads messages for it', async () => {
  const asked = (file: string) => tonle('explain', 'P-1', '--reason', 'a complaint', '--bundle', file);
  const there = join(home, 'bundle.zip');
  writeFileSync(there, 'kept');
  expect(await asked(there)).toEqual({
    code: 2,
    err: `${there} cannot be written: it is there already, and is not overwritten. Name another file, or move that one away.`,
  });
  expect(readFileSync(there, 'utf8')).toBe('kept');
  const nowhere = join(home, 'none', 'bundle.zip');
  expect((await asked(nowhere)).err).toBe(
    `${nowhere} cannot be written: its folder does not exist. Make the folder first.`,
  );
  // Made by somebody meanwhile.
  expect(() => writeNew(there, 'other')).toThrow(`${there} cannot be written: it is there already`);
});

it('a rate that is none is told, and nothing is redriven', async () => {
  const given = ['deadletter', 'redrive', 'routing.0', '--reason', 'mended', '--rate', '5x'];
  expect(await tonle(...given)).toEqual({ code: 2, err: '--rate takes a whole number from 1, not "5x".' });
});
