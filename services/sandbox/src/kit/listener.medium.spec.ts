import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ANSWER_HEADERS } from '@tonle/platform';
import { json, Listener } from './listener.js';

// Real: a simulator's listener and sockets.

const listener = new Listener((call) => Promise.resolve(json(200, { bytes: call.body.length })), {
  port: 0,
  bodyBytesMax: 10,
  requestMs: 500,
});
beforeAll(() => listener.open());
afterAll(() => listener.close());

it('cuts off whoever sends its body slowly', async () => {
  const heard = await new Promise<string>((done) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(listener.address).port), '127.0.0.1');
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => done(Buffer.concat(chunks).toString('latin1')));
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{');
  });
  expect(heard).toBe('');
});

it('says to browsers how its answers are to be read, refusals too', async () => {
  for (const [body, status] of [
    ['{}', 200],
    ['x'.repeat(11), 413],
  ] as const) {
    const answer = await fetch(listener.address, { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject(ANSWER_HEADERS);
  }
});
