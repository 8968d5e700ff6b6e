import { routingCalls, type PaymentEventMessage } from '@tonle/contracts';
import { byHalves } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import {
  checkedUntil,
  countMissing,
  countTold,
  gapsToAsk,
  putChecked,
  putGap,
  toldOf,
  type BegunSpan,
} from './missed-notice.store.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/**
 * Payments are compared so long after they began, each time: most have ended by the first, those whose outcome was unknown, or
 * that people decided, by a later one.
 */
const AGES_MS = [2 * MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS, 8 * DAY_MS];
const SPAN_MAX_MS = 10 * MINUTE_MS;
const PAGE = 500;
const AGAIN_MS = 15 * MINUTE_MS;
/** Older ones are not compared: the notices of their first days are about to be forgotten, and would be told again. */
const OLDEST_MS = 20 * DAY_MS;

/**
 * Tells what the broker or a dead letter kept from the gateway: routing says how many payments have ended, and who has told the
 * ends of fewer takes in the others (record 14). Elsewhere consumers count by window; here those that failed are told, too.
 */
export class MissedNoticesJob {
  private readonly missing;

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'calls' | 'clock' | 'telemetry'>,
    /** Takes in events, also those that it knows. */
    private readonly take: (events: readonly PaymentEventMessage[]) => Promise<void>,
  ) {
    this.missing = platform.telemetry.gauge(
      'tonle_notices_missing',
      'Payments whose end was told to nobody though routing was asked for them',
    );
  }

  /** Throws ServiceUnavailable. */
  readonly run = async (): Promise<void> => {
    for (const ageMs of AGES_MS) await this.compare(ageMs);
    await this.askAgain();
    this.missing.set(await countMissing(this.platform.database));
  };

  private async compare(ageMs: number): Promise<void> {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    let fromMs = Math.max(await checkedUntil(database, ageMs, nowMs), nowMs - OLDEST_MS);
    while (fromMs < nowMs - ageMs) {
      const untilMs = Math.min(nowMs - ageMs, fromMs + SPAN_MAX_MS);
      const span = { fromMs, untilMs };
      const missing = await this.fill(span);
      if (missing > 0) await putGap(database, span, missing, nowMs);
      await putChecked(database, ageMs, untilMs);
      fromMs = untilMs;
    }
  }

  private async askAgain(): Promise<void> {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const since = { before: new Date(nowMs - AGAIN_MS), kept: new Date(nowMs - OLDEST_MS) };
    for (const span of await gapsToAsk(database, since))
      await putGap(database, span, await this.fill(span), nowMs);
  }

  /** Takes in what a span lacks; resolves to how many are missing still. */
  private async fill(span: BegunSpan): Promise<number> {
    const { database, telemetry } = this.platform;
    const { count } = await this.ended(span, 0);
    if ((await countTold(database, span)) >= count) return 0;
    const named = { from: new Date(span.fromMs).toISOString(), until: new Date(span.untilMs).toISOString() };
    telemetry.log.warn(named, 'ends of payments have not arrived; routing is asked for them');
    await this.takeIn(span);
    const missing = Math.max(0, count - (await countTold(database, span)));
    if (missing > 0) telemetry.log.error({ ...named, missing }, 'ends of payments are untold still');
    return missing;
  }

  private async takeIn(span: BegunSpan): Promise<void> {
    const { database, telemetry } = this.platform;
    let after: string | undefined;
    for (;;) {
      const { events } = await this.ended(span, PAGE, after);
      const told = await toldOf(
        database,
        events.map(({ paymentId }) => paymentId),
      );
      await byHalves(
        events.filter(({ paymentId }) => !told.has(paymentId)),
        (part) => this.take(part),
        ({ paymentId }, cause) =>
          telemetry.log.error({ err: cause, paymentId }, 'the end of a payment cannot be told'),
      );
      after = events.at(-1)?.paymentId;
      if (events.length < PAGE) return;
    }
  }

  private ended({ fromMs, untilMs }: BegunSpan, pageMax: number, after?: string) {
    return this.platform.calls.call(routingCalls.ended, {
      from: new Date(fromMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      pageMax,
      ...(after === undefined ? {} : { after }),
    });
  }
}
