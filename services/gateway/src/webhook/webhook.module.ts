import { Inject, Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { DATABASE, key, PLATFORM, provide, provideBy, TELEMETRY } from '@tonle/http';
import type { Database } from '@tonle/persistence';
import { isSandbox, Service, type Platform } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import type { GatewaySettings } from '../gateway.settings.js';
import { forgetDeliveries } from './delivery-log.store.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookEndpointService } from './webhook-endpoint.service.js';
import { endpointLoads } from './webhook-endpoint.store.js';
import { webhookFormats } from './webhook-formats.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookOperationsController } from './webhook-operations.controller.js';
import { WebhookSender } from './webhook-sender.js';

/** Each look costs statements for every endpoint with something new, so what comes within this is sent together. */
const SEND_EVERY_MS = 1_000;
const MEASURE_EVERY_MS = 10_000;
const FORGET_EVERY_MS = 60_000;
const FORGOTTEN_AT_ONCE = 5_000;
const KEPT_MS = 30 * 86_400_000;

/** Absent where there is no secret to sign by. */
const COURIER = key<WebhookCourier | undefined>('WebhookCourier');

function courierOf(
  platform: Platform,
  { webhookSecret, webhookAnswerMs, bic }: GatewaySettings,
  keys: WebhookKeys,
  metrics: WebhookMetrics,
  directory: Directory,
): WebhookCourier | undefined {
  if (webhookSecret === undefined) return undefined;
  const sender = new WebhookSender({
    anywhere: isSandbox(platform.settings),
    timeoutMs: webhookAnswerMs,
    clock: platform.clock,
  });
  const formats = webhookFormats(platform.database, directory, bic);
  return new WebhookCourier({ platform, sender, keys, metrics, formats });
}

/** Events sent to the endpoints that participants register. */
@Module({
  imports: [DirectoryCopyModule, SettingsModule],
  controllers: [WebhookController, WebhookOperationsController],
  providers: [
    provideBy(
      WebhookKeys,
      [SETTINGS],
      ({ webhookSecret }) => new WebhookKeys(webhookSecret ?? Buffer.alloc(0)),
    ),
    provideBy(WebhookEndpointService, [PLATFORM, WebhookKeys, SETTINGS], (platform, keys, settings) => {
      const isOn = settings.webhookSecret !== undefined;
      return new WebhookEndpointService(platform, keys, { isOn, anywhere: isSandbox(platform.settings) });
    }),
    provide(WebhookMetrics, TELEMETRY),
    provideBy(COURIER, [PLATFORM, SETTINGS, WebhookKeys, WebhookMetrics, Directory], courierOf),
  ],
})
export class WebhookModule {
  constructor(
    service: Service,
    metrics: WebhookMetrics,
    @Inject(COURIER) courier: WebhookCourier | undefined,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {
    service.job('forget-deliveries', FORGET_EVERY_MS, () => this.forget());
    if (courier === undefined) return;
    service.job('send-webhooks', SEND_EVERY_MS, () => courier.run());
    service.job('measure-webhooks', MEASURE_EVERY_MS, async () =>
      metrics.waiting(await this.oldestSeconds()),
    );
    service.resource('webhooks on their way', () => courier.close());
  }

  private async forget(): Promise<void> {
    const before = new Date(this.platform.clock.now() - KEPT_MS);
    while ((await forgetDeliveries(this.database, before, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  }

  private async oldestSeconds(): Promise<number> {
    const active = (await endpointLoads(this.database)).filter(({ state }) => state === 'active');
    const oldest = Math.min(...active.map(({ oldestAt }) => oldestAt?.getTime() ?? Infinity));
    return Math.max((this.platform.clock.now() - oldest) / 1000, 0);
  }
}
