// The example of docs/examples as an integrator runs it: a process of its own, webhooks signed by hand.
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../world/until.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
const OTHER = `whpk_${Buffer.alloc(32, 7).toString('base64')}`;
const BODY = JSON.stringify({ type: 'payment.completed', subject: '019b', data: { state: 'completed' } });
const CALL_BACK = '<Document><FIToFIPmtStsRpt/></Document>';

let example: ChildProcess;
let url: string;
const said: string[] = [];

beforeAll(async () => {
  const command = ['docs/examples/webhook.mjs', '0', OTHER, KEY];
  example = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((done, fail) => {
    example.once('exit', () => fail(new Error('the example ended')));
    createInterface({ input: example.stdout! }).on('line', (line) => {
      said.push(line);
      done(line.split(' ').at(-1)!);
    });
  });
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => void example.kill());

async function post(
  id: string,
  over: Record<string, string> = {},
  body = BODY,
  signed = BODY,
): Promise<number> {
  const at = String(Math.floor(Date.now() / 1000));
  const signature = sign(null, Buffer.from(`${id}.${at}.${signed}`), privateKey).toString('base64');
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': `v1a,${signature}`,
    ...over,
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

it('takes what the switch signed, once, and nothing else', async () => {
  expect(await post('1')).toBe(204);
  expect(await post('1')).toBe(204);
  expect(await post('2', {}, BODY.replace('completed', 'failed'))).toBe(401);
  expect(await post('3', { 'webhook-timestamp': '1700000000' })).toBe(401);
  expect(await post('4', { 'webhook-signature': 'v1a,AAAA' })).toBe(401);
  expect(await post('5', { 'webhook-id': '6' })).toBe(401);
  expect(await post('7', {}, CALL_BACK, CALL_BACK)).toBe(204);
  expect(await post('8')).toBe(204);
  const told = 'payment.completed 019b {"state":"completed"}';
  await until('the example to tell', () => said.length > 3);
  expect(said.slice(1)).toEqual([told, CALL_BACK, told]);
});
