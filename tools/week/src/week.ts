import { moveSandboxTime, sandboxTimeFile } from '@tonle/security';
import { networkFlows, payBothWays, type Running } from '@tonle/tool-launcher';
import { fetchBanks, payTheRest, pursue, type Owing } from './banks.js';
import { closeDay, ownBreaks, type ClosedDay } from './closing.js';
import { playDefault, positionsOf, windowsIn, type PlayedDefault } from './default.js';
import { Desk } from './desk.js';
import { playFinalisation, type PlayedFinalisation } from './finalisation.js';
import { dailyReports, reportsOf, type ReportHashes } from './reports.js';
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
  /** Ids of lines of instructions. */
  readonly shortPaid: readonly string[];
  readonly latePaid: readonly string[];
  readonly defaults: readonly PlayedDefault[];
  readonly finalisations: readonly PlayedFinalisation[];
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
  readonly reports: Record<string, string>;
}

/**
 * Plays a business week of finance on an installation: each morning the networks' statements of yesterday are compared and its nets are
 * approved; the banks carry out what is due, and what they tell is taken; payments are made both ways at every network; the day before
 * yesterday is closed and reported. It goes on without payments until every window is settled.
 */
export async function playWeek(
  running: Running,
  week: readonly WeekDay[],
  say: (text: string) => void,
): Promise<PlayedWeek> {
  return new Week(running, week, say).play();
}

class Week {
  private readonly desk: Desk;
  private readonly so: SoFar = {
    ...{ closed: [], shortPaid: new Set(), latePaid: new Set() },
    ...{ defaults: [], finalisations: [], reports: {} },
  };
  private owing: readonly Owing[] = [];
  private today = '';

  constructor(
    private readonly running: Running,
    private readonly week: readonly WeekDay[],
    private readonly say: (text: string) => void,
  ) {
    this.desk = new Desk(running, ['OPERATOR', 'OPERATOR2', 'OPERATOR3']);
  }

  async play(): Promise<PlayedWeek> {
    const { week } = this;
    for (const [index, { day, isPaying }] of week.entries()) {
      if (!isPaying && (await this.isOver(week[index - 1]!.day))) break;
      await this.begin(day);
      await this.setOff(week[index]!);
      if (index > 0) await this.morning(week[index]!, week[index - 1]!.day);
      await this.banksPay(day);
      if (isPaying) await this.pay(day);
      if (index > 1) await this.close(week[index - 2]!.day);
    }
    return this.outcome();
  }

  /** Moves the time of the whole sandbox; the FX providers tell their rates, which are stale then. */
  private async begin(day: string): Promise<void> {
    this.today = day;
    const toMs = Date.parse(`${day}T09:00:00+07:00`);
    moveSandboxTime(sandboxTimeFile(this.running.home), toMs - Date.now());
    // Each process looks for itself how far the sandbox is ahead.
    await this.desk.until('the switch to follow', () => this.desk.get('/v1/ops/approvals'));
    await this.desk.control('/control/fx/push', {});
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
    for (const short of this.owing.filter(({ kind }) => kind === 'short')) {
      await payTheRest(desk, short, SHORT.amount);
      this.say(`${day}: the rest of ${short.line.endToEndId} was paid at ${short.bank}`);
    }
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

  private async pay(day: string): Promise<void> {
    for (const flow of networkFlows()) {
      const told: string[] = [];
      if (!(await payBothWays(this.running, (text) => void told.push(text), [flow])))
        throw new Error(`${day}: a payment did not complete: ${told.join('\n')}`);
    }
    this.say(`${day}: paid both ways at every network`);
  }

  private async close(day: string): Promise<void> {
    const { desk, so } = this;
    await ownBreaks(desk);
    const closed = await closeDay(desk, day);
    so.closed.push(closed);
    Object.assign(so.reports, await reportsOf(desk, day, await dailyReports(desk)));
    this.say(`${day}: closed; carried: ${closed.carried.join(', ') || 'nothing'}`);
  }

  private windows(): Promise<readonly WeekWindow[]> {
    return windowsIn(
      this.desk,
      this.week.filter(({ isPaying, day }) => isPaying && day <= this.today).map(({ day }) => day),
    );
  }

  private async isOver(yesterday: string): Promise<boolean> {
    const { so, week } = this;
    const lastPaying = week.findLast(({ isPaying }) => isPaying)!.day;
    const isClosed = so.closed.some(({ day }) => day === lastPaying);
    return (
      yesterday > lastPaying && isClosed && (await this.windows()).every(({ state }) => state === 'SETTLED')
    );
  }

  private async outcome(): Promise<PlayedWeek> {
    const { desk, so } = this;
    const windows = await this.windows();
    await ownBreaks(desk);
    const { breaks } = await desk.get<{ breaks: { owner?: string }[] }>('/v1/ops/breaks?standing=true');
    const unowned = breaks.filter(({ owner }) => owner === undefined).length;
    const { totals } = await desk.get<{ totals: { currency: string; balance: { amount: string } }[] }>(
      '/v1/ops/ledger/trial-balance',
    );
    const trialBalances = Object.fromEntries(
      totals.map(({ currency, balance }) => [currency, balance.amount]),
    );
    const positions = await positionsOf(desk);
    const again: Record<string, string> = {};
    const reports = await dailyReports(desk);
    for (const { day } of so.closed) Object.assign(again, await reportsOf(desk, day, reports));
    const { shortPaid, latePaid, ...rest } = so;
    const owed = { shortPaid: [...shortPaid], latePaid: [...latePaid] };
    return { windows, trialBalances, positions, unowned, ...rest, ...owed, again };
  }
}
