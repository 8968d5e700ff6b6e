import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// A gateway that answers a message in XML, one that cannot be read too, and refuses all else by a problem.

const MESSAGE = '<Document><FIToFIPmtStsReq>\u00e9</FIToFIPmtStsReq></Document>';
const ANSWERS: Readonly<Record<string, readonly [status: number, type: string, text: string]>> = {
  '/iso20022/pacs.028': [200, 'application/xml', '<Document><TxSts>ACCC</TxSts>\u001b[2J</Document>'],
  '/iso20022/camt.056': [400, 'application/xml', '<Document><admi.002/></Document>'],
  '/iso20022/pacs.008': [503, 'application/problem+json', '{"title":"Too much","code":"overloaded"}'],
};

let server: Server;
let home: string;
const asked: { type: string | undefined; by: string; text: string }[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-ask-'));
  makeSandboxKeys(join(home, 'keys'), ['KHANGKOR']);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const by = /keyid="([^"]+)"/.exec(String(request.headers['signature-input']))?.[1] ?? '';
      const { 'content-type': type } = request.headers;
      asked.push({ type, by, text: Buffer.concat(chunks).toString('utf8') });
      const [status, contentType, text] = ANSWERS[request.url!]!;
      response.writeHead(status, { 'content-type': contentType }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

async function ask(...args: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const say = (text: string) => void out.push(text);
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  const given = ['--as', 'KHANGKOR', 'ask', 'POST', ...args];
  const code = await runTonle(given, { json: false, out: say, err: say }, environment);
  return { code, out: out.join('\n') };
}

describe('an ISO 20022 message', () => {
  it('is sent as it is, and answered in XML', async () => {
    const { code, out } = await ask('/iso20022/pacs.028', MESSAGE);
    expect([code, out]).toEqual([0, '<Document><TxSts>ACCC</TxSts>\\u001b[2J</Document>']);
    expect(asked.at(-1)).toEqual({ type: 'application/xml', by: 'KHANGKOR-1', text: MESSAGE });
  });

  it('that cannot be read is answered by an admi.002, and exit 1', async () => {
    expect(await ask('/iso20022/camt.056', '  <Document/>')).toEqual({
      code: 1,
      out: '<Document><admi.002/></Document>',
    });
  });

  it('may be refused by a problem', async () => {
    const { code, out } = await ask('/iso20022/pacs.008', '<Document/>');
    expect([code, out]).toEqual([1, expect.stringContaining('Too much (overloaded)')]);
  });
});
