import { describe, expect, it } from '@jest/globals';
import { bearer } from './bearer.js';
import type { WireReply } from './exchange.js';
import { soap } from './soap.js';
import type { Carry, Outgoing, WireContext } from './wire.js';

// Parts of wires, one by one: what they add to a request, what they believe of an answer, what evidence may keep.

const context = { clock: { now: () => 0 } } as WireContext;
const request: Outgoing = {
  wire: 'w',
  method: 'POST',
  path: '/v1/ask',
  operation: 'ask',
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{}'),
  subject: 's',
  timeoutMs: 100,
};

function answered(status: number, text = ''): WireReply {
  return { kind: 'answered', status, headers: {}, bytes: Buffer.from(text) };
}

describe('a bearer token', () => {
  function wireOf(reply: (sent: Outgoing, sentSoFar: number) => WireReply): {
    carry: Carry;
    sent: Outgoing[];
  } {
    const sent: Outgoing[] = [];
    const part = bearer({
      renew: { method: 'POST', path: '/token', operation: 'renew', body: Buffer.from('credential') },
      token: (answer) =>
        answer.kind === 'answered' && answer.status === 200 ? { text: answer.bytes.toString() } : undefined,
      isRefused: (answer) => answer.kind === 'answered' && answer.status === 401,
    });
    const carry = part(context)((outgoing) => {
      sent.push(outgoing);
      return Promise.resolve({ reply: reply(outgoing, sent.length), evidence: [] });
    });
    return { carry, sent };
  }
  const paths = (sent: readonly Outgoing[]) => sent.map(({ path }) => path);

  it('is asked for once, however many wait for it', async () => {
    const { carry, sent } = wireOf(({ path }) => answered(200, path === '/token' ? 'T1' : 'data'));
    await Promise.all([carry(request), carry(request), carry(request)]);
    expect(paths(sent)).toEqual(['/token', '/v1/ask', '/v1/ask', '/v1/ask']);
    expect(sent[1]?.headers['authorization']).toBe('Bearer T1');
  });

  it('is renewed once when it is refused; then the request is given up', async () => {
    const { carry, sent } = wireOf(({ path }) => (path === '/token' ? answered(200, 'T') : answered(401)));
    expect(await carry(request)).toMatchObject({ reply: { kind: 'ambiguous' } });
    expect(paths(sent)).toEqual(['/token', '/v1/ask', '/token', '/v1/ask']);
  });

  it('that is none is not used', async () => {
    const { carry, sent } = wireOf(() => answered(200, 'two words'));
    await carry(request);
    expect(paths(sent)).toEqual(['/token']);
  });
});

it('an envelope carries credentials, evidence keeps the document alone', async () => {
  const part = soap({
    namespace: 'urn:x',
    credentials: { user: 'me', password: 'secret' },
    documentParameter: { ask: 'message' },
  });
  let sent: Outgoing | undefined;
  await part(context)((outgoing) => {
    sent = outgoing;
    return Promise.resolve({ reply: answered(200), evidence: [] });
  })({ ...request, body: Buffer.from('<a/>'), parameters: { ref: '1' } });
  const text = Buffer.from(sent!.body!).toString();
  expect(text).toContain('<password>secret</password><message><![CDATA[<a/>]]></message><ref>1</ref>');
  expect(Buffer.from(sent!.kept!).toString()).toBe('<a/>');
  expect(sent!.headers['content-type']).toBe('text/xml; charset=utf-8');
});
