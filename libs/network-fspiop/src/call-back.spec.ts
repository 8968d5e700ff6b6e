import { expect, it } from '@jest/globals';
import { callBackSubject } from './call-back.js';

const ID = '0193f5d2-1111-4000-8000-000000000001';
const message = (path: string, body?: object) => ({
  path,
  headers: {},
  bytes: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
});

it.each([
  ['a question about a transfer under its id', 'GET /transfers/:id', `/transfers/${ID}`, ID],
  ['a lost quote under its id', 'GET /quotes/:id', `/quotes/${ID}`, ID],
  [
    'a payee under the whole path',
    'GET /parties/:type/:id',
    '/parties/MSISDN/250788',
    '/parties/MSISDN/250788',
  ],
])('what is told by call-back is filed as its question: %s', (_what, route, path, subject) => {
  expect(callBackSubject(route, message(path))).toBe(subject);
});
