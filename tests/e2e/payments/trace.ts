// One trace a payment, on both ways of running: what a collector gets from real processes.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import type { InstallationTests } from '../../world/installation-tests.js';

interface OtlpSpan {
  readonly traceId: string;
  readonly name: string;
}
interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** Takes spans as a collector does: `service span` of everything that was sent, by trace. */
export class SpanCollector {
  readonly traces = new Map<string, string[]>();
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.take(JSON.parse(Buffer.concat(chunks).toString()) as OtlpBody);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private take({ resourceSpans }: OtlpBody): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue;
      for (const { traceId, name } of scopeSpans.flatMap(({ spans }) => spans))
        this.traces.set(traceId, [...(this.traces.get(traceId) ?? []), `${service} ${name}`]);
    }
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}

/** `collector` gets the spans of the installation. */
export const traceTests =
  (collector: SpanCollector): InstallationTests =>
  (given) => {
    it('joins gateway, routing and both adapters under the trace of the sender', async () => {
      const world = given();
      const traceId = 'c'.repeat(32);
      const { body } = await world
        .as('KHMEKONG')
        .post<{ state: string }>('/v1/payments', (await world.prepare()).body, {
          'idempotency-key': 'traced',
          prefer: 'wait=20',
          traceparent: `00-${traceId}-${'d'.repeat(16)}-01`,
        });
      expect(body.state).toBe('completed');
      const wanted = [
        'adapter-bakong leg.send',
        'adapter-thailand leg.send',
        'gateway gateway.payment',
        'routing routing leg.result',
        'routing routing leg.result',
        'routing routing payment.submit',
      ];
      const spans = await world.until('all spans', () => {
        const found = collector.traces.get(traceId) ?? [];
        return Promise.resolve(found.length >= wanted.length ? found : undefined);
      });
      expect([...spans].sort()).toEqual(wanted);
    });
  };
