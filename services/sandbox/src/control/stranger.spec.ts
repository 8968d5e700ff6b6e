import { describe, expect, it } from '@jest/globals';
import type { HttpCall } from '../kit/listener.js';
import { strangerRefusal } from './stranger.js';

const statusOf = (headers: Record<string, string>, body = ''): number | undefined => {
  const refusal = strangerRefusal({ headers, body: Buffer.from(body) } as unknown as HttpCall);
  return refusal?.status;
};
const host = '127.0.0.1:7420';
const type = { 'content-type': 'application/json' };

describe('who may control the sandbox', () => {
  it.each([
    ['a program', { host }, ''],
    ['a program by name', { host: 'localhost:7420', ...type }, '{}'],
    ['a program over IPv6', { host: '[::1]:7420', 'content-type': 'application/json; charset=utf-8' }, '{}'],
    ['a person who types the address', { host, 'sec-fetch-site': 'none' }, ''],
    ['a page of its own', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin', ...type }, '{}'],
  ])('%s', (_who, headers, body) => expect(statusOf(headers, body)).toBeUndefined());

  it.each([
    ['a name that was made to lead here', { host: 'rebound.example:7420' }, '', 421],
    ['a name that begins as ours', { host: '127.0.0.1.example:7420' }, '', 421],
    ['no name', {}, '', 421],
    ['a page of another site', { host, origin: 'https://evil.example', ...type }, '{}', 403],
    ['a page on another port', { host, origin: 'http://127.0.0.1:8000', ...type }, '{}', 403],
    ['a page that hides its origin', { host, origin: 'null', ...type }, '{}', 403],
    ['an image on another site', { host, 'sec-fetch-site': 'cross-site' }, '', 403],
    ['a form', { host, 'content-type': 'text/plain' }, '{}', 415],
    ['a body without a type', { host }, '{}', 415],
  ])('not %s', (_who, headers, body, status) => expect(statusOf(headers, body)).toBe(status));
});
