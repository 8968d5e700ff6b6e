import { moveSandboxTime, sandboxTimeFile } from '@tonle/security';
import { networkFlows, payBothWays, type Running } from '@tonle/tool-launcher';
import { batchesOf, type PlayedBatches } from './batches.js';
import { fetchBanks, payTheRest, pursue, type Owing } from './banks.js';
import { closeDay, countBreaks, ownBreaks, type ClosedDay } from './closing.js';
import { playDefault, positionsOf, settledIsCopied, windowsIn, type PlayedDefault } from './default.js';
import { awaitDeliveries, scheduleDelivery } from './deliveries.js';
import { Desk } from './desk.js';
import { playFinalisation, type PlayedFinalisation } from './finalisation.js';
import { playMonth, type PlayedMonth } from './month.js';
import { playDownloads, subscribe, type PlayedDownload } from './own-reports.js';
import type { ReportDrop } from './report-drop.js';
import { catalogueOf, reportsOf, type ReportHashes } from './reports.js';
import { cureUnplaced, leftInSuspense, receiveUnplaced, sendBack, type PlayedSuspense } from './suspense.js';
import type { CountedBreaks } from './summary.js';
import { SHORT, type WeekDay } from './week.table.js';
import { approveWindows, netted, type WeekWindow } from './windows.js';

/** The network that tells of its day by itself, some time after its end. */
const TELLS_BY_ITSELF = 'solomon';

export interface PlayedWeek {
  readonly windows: readonly WeekWindow[];
  readonly closed: readonly ClosedDay[];
  /** Of each currency what its trial balance sums to. */
  readonly trialBalances: Readonly<Record<string, string>>;
  /** Positions that are not zero, by account: a debit is owed. */
  readonly positions: Readonly<Record<string, string>>;
  /** Breaks that nobody owns and that have not ended. */
  readonly unowned: number;
  /** All that there were, by type and state. */
  readonly breaks: readonly CountedBreaks[];
  /** What networks settle together of the days on which was paid. */
  readonly batches: readonly PlayedBatches[];
  /** Ids of lines of instructions. */
  readonly shortPaid: readonly string[];
  readonly latePaid: readonly string[];
  readonly defaults: readonly PlayedDefault[];
  readonly finalisations: readonly PlayedFinalisation[];
  readonly suspense: readonly PlayedSuspense[];
  /** What is still in suspense of it. */
  readonly leftInSuspense: readonly string[];
  readonly months: readonly PlayedMonth[];
  readonly downloads: readonly PlayedDownload[];
  /** Days of which the report that is made at night has been delivered. */
  readonly delivered: readonly string[];
  /** The reports that there are. */
  readonly catalogue: readonly string[];
  readonly reports: ReportHashes;
  /** The same reports, run a second time. */
  readonly again: ReportHashes;
}

interface SoFar {
  readonly closed: ClosedDay[];
  readonly shortPaid: Set<string>;
  readonly latePaid: Set<string>;
  readonly defaults: PlayedDefault[];
  readonly finalisations: PlayedFinalisation[];
  readonly suspense: PlayedSuspense[];
  readonly months: PlayedMonth[];
  readonly downloads: PlayedDownload[];
  readonly reports: Record<string, string>;
}

/**
 * Plays a business week of finance on an installation that delivers to a `drop`: each morning the networks' statements of yesterday are
 * compared and its nets are approved; the banks carry out what is due, and what they tell is taken; payments are made both ways at every
 * network; the day before yesterday is closed and reported, and the month once its last day is. It goes on without payments until every
 * window is settled.
 */
export async function playWeek(
  running: Running,
  week: readonly WeekDay[],
  drop: ReportDrop,
  say: (text: string) => void,
): Promise<PlayedWeek> {
  return new Week(running, week, drop, say).play();
}

class Week {
  private readonly desk: Desk;
  private readonly so: SoFar = {
    ...{ closed: [], shortPaid: new Set(), latePaid: new Set() },
    ...{ defaults: [], finalisations: [], suspense: [], months: [], downloads: [], reports: {} },
  };
  private owing: readonly Owing[] = [];
  private readonly restPaid = new Set<string>();
  private today = '';

  constructor(
    private readonly running: Running,
    private readonly week: readonly WeekDay[],
    private readonly drop: ReportDrop,
    private readonly say: (text: string) => void,
  ) {
    this.desk = new Desk(running, ['OPERATOR', 'OPERATOR2', 'OPERATOR3']);
  }

  async play(): Promise<PlayedWeek> {
    const { week } = this;
    for (const [index, { day, isPaying }] of week.entries()) {
      if (!isPaying && (await this.isOver(week[index - 1]!.day))) break;
      await this.begin(day);
      if (index === 0) await this.subscribe();
      await this.setOff(week[index]!);
      if (index > 0) await this.morning(week[index]!, week[index - 1]!.day);
      await this.banksPay(day);
      await this.unplaced(week[index]!);
      if (isPaying) await this.pay(day);
      if (index > 1) await this.close(week[index - 2]!);
    }
    return this.outcome();
  }

  /** Moves the time of the whole sandbox; the FX providers tell their rates, which are stale then. */
  private async begin(day: string): Promise<void> {
    this.today = day;
    const toMs = Date.parse(`${day}T09:00:00+07:00`);
    moveSandboxTime(sandboxTimeFile(this.running.home), toMs - Date.now());
    await this.desk.follows();
    await this.desk.control('/control/fx/push', {});
  }

  /** Reports that are made by themselves, and who is told of them. */
  private async subscribe(): Promise<void> {
    await scheduleDelivery(this.desk);
    await subscribe(this.desk);
  }

  private async setOff({ day, incidents }: WeekDay): Promise<void> {
    for (const { what, fault } of incidents) {
      this.say(`${day}: ${what}`);
      await this.desk.control('/control/faults', fault);
    }
  }

  /** Windows of yesterday are netted and approved, and the networks' statements compared. */
  private async morning({ hasDefault }: WeekDay, yesterday: string): Promise<void> {
    const { desk, so } = this;
    const windows = await netted(desk, yesterday);
    await desk.control(`/control/${TELLS_BY_ITSELF}/notify`, { day: yesterday });
    await desk.job('reconcile', { day: yesterday });
    const played = hasDefault ? await playDefault(desk, windows) : undefined;
    if (played !== undefined) {
      so.defaults.push(played);
      this.say(`${yesterday}: ${played.removed} was taken out of ${played.windowId}`);
    }
    const paid = await approveWindows(desk, windows);
    this.say(`${yesterday}: ${windows.length} windows netted, approved ${paid.join(', ') || 'none'}`);
  }

  /** What was paid short yesterday is paid; the banks do what is due, and it is followed until it is settled. */
  private async banksPay(day: string): Promise<void> {
    const { desk, so } = this;
    for (const short of this.owing.filter(
      ({ kind, line }) => kind === 'short' && !this.restPaid.has(line.endToEndId),
    )) {
      // A bank that is closed books it on its next day: it is not paid twice.
      this.restPaid.add(short.line.endToEndId);
      await payTheRest(desk, short, SHORT.amount);
      this.say(`${day}: the rest of ${short.line.endToEndId} was paid at ${short.bank}`);
    }
    for (const returning of so.suspense) await sendBack(desk, returning);
    await fetchBanks(desk);
    const windows = await this.windows();
    const due = windows.filter(
      ({ state, valueDate, payments }) =>
        state !== 'SETTLED' && payments > 0 && valueDate !== undefined && valueDate <= day,
    );
    this.owing = await pursue(desk, due);
    for (const { kind, bank, line } of this.owing) {
      if (kind === 'short') so.shortPaid.add(line.endToEndId);
      if (kind === 'late') so.latePaid.add(line.endToEndId);
      this.say(`${day}: ${bank} has not paid as told (${kind}): ${line.endToEndId} of ${line.participant}`);
    }
    const proven = windows.find(
      ({ state, valueDate, payments, settlementMode }) =>
        state === 'SETTLED' &&
        payments > 0 &&
        settlementMode === 'DEFERRED_NET' &&
        valueDate !== undefined &&
        valueDate < day,
    );
    if (proven === undefined || so.finalisations.length > 0) return;
    const played = await playFinalisation(desk, proven);
    so.finalisations.push(played);
    this.say(`${day}: ${played.windowId} is final; a wrong file was refused: ${played.refusedFor}`);
  }

  /** Money that nobody can place comes in, and people decide; what goes back does so by the next day. */
  private async unplaced({ day, hasUnplaced }: WeekDay): Promise<void> {
    const { desk, so } = this;
    if (!hasUnplaced) return;
    await receiveUnplaced(desk);
    const played = await cureUnplaced(desk);
    so.suspense.push(played);
    this.say(`${day}: written off ${played.writtenOff}, goes back under ${played.returnReference}`);
  }

  private async pay(day: string): Promise<void> {
    for (const flow of networkFlows()) {
      const told: string[] = [];
      if (!(await payBothWays(this.running, (text) => void told.push(text), [flow])))
        throw new Error(`${day}: a payment did not complete: ${told.join('\n')}`);
    }
    this.say(`${day}: paid both ways at every network`);
  }

  private async close({ day, isPaying, endsMonth }: WeekDay): Promise<void> {
    const { desk, so } = this;
    await ownBreaks(desk);
    const closed = await closeDay(desk, day);
    so.closed.push(closed);
    Object.assign(so.reports, await reportsOf(desk, day));
    if (isPaying) so.downloads.push(...(await playDownloads(desk, day)));
    this.say(`${day}: closed; carried: ${closed.carried.join(', ') || 'nothing'}`);
    if (!endsMonth) return;
    const month = await playMonth(desk, day);
    so.months.push(month);
    this.say(`${month.month}: closed, opened again and closed again; ${month.invoices.length} invoices`);
  }

  private windows(): Promise<readonly WeekWindow[]> {
    return windowsIn(this.desk, this.payingDays());
  }

  /** Those so far. */
  private payingDays(): readonly string[] {
    return this.week.filter(({ isPaying, day }) => isPaying && day <= this.today).map(({ day }) => day);
  }

  private async isOver(yesterday: string): Promise<boolean> {
    const { so, week } = this;
    const lastPaying = week.findLast(({ isPaying }) => isPaying)!.day;
    const isClosed = so.closed.some(({ day }) => day === lastPaying);
    return (
      yesterday > lastPaying &&
      isClosed &&
      so.months.length > 0 &&
      (await this.windows()).every(({ state }) => state === 'SETTLED')
    );
  }

  private async outcome(): Promise<PlayedWeek> {
    const { desk, so } = this;
    const windows = await this.windows();
    const batches = await batchesOf(desk, this.payingDays());
    await ownBreaks(desk);
    const { breaks: standing } = await desk.get<{ breaks: { owner?: string }[] }>(
      '/v1/ops/breaks?standing=true',
    );
    const unowned = standing.filter(({ owner }) => owner === undefined).length;
    const breaks = await countBreaks(desk);
    await settledIsCopied(desk, windows);
    const { totals } = await desk.get<{ totals: { currency: string; balance: { amount: string } }[] }>(
      '/v1/ops/ledger/trial-balance',
    );
    const trialBalances = Object.fromEntries(
      totals.map(({ currency, balance }) => [currency, balance.amount]),
    );
    const positions = await positionsOf(desk);
    const again: Record<string, string> = {};
    for (const { day } of so.closed) Object.assign(again, await reportsOf(desk, day));
    const nights = so.closed.map(({ day }) => day);
    const delivered = await awaitDeliveries(desk, this.drop, this.running.home, nights);
    const left = await Promise.all(so.suspense.map((each) => leftInSuspense(desk, each)));
    const { shortPaid, latePaid, ...rest } = so;
    const owed = { shortPaid: [...shortPaid], latePaid: [...latePaid], leftInSuspense: left.flat() };
    const catalogue = (await catalogueOf(desk)).map(({ report }) => report);
    return {
      windows,
      trialBalances,
      positions,
      unowned,
      breaks,
      batches,
      ...rest,
      ...owed,
      delivered,
      catalogue,
      again,
    };
  }
}
