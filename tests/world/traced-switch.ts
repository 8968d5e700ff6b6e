import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFx } from '@tonle/fx';
import { startGateway } from '@tonle/gateway';
import { createSingleProcessPlatforms, type RunningService, type StartService } from '@tonle/platform';
import { createTestDatabase } from '@tonle/persistence';
import { startRouting } from '@tonle/routing';
import { sandboxSettings as simulatorSettings, startSandbox } from '@tonle/sandbox';
import { startSettlement } from '@tonle/settlement';
import { createTestTelemetry, type FinishedSpan, type TestTelemetry } from '@tonle/telemetry';
import type { ApiClient } from '@tonle/tool-tonle';
import { startsOfAdapters } from '../../tools/launcher/src/adapters.js';
import { gatewayUrl, layoutOf, sandboxSettings } from '../../tools/launcher/src/layout.js';
import { prepareSandboxWorld } from '../../tools/launcher/src/world.js';
import { controlOf, type CallControl } from './control.js';
import { declaredClient } from './declared-client.js';
import { freePortBase } from './free-ports.js';
import { until } from './until.js';

const SERVICES: Readonly<Record<string, StartService>> = {
  routing: startRouting,
  settlement: startSettlement,
  fx: startFx,
  ...(await startsOfAdapters()),
  gateway: startGateway,
};

const POOL_MAX = 2;

interface Paid {
  readonly paymentId: string;
  readonly state: string;
  /** Of a problem, and of a payment that failed. */
  readonly code?: string;
  readonly problem?: { readonly code: string };
}

type ChangeDirectory = NonNullable<Parameters<typeof prepareSandboxWorld>[1]>;
const unchanged: ChangeDirectory = () => undefined;

export interface ServiceSpan extends FinishedSpan {
  readonly service: string;
}

/** The switch and the simulators in this process, every span kept; `ratio` is the share of traces that is recorded. */
export class TracedSwitch {
  private readonly closers: (() => Promise<unknown>)[] = [];
  private readonly telemetries = new Map<string, TestTelemetry>();
  client!: ApiClient;
  control!: CallControl;

  /** `change` edits the sandbox's directory before it is seeded. */
  static async start(
    name: string,
    ratio: string,
    change: ChangeDirectory = unchanged,
  ): Promise<TracedSwitch> {
    const made = new TracedSwitch();
    try {
      await made.open(name, ratio, change);
      return made;
    } catch (error) {
      await made.close();
      throw error;
    }
  }

  private async open(name: string, ratio: string, change: ChangeDirectory): Promise<void> {
    const home = mkdtempSync(join(tmpdir(), `tonle-${name}-`));
    this.closers.push(() => Promise.resolve(rmSync(home, { recursive: true, force: true })));
    const layout = layoutOf(home, await freePortBase());
    await prepareSandboxWorld(layout, (directory) => {
      for (const { kind, body } of directory.entries)
        if (kind === 'corridor') Object.assign((body as { timers: object }).timers, { enquiryMs: [100] });
      change(directory);
    });
    const database = await createTestDatabase(name);
    this.closers.push(() => database.drop());
    const settings = { ...sandboxSettings(layout), TONLE_THAI_SEND_MS: '500' };
    const sandbox = await startSandbox(simulatorSettings(settings));
    this.closers.push(() => sandbox.close());
    const platforms = createSingleProcessPlatforms({
      databaseUrl: database.url,
      settings: { ...settings, TONLE_DATABASE_URL: database.url, TONLE_LINGER_MS: '0' },
      poolMax: POOL_MAX,
      telemetryOf: (service) => this.telemetryOf(service, ratio),
    });
    this.closers.push(() => platforms.close());
    for (const [service, start] of Object.entries(SERVICES)) {
      const running: RunningService = await start(await platforms.platformOf(service));
      this.closers.push(() => running.close());
    }
    platforms.ready();
    this.client = declaredClient(home, gatewayUrl(layout), 'KHMEKONG');
    this.control = controlOf(sandbox.addresses.control);
  }

  private telemetryOf(service: string, ratio: string): TestTelemetry {
    const made = createTestTelemetry(service, { TONLE_TRACE_RATIO: ratio });
    this.telemetries.set(service, made);
    return made;
  }

  /** What Prometheus would read of all services. */
  async metrics(): Promise<string> {
    const parts = [...this.telemetries.values()].map(({ registry }) => registry.metrics());
    return (await Promise.all(parts)).join('\n');
  }

  spans(): ServiceSpan[] {
    return [...this.telemetries].flatMap(([service, telemetry]) =>
      telemetry.finishedSpans().map((span) => ({ ...span, service })),
    );
  }

  /** The spans of a payment, once there are as many of each name as it stands in `names`. */
  spansOf(paymentId: string, names: readonly string[]): Promise<ServiceSpan[]> {
    return until(`spans ${names.join(', ')}`, () => {
      const root = this.spans().find(({ attributes }) => attributes['tonle.payment_id'] === paymentId);
      const found = this.spans().filter(({ traceId }) => traceId === root?.traceId);
      const open = found.map(({ service, name }) => `${service} ${name}`);
      const missing = names.filter((name) => {
        const place = open.indexOf(name);
        if (place !== -1) open.splice(place, 1);
        return place === -1;
      });
      return Promise.resolve(missing.length === 0 ? found : undefined);
    });
  }

  /** Pays 820.00 baht to a Thai biller, as soon as a provider quotes; the answer is a payment or a problem. */
  async payOutbound(headers: Record<string, string> = {}, account = 'u0000123@mekong'): Promise<Paid> {
    const { client } = this;
    const { qrText } = await this.control<{ qrText: string }>('POST', '/control/qr/thai', {
      billerId: '010500000000123',
      reference: 'REF1',
      amount: '820.00',
    });
    const quote = await until('a quote', async () => {
      const lookup = await client.post<{ lookupId: string }>('/v1/lookups', { qrText });
      const body = { lookupId: lookup.body.lookupId, sourceCurrency: 'KHR' };
      const answer = lookup.ok ? await client.post<{ quoteId: string }>('/v1/quotes', body) : lookup;
      return answer.ok ? { ...body, quoteId: (answer.body as { quoteId: string }).quoteId } : undefined;
    });
    const order = {
      lookupId: quote.lookupId,
      quoteId: quote.quoteId,
      debtor: { name: 'Sok Dara', account },
    };
    const sent = { 'idempotency-key': crypto.randomUUID(), prefer: 'wait=20', ...headers };
    const { body } = await client.post<Paid>('/v1/payments', order, sent);
    return body;
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
  }
}
