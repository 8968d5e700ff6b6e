import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { LoadClient } from './load-client.js';
import { LoadError } from './options.js';

/** Half of those who are told of payments: the bank with most of the load, and two of three FX providers. */
const TOLD = ['KHMEKONG', 'FXGARUDA', 'FXSINGHA'] as const;
const PATH = '/v1/webhook-endpoints';
const COME_MS_MAX = 30_000;
const LOOK_MS = 250;

interface EventPage {
  readonly events: readonly { readonly id: string }[];
  readonly next: string;
  readonly more: boolean;
}

interface Told {
  readonly participant: string;
  readonly endpointId: string;
  /** Where its feed ended before the load. */
  readonly from: string;
}

/** What was caught, as the result of a load has it. */
export interface WebhookCount {
  readonly endpoints: number;
  readonly events: number;
  readonly deliveries: number;
}

/** Endpoints for half of the participants, which take everything, and what came to them. */
export class CaughtWebhooks {
  private readonly told: Told[] = [];
  private readonly ids = new Set<string>();
  private deliveries = 0;
  private readonly server = createServer((request, response) => {
    this.deliveries += 1;
    this.ids.add(String(request.headers['webhook-id']));
    request.resume().once('end', () => response.writeHead(200).end());
  });

  constructor(private readonly client: LoadClient) {}

  /** Listens and registers. Throws LoadError when it may not. */
  async open(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    for (const participant of TOLD) {
      const from = await this.read(participant, undefined, () => undefined);
      const url = `http://127.0.0.1:${port}/${participant}`;
      const { status, body } = await this.client.post<{ endpointId: string }>(participant, PATH, { url });
      if (status !== 201) throw new LoadError(`no webhooks for ${participant}: ${JSON.stringify(body)}`);
      this.told.push({ participant, from, endpointId: body.endpointId });
    }
  }

  /** Waits until everything in the feeds has come; says what has not. */
  async problems(): Promise<string[]> {
    const end = performance.now() + COME_MS_MAX;
    for (;;) {
      const missing = await Promise.all(this.told.map((each) => this.missing(each)));
      const problems = missing.flatMap((count, index) =>
        count === 0 ? [] : [`${count} events were not sent to ${this.told[index]!.participant}`],
      );
      if (problems.length === 0 || performance.now() > end) return problems;
      await pause(LOOK_MS);
    }
  }

  get count(): WebhookCount {
    return { endpoints: this.told.length, events: this.ids.size, deliveries: this.deliveries };
  }

  async close(): Promise<void> {
    for (const { participant, endpointId } of this.told)
      await this.client.delete(participant, `${PATH}/${endpointId}`);
    this.server.closeAllConnections();
    this.server.close();
  }

  private async missing({ participant, from }: Told): Promise<number> {
    let missing = 0;
    await this.read(participant, from, ({ id }) => (missing += this.ids.has(id) ? 0 : 1));
    return missing;
  }

  /** Resolves to where the feed ends. */
  private async read(
    participant: string,
    from: string | undefined,
    take: (event: EventPage['events'][number]) => void,
  ): Promise<string> {
    for (let after = from; ;) {
      const query = after === undefined ? '' : `&after=${after}`;
      const { body } = await this.client.get<EventPage>(participant, `/v1/events?limit=200${query}`);
      body.events.forEach(take);
      after = body.next;
      if (!body.more) return after;
    }
  }
}
