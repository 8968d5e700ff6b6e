import type { Directory } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import type { Transaction } from '@tonle/persistence';
import { endDifferences, openDifferences } from '../reconciliation/break-register.store.js';
import { linesOf, newestInstruction, rewriteInstruction } from '../instruction/instruction.store.js';
import { InstructionMaker, UnwritableInstruction } from '../instruction/instruction-maker.js';
import {
  isMissing,
  settlementTermsOf,
  sideOfPartner,
  type SettlementTerms,
  type TermsMissing,
} from '../instruction/settlement-terms.js';
import { railProofOf, railStatementAt } from './rail-proof.store.js';
import { localDate, valueDateOf } from './value-date.decide.js';
import {
  lockWindow,
  moveWindow,
  netsOf,
  setValueDate,
  unsettledWindows,
  type NettedWindow,
  type ValuePlan,
} from './window-life.store.js';

const UNSETTLED = ['NETTED', 'APPROVED', 'INSTRUCTED', 'FAILED'] as const;
/** Whose deed it is when the switch makes an instruction by itself: that of those who approved. */
const SWITCH = 'switch';

/**
 * Moves windows that were netted as far as they go without people: plans value dates, settles those in which nobody owes anything,
 * proves gross ones by the rail's statement, and instructs those that were approved. Idempotent; one that cannot be moved keeps no
 * other back.
 */
export class WindowLifeJob {
  /** Of a gross window: the statement that it was compared with last. */
  private readonly compared = new Map<string, number>();
  private wanting: ReadonlyMap<string, string> = new Map();

  private readonly unsettled;

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'random' | 'telemetry'>,
    private readonly directory: Directory,
    private readonly maker: InstructionMaker,
  ) {
    const help = 'Windows that were netted and are not settled yet';
    this.unsettled = platform.telemetry.gauge('tonle_windows_unsettled', help, ['state']);
  }

  readonly run = async (): Promise<void> => {
    if (!this.directory.isLoaded) return;
    const { database, telemetry } = this.platform;
    const wanting = new Map<string, string>();
    for (const window of await unsettledWindows(database)) {
      try {
        const what =
          window.settlementMode === 'GROSS_RT' ? await this.prove(window) : await this.move(window);
        if (what !== undefined) wanting.set(window.windowId, what);
      } catch (cause) {
        const isNew = this.wanting.get(window.windowId) !== (cause as Error).message;
        if (isNew && !(cause instanceof UnwritableInstruction))
          telemetry.log.error({ err: cause, windowId: window.windowId }, 'a window cannot be moved');
        wanting.set(window.windowId, (cause as Error).message);
      }
    }
    this.wanting = wanting;
    await this.count();
  };

  private async count(): Promise<void> {
    const left = await unsettledWindows(this.platform.database);
    for (const state of UNSETTLED)
      this.unsettled.set({ state }, left.filter((window) => window.state === state).length);
  }

  /** Why a window could not be moved by the switch in its last round; undefined: nothing is in its way, or people are. */
  wantingOf(windowId: string): string | undefined {
    return this.wanting.get(windowId);
  }

  private async move({ windowId }: NettedWindow): Promise<string | undefined> {
    const { database } = this.platform;
    return database.transaction(async (transaction) => {
      const window = await lockWindow(transaction, windowId);
      if (window === undefined) return undefined;
      const terms = settlementTermsOf(this.directory, window);
      if (window.state === 'NETTED' && (await this.isEmpty(transaction, window)))
        return this.settleEmpty(transaction, window, terms);
      if (isMissing(terms)) return terms.what;
      const plan = this.planOf(window, terms);
      if (plan === undefined) return 'its calendars have no common banking day within a year';
      if (window.state === 'INSTRUCTED') return this.planUnsent(transaction, window, terms);
      if (hasChanged(window, plan)) await setValueDate(transaction, windowId, plan);
      if (window.state !== 'APPROVED' || window.disputed) return undefined;
      return this.instruct(transaction, window, terms, SWITCH);
    });
  }

  /** Instructs a locked window anew or for the first time; what is wanting, in words, or undefined when it was done. */
  async instruct(
    transaction: Transaction,
    window: NettedWindow,
    terms: SettlementTerms | TermsMissing,
    madeBy: string,
  ): Promise<string | undefined> {
    if (isMissing(terms)) return terms.what;
    const plan = this.planOf(window, terms, true);
    if (plan === undefined) return 'its calendars have no common banking day within a year';
    const made = await this.maker.make(transaction, { ...window, valueDate: plan.valueDate }, terms, madeBy);
    if (made.kind === 'wanting') return made.what;
    await setValueDate(transaction, window.windowId, plan);
    await moveWindow(transaction, window, 'instructed', new Date(this.platform.clock.now()));
    return undefined;
  }

  private async isEmpty(transaction: Transaction, { windowId }: NettedWindow): Promise<boolean> {
    return (await netsOf(transaction, windowId)).every(({ netMinor }) => netMinor === 0n);
  }

  private async settleEmpty(
    transaction: Transaction,
    window: NettedWindow,
    terms: SettlementTerms | TermsMissing,
  ): Promise<undefined> {
    const plan = isMissing(terms) ? undefined : this.planOf(window, terms);
    if (plan !== undefined) await setValueDate(transaction, window.windowId, plan);
    const bank = isMissing(terms) ? window.partner : terms.bank;
    await this.maker.makeEmpty(transaction, { ...window, valueDate: plan?.valueDate ?? null }, bank);
    await moveWindow(transaction, window, 'nothing_to_pay', new Date(this.platform.clock.now()));
    return undefined;
  }

  /** An instruction that has not left yet is made for another day when a holiday was announced, or its day has passed. */
  private async planUnsent(
    transaction: Transaction,
    window: NettedWindow,
    terms: SettlementTerms,
  ): Promise<string | undefined> {
    const newest = await newestInstruction(transaction, window.windowId);
    if (newest?.state !== 'PREPARED') return undefined;
    const plan = this.planOf(window, terms, true);
    if (plan === undefined) return 'its calendars have no common banking day within a year';
    if (plan.valueDate === newest.valueDate) return undefined;
    const lines = await linesOf(transaction, newest.instructionId);
    const { valueDate } = plan;
    const named = { sequence: newest.sequence, currency: window.currency, valueDate };
    const anew = this.maker.rewritten(named, window.windowId, lines, terms);
    if ('kind' in anew) return anew.what;
    await rewriteInstruction(transaction, newest.instructionId, anew);
    await setValueDate(transaction, window.windowId, plan);
    return undefined;
  }

  private planOf(window: NettedWindow, terms: SettlementTerms, fromToday = false): ValuePlan | undefined {
    const today = localDate(this.platform.clock.now(), terms.bankCalendar);
    const notBefore = fromToday ? today : window.day;
    const valueDate = valueDateOf(window.day, terms.lagDays, terms.calendars, notBefore);
    if (valueDate === undefined) return undefined;
    const calendars = Object.fromEntries(
      terms.calendars.map(({ calendarId, version }) => [calendarId, version]),
    );
    return { valueDate, calendars, homeVersion: terms.homeCalendar?.version ?? null };
  }

  /** A gross window is settled when the rail's statement has a line for each of its discharges (domain 7.1). */
  private async prove(window: NettedWindow): Promise<string | undefined> {
    const { database, clock } = this.platform;
    const at = new Date(clock.now());
    const settle = () =>
      database.transaction(async (transaction) => {
        const locked = await lockWindow(transaction, window.windowId);
        await moveWindow(transaction, locked!, 'rail_proven', at);
        await endDifferences(transaction, [mismatch(window)], at);
      });
    if (window.payments === 0) {
      await settle();
      return undefined;
    }
    const network = sideOfPartner(this.directory, window.partner);
    if (network === undefined) return `the network of ${window.partner} is not in the directory`;
    const askedAt = await railStatementAt(database, window);
    if (askedAt === undefined) return `the rail's statement of ${window.day}`;
    if (this.compared.get(window.windowId) === askedAt.getTime()) return this.wanting.get(window.windowId);
    const proof = await railProofOf(database, window, network);
    if (proof.proven === proof.discharges) {
      await settle();
      this.compared.delete(window.windowId);
      return undefined;
    }
    this.compared.set(window.windowId, askedAt.getTime());
    const unproven = proof.discharges - proof.proven;
    const detail =
      `${unproven} of ${proof.discharges} discharges have no line, or several, in the rail's statements: ` +
      `${proof.examples.join(', ')}`;
    const found = { ...mismatch(window), day: window.day, ourMinor: BigInt(proof.unprovenMinor), detail };
    await database.transaction((transaction) =>
      openDifferences(transaction, [found], [this.platform.random.id(clock.now())], at),
    );
    return detail;
  }
}

const mismatch = ({ windowId, partner, currency }: NettedWindow) =>
  ({ type: 'RAIL_MISMATCH', partner, currency, key: windowId }) as const;

function hasChanged({ valueDate, valueCalendars }: NettedWindow, plan: ValuePlan): boolean {
  const known = valueCalendars ?? {};
  const ids = Object.keys(plan.calendars);
  return (
    valueDate !== plan.valueDate ||
    ids.length !== Object.keys(known).length ||
    ids.some((id) => known[id] !== plan.calendars[id])
  );
}
