import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

const TAKEN = 204;
const UNREACHED = 502;
const FORWARD_MS = 10_000;
const BODY_BYTES_MAX = 64 << 10;

/** What came to the receiver, and what it was answered. */
export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly status: number;
}

/** Takes webhooks on loopback; with `forward` another program decides about each, and its answer is passed on. */
export class WebhookReceiver {
  private readonly server: Server;

  constructor(
    private readonly forward: string | undefined,
    private readonly heard: (received: ReceivedWebhook) => void,
  ) {
    this.server = createServer((request, response) => {
      void request
        .toArray()
        .then((chunks) => Buffer.concat(chunks as Buffer[]))
        .then((body) => this.take(request.headers, body))
        .catch(() => UNREACHED)
        .then((status) => response.writeHead(status).end());
    });
  }

  /** Resolves to the port. Rejects when it is taken. */
  async open(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async take(headers: IncomingHttpHeaders, body: Buffer): Promise<number> {
    if (body.length > BODY_BYTES_MAX) return 413;
    const status = this.forward === undefined ? TAKEN : await passOn(this.forward, headers, body);
    this.heard({ headers, body, status });
    return status;
  }
}

async function passOn(url: string, headers: IncomingHttpHeaders, body: Buffer): Promise<number> {
  const passed = Object.entries(headers).filter(
    ([name]) => name === 'content-type' || name.startsWith('webhook-'),
  );
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: passed as [string, string][],
      body: new Uint8Array(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(FORWARD_MS),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return UNREACHED;
  }
}
