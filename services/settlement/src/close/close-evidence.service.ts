import { routingCalls, type UnknownPayment } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import { minorText } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import type { FxPositionService } from '../fx-position/fx-position.service.js';
import { unvalued } from '../fx-position/position-run.decide.js';
import type { InvoiceService } from '../invoice/invoice.service.js';
import type { BookedBalance, ProvenLedger } from '../journal/proven-ledger.js';
import { journalTotals } from '../journal/journal.js';
import { journalDigests } from '../journal/journal.store.js';
import { holdingProblems } from '../holding/holding.decide.js';
import { holdingsOf } from '../holding/holding.store.js';
import { endOfAccountingDay, firstDayIn, lastDayIn, monthOf, nextDay, periodKind } from './accounting-day.js';
import { checkStep } from './close.decide.js';
import type { CheckedStep, StepFinding } from './close.js';
import { closedReports, notesOn, periodsAround } from './close.store.js';
import { stepsOf, type CloseStepName } from './close-step.table.js';
import { findInTables, missedStatements, type CheckedSpan } from './close-evidence.store.js';
import type { DueStatements } from './due-statements.js';
import type { AbsentStatement } from './statements-due.decide.js';

const SHOWN_MAX = 20;
/** Nobody has checked it: that is said, and no problem is made of it. */
const NOT_TOLD = 'not told by the rail';

/** What other services say, asked before any transaction begins. */
export interface AskedElsewhere {
  /** Payments whose outcome is not known. */
  readonly unknowns: readonly UnknownPayment[];
}

/** What the checklist of a period is looked at with. */
interface Look extends CheckedSpan, AskedElsewhere {
  readonly database: Queryable;
  readonly period: string;
}

type Finder = (look: Look) => Promise<StepFinding>;

/** Looks at every step of a period's checklist. It only reads. */
export class CloseEvidence {
  private readonly finders: Readonly<Record<CloseStepName, Finder>>;

  constructor(
    private readonly calls: ServiceCalls,
    private readonly ledger: ProvenLedger,
    private readonly positions: FxPositionService,
    private readonly invoices: InvoiceService,
    private readonly due: DueStatements,
  ) {
    const inTables =
      (step: Parameters<typeof findInTables>[1]): Finder =>
      ({ database, ...span }) =>
        findInTables(database, step, span);
    this.finders = {
      ledger_copied: (look) => this.ledgerCopied(look),
      windows_netted: inTables('windows_netted'),
      statements_in: (look) => this.statementsIn(look),
      breaks_owned: inTables('breaks_owned'),
      unknowns_resolved: (look) => this.unknowns(look),
      windows_instructed: inTables('windows_instructed'),
      windows_settled: inTables('windows_settled'),
      entries_booked: inTables('entries_booked'),
      trial_balance: (look) => this.trialBalance(look),
      holdings_tie: (look) => this.holdings(look),
      positions_tie: inTables('positions_tie'),
      suspense_empty: (look) => this.suspense(look),
      fx_valued: (look) => this.valued(look),
      days_closed: (look) => this.daysClosed(look),
      windows_final: inTables('windows_final'),
      reconciled: inTables('reconciled'),
      suspense_reviewed: (look) => this.suspense(look),
      fees_invoiced: (look) => this.invoiced(look),
      journal_acknowledged: (look) => this.journal(look),
    };
  }

  /** Throws ServiceUnavailable while routing is away: what it does not say is not known to be well. */
  async ask(): Promise<AskedElsewhere> {
    const { payments } = await this.calls.call(routingCalls.unknowns, {});
    return { unknowns: payments };
  }

  /** The checklist as it stands. */
  async checklist(database: Queryable, period: string, asked: AskedElsewhere): Promise<CheckedStep[]> {
    const look = {
      ...asked,
      database,
      period,
      from: firstDayIn(period),
      until: lastDayIn(period),
      end: endOfAccountingDay(lastDayIn(period)),
    };
    const notes = await notesOn(database, period);
    const steps: CheckedStep[] = [];
    for (const [step, entry] of stepsOf(periodKind(period)))
      steps.push(checkStep(step, entry, await this.finders[step](look), notes));
    return steps;
  }

  /** What a report says beside its steps. */
  async tables(database: Queryable, period: string): Promise<Readonly<Record<string, unknown>>> {
    const until = lastDayIn(period);
    const balances = await this.ledger.balances(database, endOfAccountingDay(until));
    const shared = {
      trialBalance: balances.map(({ code, currency, debitMinor, creditMinor }) => ({
        ...{ code, currency, debitMinor: debitMinor.toString(), creditMinor: creditMinor.toString() },
      })),
      fxPositions: textual(await this.positions.positions(database, until)),
    };
    if (periodKind(period) === 'day')
      return { ...shared, journal: journalTotals(await journalDigests(database, period)) };
    const days = await closedReports(database, period);
    return { ...shared, days: days.map(({ period: day, sha256 }) => ({ day, sha256 })) };
  }

  private async ledgerCopied({ database, end }: Look): Promise<StepFinding> {
    const isThere = await this.ledger.reaches(database, end);
    return finding({}, isThere ? [] : [`the copy does not reach ${end.toISOString()} yet`]);
  }

  private async unknowns({ end, unknowns }: Look): Promise<StepFinding> {
    const older = unknowns.filter(({ since }) => Date.parse(since) < end.getTime());
    return finding(
      {},
      older.map(
        ({ paymentId, state, partner, since }) =>
          `payment ${paymentId} is ${state} at ${partner} since ${since}`,
      ),
    );
  }

  /** What was asked for and did not come, and what is due by calendar and nobody has asked for. */
  private async statementsIn({ database, from, until }: Look): Promise<StepFinding> {
    const missed = await missedStatements(database, until);
    const { absent, covered } = await this.due.absent(database, { from, until });
    const known = new Set(missed.map(nameOfStatement));
    const problems = [
      ...missed,
      ...absent
        .filter((each) => !known.has(nameOfStatement(each)))
        .map((each) => ({ ...each, cause: 'it is not here' })),
    ].map((each) => `${nameOfStatement(each)}: ${each.cause}`);
    return finding({ statements: covered.length.toString() }, problems);
  }

  /** By the statements of days up to the period's last, and what the ledger has made of their lines since: it says the same later. */
  private async holdings({ database, until }: Look): Promise<StepFinding> {
    const holdings = await holdingsOf(database, until);
    const balances = holdings.banks.map(({ bank, currency, closingMinor }) => [
      `${bank} ${currency}`,
      minorText(closingMinor, currency),
    ]);
    const rails = holdings.rails.map(({ code, currency, day, closingMinor }) => [
      code,
      closingMinor === null ? NOT_TOLD : `${minorText(closingMinor, currency)} on ${day}`,
    ]);
    return finding(Object.fromEntries([...balances, ...rails]), holdingProblems(holdings));
  }

  private async trialBalance({ database, end }: Look): Promise<StepFinding> {
    const sums = new Map<string, { debit: bigint; credit: bigint }>();
    for (const { currency, debitMinor, creditMinor } of await this.ledger.balances(database, end)) {
      const { debit, credit } = sums.get(currency) ?? { debit: 0n, credit: 0n };
      const net = debitMinor - creditMinor;
      sums.set(currency, {
        debit: debit + (net > 0n ? net : 0n),
        credit: credit + (net < 0n ? -net : 0n),
      });
    }
    const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
    return finding(
      Object.fromEntries(sorted.map(([currency, { debit }]) => [currency, minorText(debit, currency)])),
      sorted
        .filter(([, { debit, credit }]) => debit !== credit)
        .map(
          ([currency, { debit, credit }]) =>
            `debit balances are ${minorText(debit, currency)}, credit balances ${minorText(credit, currency)}`,
        ),
    );
  }

  /** The items, and what the ledger has on top of them: nobody can decide about that. */
  private async suspense({ database, ...span }: Look): Promise<StepFinding> {
    const items = await findInTables(database, 'suspense_items', span);
    const balances = (await this.ledger.balances(database, span.end)).filter(
      ({ kind }) => kind === 'SUSPENSE',
    );
    const facts = Object.fromEntries(balances.map((account) => [account.currency, netText(account)]));
    const held =
      items.found > 0 ? [] : balances.filter((account) => account.debitMinor !== account.creditMinor);
    const unexplained = held.map(
      (account) => `${account.code} holds ${netText(account)}, and there is no item`,
    );
    return {
      facts: { ...items.facts, ...facts },
      problems: [...items.problems, ...unexplained],
      found: items.found + unexplained.length,
    };
  }

  private async valued({ database, until }: Look): Promise<StepFinding> {
    const positions = await this.positions.positions(database, until);
    return finding({ positions: positions.length.toString() }, unvalued(positions));
  }

  private async daysClosed({ database, period, from, until }: Look): Promise<StepFinding> {
    const { firstDay = from, lastDay } = await periodsAround(database, until);
    const first = firstDay > from && monthOf(firstDay) === period ? firstDay : from;
    const next = lastDay === undefined || lastDay < first ? first : nextDay(lastDay);
    const days = (await closedReports(database, period)).length;
    return finding(
      { days: days.toString() },
      next > until ? [] : [`${next} and what follows are not closed`],
    );
  }

  private async invoiced({ database, period }: Look): Promise<StepFinding> {
    const accruals = await this.invoices.accruals(database, period);
    const missing = await this.invoices.uninvoiced(database, period);
    return finding({ accruals: accruals.length.toString() }, missing);
  }

  private async journal({ database, period }: Look): Promise<StepFinding> {
    const days = await closedReports(database, period);
    const journals = days.map(({ report }) => JSON.parse(report) as { journal: { transfers: number } });
    const transfers = journals.reduce((sum, { journal }) => sum + journal.transfers, 0);
    const last = days.at(-1);
    return finding(
      { transfers: transfers.toString(), ...(last === undefined ? {} : { lastReport: last.sha256 }) },
      [],
    );
  }
}

function finding(facts: Readonly<Record<string, string>>, problems: readonly string[]): StepFinding {
  return { facts, problems: problems.slice(0, SHOWN_MAX), found: problems.length };
}

const nameOfStatement = ({ from, currency, day }: AbsentStatement): string => `${from} ${currency} of ${day}`;

const netText = ({ debitMinor, creditMinor, currency }: BookedBalance): string =>
  minorText(debitMinor - creditMinor, currency);

/** Amounts as text: a report is JSON. */
function textual(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, member: unknown) =>
      typeof member === 'bigint' ? member.toString() : member,
    ),
  );
}
