import { routingCalls, type RoutingWindow, type WindowDrained } from '@tonle/contracts';
import { byHalves, MissedPayments } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import type { PaymentEventHandler } from '../payment/payment-event.handler.js';
import { countUndone } from '../payment/payment-record.store.js';
import type { WindowClosingJob } from './window-closing.job.js';
import { insertDrainMarks, lanesHeard, paymentCounts } from './window.store.js';

const PAGE = 500;

/**
 * Takes in what routing has told and has not arrived, whatever became of the records: completed payments, payments that
 * were undone, and the word of lanes that they are drained.
 */
export class MissedEventsJob {
  private readonly missed: MissedPayments;
  private undoneSaid: number | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly payments: PaymentEventHandler,
    private readonly closing: WindowClosingJob,
  ) {
    this.missed = new MissedPayments(platform, {
      counts: (windowIds) => paymentCounts(platform.database, windowIds),
      take: (events) => payments.take(events),
    });
  }

  readonly run = async (): Promise<void> => {
    const { windows, undone } = await this.missed.run();
    await this.takeUndone(undone);
    await this.takeMarks(windows);
  };

  /** They are few: who lacks one reads them all. What routing had a round ago and is not here is missing. */
  private async takeUndone(said: number): Promise<void> {
    const { database, calls, telemetry } = this.platform;
    const before = this.undoneSaid ?? said;
    this.undoneSaid = said;
    if ((await countUndone(database)) >= before) return;
    telemetry.log.warn({ said }, 'payments that were undone have not arrived; routing is asked for them');
    let after: string | undefined;
    for (;;) {
      const asked = { pageMax: PAGE, ...(after === undefined ? {} : { after }) };
      const { events } = await calls.call(routingCalls.undone, asked);
      await byHalves(
        events,
        (part) => this.payments.take(part),
        ({ paymentId }, cause) =>
          telemetry.log.error({ err: cause, paymentId }, 'a payment cannot be taken in'),
      );
      after = events.at(-1)?.paymentId;
      if (events.length < PAGE) return;
    }
  }

  private async takeMarks(windows: readonly RoutingWindow[]): Promise<void> {
    const { database, telemetry } = this.platform;
    const heard = await lanesHeard(
      database,
      windows.map(({ windowId }) => windowId),
    );
    const marks = windows.flatMap((window) => marksOf(window, heard.get(window.windowId)));
    if (marks.length === 0) return;
    await byHalves(
      marks,
      (part) => database.transaction((transaction) => insertDrainMarks(transaction, part)),
      ({ lane, windows: [said] }, cause) =>
        telemetry.log.error({ err: cause, lane, window: said }, 'a drained lane cannot be recorded'),
    );
    await this.closing.run();
  }
}

/** What the lanes of a window that is not closed have said without being heard; `heard` is undefined for closed ones. */
function marksOf({ windowId, lanes }: RoutingWindow, heard: readonly string[] | undefined): WindowDrained[] {
  const all = lanes.map(({ lane }) => lane);
  return lanes.flatMap(({ lane, completed, drainedAt }) =>
    heard === undefined || drainedAt === undefined || heard.includes(lane)
      ? []
      : [{ lane, lanes: all, windows: [{ windowId, completed }], at: drainedAt }],
  );
}
