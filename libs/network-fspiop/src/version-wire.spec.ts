import { expect, it } from '@jest/globals';
import type { WirePart } from '@tonle/network';
import { spokenIn } from './version-wire.js';

type Outgoing = Parameters<ReturnType<ReturnType<WirePart>>>[0];

const TYPE = 'application/vnd.interoperability.quotes+json;version=';
const reply = { kind: 'not_sent', because: 'a test' } as const;

async function sent(method: Outgoing['method'], path: string): Promise<Outgoing['headers']> {
  const seen: Outgoing[] = [];
  const part = spokenIn('2.0')({} as never);
  const headers = { 'fspiop-destination': 'BKRW', 'content-type': `${TYPE}1.1`, accept: 'x' };
  const request = { wire: 'api', method, path, headers, operation: 'o', timeoutMs: 1, subject: 's' };
  await part(async (outgoing) => {
    seen.push(outgoing);
    return { reply, evidence: [] };
  })(request);
  return seen[0]!.headers;
}

it.each([
  ['POST', '/quotes', { 'content-type': `${TYPE}2.0`, accept: `${TYPE}2` }],
  ['PUT', '/quotes/1', { 'content-type': `${TYPE}2.0` }],
  ['POST', '/elsewhere', { 'content-type': `${TYPE}1.1`, accept: 'x' }],
] as const)('%s %s is said in the version of the scheme', async (method, path, headers) => {
  expect(await sent(method, path)).toMatchObject({ ...headers, 'fspiop-destination': 'BKRW' });
});
