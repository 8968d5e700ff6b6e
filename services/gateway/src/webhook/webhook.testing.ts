import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly paymentId: string | undefined;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Behaviour = (response: ServerResponse, received: Received) => void;

const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(code, headers).end('ok');
  };

/** What a receiver can do with a request. */
export const ANSWERS = {
  take: status(200),
  fail: status(500),
  gone: status(410),
  busy: status(503, { 'retry-after': '3600' }),
  redirect: status(302, { location: '/elsewhere' }),
  silent: () => undefined,
  cutOff: (response) => response.destroy(),
  /** Takes it, and then speaks without end. */
  huge: (response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(65_536);
    const more = (): void => {
      while (response.write(chunk));
    };
    response.on('drain', more);
    more();
  },
} as const satisfies Record<string, Behaviour>;

/** A real HTTP server that receives webhooks and answers as it is told. */
export class Receiver {
  readonly received: Received[] = [];
  behaviour: Behaviour = ANSWERS.take;
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<Receiver> {
    const holder: { receiver?: Receiver } = {};
    const server = createServer((request, response) => {
      void readBody(request).then((body) => holder.receiver!.take(request, response, body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return (holder.receiver = new Receiver(server, `http://127.0.0.1:${port}/hook`));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private take(request: IncomingMessage, response: ServerResponse, body: string): void {
    const isJson = body.startsWith('{');
    const { type, subject } = (isJson ? JSON.parse(body) : { type: 'xml' }) as {
      type: string;
      subject?: string;
    };
    const received = {
      id: String(request.headers['webhook-id']),
      type,
      paymentId: subject,
      path: request.url ?? '',
      headers: request.headers,
      body,
    };
    this.received.push(received);
    this.behaviour(response, received);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Which of these keys (`whpk_...`) signed it, as a receiver finds out. */
export function signersOf({ headers, body }: Received, publicKeys: readonly string[]): string[] {
  const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  const signatures = String(headers['webhook-signature'])
    .split(' ')
    .map((each) => Buffer.from(each.replace(/^v1a,/, ''), 'base64'));
  return publicKeys.filter((text) => {
    const der = Buffer.concat([ED25519_SPKI, Buffer.from(text.slice('whpk_'.length), 'base64')]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return signatures.some((signature) => verify(null, signed, key, signature));
  });
}
