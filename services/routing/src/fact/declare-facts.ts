import {
  declareFacts,
  hourlyFacts,
  standingFacts,
  type FactGatherer,
  type HourLook,
  type Platform,
  type Service,
} from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { LiquidityService } from '../liquidity/liquidity.service.js';
import { calendarFacts, keyFacts, participantFacts } from './directory-fact.js';
import { limitDays } from './limit-day.store.js';
import { liquidityHours } from './liquidity-hour.js';
import { firstPaymentMs, lookAtPayments, paymentFigures, type PaymentFigure } from './payment-hour.store.js';
import { paymentHours } from './payment-hour.view.js';
import { RECALL_FACTS } from './recall-fact.store.js';
import { SCREENING_FACTS } from './screening-fact.store.js';
import { unknownFacts } from './unknown-fact.store.js';

const STANDING_EVERY_MS = 30_000;
const HOURS_EVERY_MS = 300_000;
/** Spans of whole minutes, so that no statement takes long however many payments there are: histories are read, others only counted. */
const READ_SPAN_MS = 120_000;
const LOOK_SPAN_MS = 600_000;
const DIRECTORY_EVERY_MS = 60_000;

/** What routing tells settlement for reports. */
export function declareRoutingFacts(service: Service, platform: Platform, directory: CurrentDirectory): void {
  declareFacts(service, platform, routingFacts(platform, directory));
}

/** Every source of routing. */
export function routingFacts(
  platform: Pick<Platform, 'database' | 'clock'>,
  directory: CurrentDirectory,
): FactGatherer[] {
  const liquidity = new LiquidityService(platform, directory);
  return [
    standingFacts('routing.unknown', STANDING_EVERY_MS, (database) =>
      unknownFacts(database, directory.get()),
    ),
    hourlyFacts({
      ...{ source: 'routing.payment-hour', everyMs: HOURS_EVERY_MS },
      firstMs: firstPaymentMs,
      look: async (database, fromMs, untilMs) => {
        const looks: HourLook[] = [];
        for (let ms = fromMs; ms < untilMs; ms += LOOK_SPAN_MS)
          looks.push(await lookAtPayments(database, ms, ms + LOOK_SPAN_MS));
        return {
          fingerprint: looks.map(({ fingerprint }) => fingerprint).join(' '),
          isOpen: looks.some(({ isOpen }) => isOpen),
        };
      },
      facts: async (database, fromMs, untilMs) => {
        const figures: PaymentFigure[] = [];
        for (let ms = fromMs; ms < untilMs; ms += READ_SPAN_MS)
          figures.push(...(await paymentFigures(database, ms, ms + READ_SPAN_MS)));
        return paymentHours(directory.get(), new Date(fromMs).toISOString(), figures);
      },
    }),
    liquidityHours(() => liquidity.accounts()),
    limitDays(() => directory.get()),
    SCREENING_FACTS,
    RECALL_FACTS,
    standingFacts('routing.participant', DIRECTORY_EVERY_MS, () =>
      Promise.resolve(participantFacts(directory.get())),
    ),
    standingFacts('routing.key', DIRECTORY_EVERY_MS, () => Promise.resolve(keyFacts(directory.get()))),
    standingFacts('routing.calendar', DIRECTORY_EVERY_MS, () =>
      Promise.resolve(calendarFacts(directory.get())),
    ),
  ];
}
