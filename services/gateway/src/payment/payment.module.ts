import { Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { auditCall } from '@tonle/contracts';
import { auditRequests, Door, publicEvents, requestOutbox, requestTotals } from '@tonle/door';
import { CLOCK, key, PLATFORM, provide, provideBy, TELEMETRY } from '@tonle/http';
import { openLane, TOPICS } from '@tonle/messaging';
import { Service, type Platform } from '@tonle/platform';
import { AccessModule } from '../access/access.module.js';
import { Admission } from '../access/admission.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { LookupModule } from '../lookup/lookup.module.js';
import { LookupService } from '../lookup/lookup.service.js';
import { QuoteModule } from '../quote/quote.module.js';
import { QuoteService } from '../quote/quote.service.js';
import type { GatewaySettings } from '../gateway.settings.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { PaymentController } from './payment.controller.js';
import { PaymentObserver } from './payment-observer.js';
import { PaymentService, type PaymentDoor } from './payment.service.js';

const UNANSWERED_EVERY_MS = 1_000;

/** Where payments of participants come in, over REST and ISO 20022. */
export const DOOR = key<PaymentDoor>('PaymentDoor');

async function openDoor(
  platform: Platform,
  settings: GatewaySettings,
  service: Service,
): Promise<PaymentDoor> {
  const lane = await openLane(platform, { source: requestOutbox });
  service.resource('the outbox lane', () => lane.close());
  const { answerWithinMs, waitingMax: callersMax } = settings;
  const door = new Door(platform, { lane, form: publicEvents, answerWithinMs, callersMax });
  service.resource('news of payments', await door.news.listen());
  return door;
}

@Module({
  imports: [AccessModule, DirectoryModule, LookupModule, QuoteModule, SettingsModule],
  controllers: [PaymentController],
  providers: [
    provideBy(DOOR, [PLATFORM, SETTINGS, Service], openDoor),
    provide(PaymentService, DOOR, Directory, LookupService, QuoteService),
    provide(PaymentObserver, TELEMETRY, Admission, CLOCK),
  ],
  exports: [DOOR, PaymentObserver],
})
export class PaymentModule implements OnModuleDestroy {
  constructor(
    service: Service,
    @Inject(PLATFORM) { service: name, database, clock }: Platform,
    @Inject(SETTINGS) { lookMs }: GatewaySettings,
    @Inject(DOOR) private readonly door: PaymentDoor,
  ) {
    service.topic(TOPICS.paymentEvent, (records) => door.news.handle(records));
    service.job('unanswered requests', UNANSWERED_EVERY_MS, () => door.republication.run());
    service.job('look for waiting callers', lookMs, () => door.news.look());
    service.call(auditCall(name), async () => ({
      service: name,
      at: new Date(clock.now()).toISOString(),
      findings: await auditRequests(database),
      totals: await requestTotals(database),
    }));
  }

  /** Before the listener closes: it waits for the requests in hand, and these for their payments. */
  onModuleDestroy(): void {
    this.door.letGo();
  }
}
