import { adapterCalls, counted, legKeyOf, routingCalls } from '@tonle/contracts';
import { isBankingDate, type Directory } from '@tonle/directory';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database, Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { bankCalendarOf } from '../instruction/settlement-terms.js';
import { chaseNote, claimOf, daysLate, firstHandling, type UnhandledBreak } from './break-handling.decide.js';
import {
  calendarBreaks,
  chased,
  claimable,
  legsOfBreaks,
  lockUnhandled,
  noteChased,
  noteHandled,
  noteTried,
  unhandled,
  type HandledBreak,
} from './break-handling.store.js';
import { endDifferences } from './break-register.store.js';
import { localDay } from './local-day.js';
import { holdPayments, noteToldHolds, releasePayments, untoldHolds } from './payment-hold.store.js';
import { reconciliationTargets, type ReconciliationTarget } from './reconciliation-targets.js';
import { interestIn, ruleSetOf } from './rule-set.store.js';
import { endShadows, makeShadows, shadowsOfMoney } from './shadow-payment.store.js';

/** Handled in one transaction. */
const BREAKS_MAX = 200;
/** Where the network's contract names no other number (domain 7.6: after N files). */
const CLAIM_AFTER_FILES = 2;

/**
 * Does with each break what domain 7.6 has the switch do by itself, once, and notes it: asks the network about what it lacks, keeps what
 * we lack, stops what would be given back, chases banks that are late. It ends nothing that people end. Killed anywhere, it goes on in
 * its next round; who does not answer is asked then, and keeps no other break waiting.
 */
export class BreakHandlingJob {
  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly directory: Directory,
    private readonly telemetry: Telemetry,
  ) {}

  readonly run = async (): Promise<void> => {
    if (!this.directory.isLoaded) return;
    const targets = reconciliationTargets(this.directory);
    while (await this.handleSome(targets));
    await this.claim(targets);
    const at = new Date(this.clock.now());
    await endShadows(this.database, at);
    await releasePayments(this.database, at);
    await this.chase();
    await this.endOpenDays();
    await this.tellHolds();
  };

  /** True when there may be more that can be handled now. */
  private async handleSome(targets: readonly ReconciliationTarget[]): Promise<boolean> {
    const found = await unhandled(this.database, BREAKS_MAX);
    // Asked before the transaction: no row waits for a network.
    const answers = await this.enquire(found, targets);
    const first = found.map((each) => ({ breakId: each.breakId, ...firstHandling(each) }));
    const done = first.flatMap((each): HandledBreak[] => {
      const answer = each.handling === 'enquires' ? answers.get(each.breakId) : each;
      return answer === undefined ? [] : [answer];
    });
    const at = new Date(this.clock.now());
    await this.database.transaction(async (transaction) => {
      const still = await lockUnhandled(
        transaction,
        found.map(({ breakId }) => breakId),
      );
      const handled = done.filter(({ breakId }) => still.has(breakId));
      await this.act(transaction, handled, at);
      const left = new Set(handled.map(({ breakId }) => breakId));
      await noteTried(
        transaction,
        [...still].filter((breakId) => !left.has(breakId)),
        at,
      );
    });
    return found.length === BREAKS_MAX && done.length > 0;
  }

  private async act(transaction: Transaction, handled: readonly HandledBreak[], at: Date): Promise<void> {
    const idsOf = (...wanted: string[]): string[] =>
      handled.filter(({ handling }) => wanted.includes(handling)).map(({ breakId }) => breakId);
    await makeShadows(transaction, idsOf('shadowed'), at);
    await holdPayments(transaction, idsOf('reversals_stopped', 'held'), at);
    const money = await shadowsOfMoney(transaction, idsOf('in_suspense', 'left_out'));
    const fits = new Map(money.map((each) => [each.breakId, each]));
    const told = handled.map((each) => {
      const fit = fits.get(each.breakId);
      if (fit === undefined) return each;
      return { ...each, detail: `${each.detail}; it fits break ${fit.shadowBreakId} of ${fit.partner}` };
    });
    await noteHandled(transaction, told, at);
  }

  /** Asks about legs that statements lack; what to note of each, nothing while the network's service is away. */
  private async enquire(
    found: readonly UnhandledBreak[],
    targets: readonly ReconciliationTarget[],
  ): Promise<ReadonlyMap<string, HandledBreak>> {
    const missing = found.filter((each) => firstHandling(each).handling === 'enquires');
    const answers = new Map<string, HandledBreak>();
    for (const network of new Set(missing.map(networkOf))) {
      const own = missing.filter((each) => networkOf(each) === network);
      const target = targets.find((each) => networkOf(each) === network);
      for (const each of target === undefined ? own.map(claimed) : await this.ask(target, own))
        answers.set(each.breakId, each);
    }
    return answers;
  }

  private async ask(
    { adapter, partner, side, absentAfterDays = CLAIM_AFTER_FILES }: ReconciliationTarget,
    own: readonly UnhandledBreak[],
  ): Promise<HandledBreak[]> {
    const ids = own.map(({ breakId }) => breakId);
    const legs = await legsOfBreaks(this.database, ids, side);
    const keys = new Map(legs.map(({ breakId, paymentId, leg }) => [breakId, legKeyOf(paymentId, leg)]));
    try {
      const { asked } = await this.calls.call(adapterCalls(adapter).enquire, {
        legKeys: [...new Set(keys.values())],
      });
      return own.map(({ breakId }) => ({
        ...{ breakId, handling: 'enquires' as const },
        detail: asked.includes(keys.get(breakId) ?? '')
          ? `${partner} is asked about it; after ${counted(absentAfterDays, 'file')} without it a claim is due`
          : `${partner} sent this payment, so there is no leg of ours to ask about; its next files decide`,
      }));
    } catch (err) {
      this.telemetry.log.warn({ err, partner }, 'a network cannot be asked about what its statement lacks');
      return [];
    }
  }

  private async claim(targets: readonly ReconciliationTarget[]): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const networks = targets.map(({ partner, currency, absentAfterDays }) => ({
        ...{ partner, currency, files: absentAfterDays ?? CLAIM_AFTER_FILES },
      }));
      const due = await claimable(transaction, networks);
      const handled = due.map((each) => ({
        ...claimed(each),
        detail: `${counted(each.files, 'whole statement')} without it: ${claimOf(each)}`,
      }));
      await noteHandled(transaction, handled, new Date(this.clock.now()));
    });
  }

  private async tellHolds(): Promise<void> {
    const untold = await untoldHolds(this.database, BREAKS_MAX);
    if (untold.held.length + untold.released.length === 0) return;
    await this.calls.call(routingCalls.holdRefunds, {
      held: [...untold.held],
      released: [...untold.released],
    });
    await noteToldHolds(this.database, untold, new Date(this.clock.now()));
  }

  private async chase(): Promise<void> {
    const nowMs = this.clock.now();
    for (const each of await chased(this.database)) {
      const calendar = bankCalendarOf(this.directory, each.partner) ?? { utcOffsetMinutes: 0 };
      const days = daysLate(each.day, localDay(new Date(nowMs), calendar));
      if (days <= each.days) continue;
      await this.database.transaction(async (transaction) => {
        const interest = interestIn(await ruleSetOf(transaction, each.day), each.currency);
        await noteChased(transaction, each.breakId, {
          ...{ days, detail: chaseNote(each, days, interest), at: new Date(nowMs) },
        });
      });
    }
  }

  /** A calendar that was corrected ends what it opened. */
  private async endOpenDays(): Promise<void> {
    const ended = (await calendarBreaks(this.database)).filter(({ partner, day }) => {
      const calendar = bankCalendarOf(this.directory, partner);
      return calendar !== undefined && isBankingDate(day, calendar);
    });
    if (ended.length === 0) return;
    await this.database.transaction((transaction) =>
      endDifferences(
        transaction,
        ended.map(({ partner, currency, key }) => ({ partner, currency, key, type: 'CALENDAR' as const })),
        new Date(this.clock.now()),
      ),
    );
  }
}

const networkOf = ({ partner, currency }: { readonly partner: string; readonly currency: string }): string =>
  `${partner} ${currency}`;

function claimed(found: UnhandledBreak): HandledBreak {
  return { breakId: found.breakId, handling: 'claim_due', detail: claimOf(found) };
}
