import { Inject, Module } from '@nestjs/common';
import type { PaymentEventMessage, PaymentSubmit } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import {
  auditDoor,
  CorridorGate,
  Door,
  LookupBudget,
  PartnerHealth,
  publicEvents,
  requestOutbox,
} from '@tonle/door';
import { CALLS, CLOCK, key, PLATFORM, provide, provideBy, TELEMETRY } from '@tonle/http';
import { openLane, TOPICS } from '@tonle/messaging';
import { approvalFinding } from '@tonle/approval';
import { declareAudit, Service, type Platform } from '@tonle/platform';
import { AccessModule } from '../access/access.module.js';
import { Admission } from '../access/admission.js';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { LookupModule } from '../lookup/lookup.module.js';
import { LookupService } from '../lookup/lookup.service.js';
import { QuoteModule } from '../quote/quote.module.js';
import { QuoteService } from '../quote/quote.service.js';
import { NoticeBell } from '../notice/notice-bell.js';
import { NoticeModule } from '../notice/notice.module.js';
import { MissedNoticesJob } from '../notice/missed-notices.job.js';
import { auditNotices } from '../notice/notice-audit.js';
import { noticeWriter } from '../notice/notice-writer.js';
import type { GatewaySettings } from '../gateway.settings.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { PaymentController } from './payment.controller.js';
import { PaymentListService } from './payment-list.service.js';
import { PaymentObserver } from './payment-observer.js';
import { RestPaymentService, type PaymentDoor } from './rest-payment.service.js';

const MISSED_EVERY_MS = 30_000;

/** Where payments of participants come in, over REST and ISO 20022. */
export const DOOR = key<PaymentDoor>('PaymentDoor');

async function openDoor(
  platform: Platform,
  settings: GatewaySettings,
  budget: LookupBudget,
  directory: Directory,
  admission: Admission,
  bell: NoticeBell,
  gate: CorridorGate,
  service: Service,
): Promise<PaymentDoor> {
  const lane = await openLane(platform, { source: requestOutbox });
  service.resource('the outbox lane', () => lane.close());
  const { answerWithinMs, waitingMax: callersMax, lookMs } = settings;
  // A bank that pays may look up more.
  const completed = (ends: readonly PaymentEventMessage[]) => {
    for (const { sender } of ends) void budget.paid(sender);
  };
  // Who only waits for an end is no work.
  const aside: Admission['aside'] = (sender, wait) => admission.aside(sender, wait);
  const alongside = noticeWriter(bell, platform.clock);
  const admit = (submit: PaymentSubmit) => gate.admit(submit);
  const times = { answerWithinMs, callersMax, aside, alongside, admit, warnsOfDuplicates: true };
  const door = new Door(platform, { lane, form: publicEvents, directory, completed, ...times });
  service.topic(TOPICS.paymentEvent, (records) => door.news.handle(records));
  const missed = new MissedNoticesJob(platform, (events) => door.news.take(events));
  service.job('tell-what-was-missed', MISSED_EVERY_MS, missed.run);
  await door.declare(service, { lookMs });
  return door;
}

@Module({
  imports: [AccessModule, DirectoryCopyModule, LookupModule, NoticeModule, QuoteModule, SettingsModule],
  controllers: [PaymentController],
  providers: [
    provideBy(
      CorridorGate,
      [PLATFORM, Directory, PartnerHealth, Service],
      ({ shared, clock }, directory, health, service) => {
        const gate = new CorridorGate(directory, shared, clock, health);
        service.resource('the gate of corridors', () => gate.close());
        return gate;
      },
    ),
    provideBy(
      DOOR,
      [PLATFORM, SETTINGS, LookupBudget, Directory, Admission, NoticeBell, CorridorGate, Service],
      openDoor,
    ),
    provide(RestPaymentService, DOOR, Directory, LookupService, QuoteService),
    provide(PaymentListService, DOOR, Directory, CALLS, CLOCK),
    provide(PaymentObserver, TELEMETRY, CLOCK),
  ],
  exports: [DOOR, PaymentObserver],
})
export class PaymentModule {
  constructor(service: Service, @Inject(PLATFORM) platform: Platform) {
    const { service: name, clock, database } = platform;
    declareAudit(service, platform, async () => {
      const nowMs = clock.now();
      const { findings, totals } = await auditDoor(platform);
      return {
        service: name,
        at: new Date(nowMs).toISOString(),
        findings: [...findings, ...(await auditNotices(database, nowMs)), await approvalFinding(database)],
        totals,
      };
    });
  }
}
