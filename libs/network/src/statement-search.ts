import type { StatementLine } from '@tonle/contracts';
import { Gatherer } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { OpenLeg, StatementPage, StatementRequest } from './leg.js';

const PAGE_LINES = 1_000;
/** A day of more pages is not searched. */
const PAGES_MAX = 500;
/** A leg that is older is for people: reconciliation has had its days by then. */
const DAYS_MAX = 4;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** What is missing is looked for together with others. */
const GATHER_MS = 200;
const GATHER_MAX = 2_000;

export interface StatementSearchOptions {
  readonly pages: { page(request: StatementRequest): Promise<StatementPage> };
  readonly utcOffsetMinutes: number;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

interface Statement {
  readonly references: ReadonlySet<string>;
  /** Amounts, minor units, of lines that name no reference: any of them may be a leg of ours. */
  readonly nameless: ReadonlySet<string>;
}

/** Looks for legs in the statements of the days on which they can have been booked (domain 6.7, 6.12.7). */
export class StatementSearch {
  private readonly gatherer: Gatherer<OpenLeg, boolean>;

  constructor(private readonly options: StatementSearchOptions) {
    this.gatherer = new Gatherer((legs) => this.search(legs), { batchMax: GATHER_MAX, lingerMs: GATHER_MS });
  }

  /**
   * True: complete statements, asked for after this call, lack the leg. False: one has it, or is not complete, or did not
   * come.
   */
  lacks(leg: OpenLeg): Promise<boolean> {
    return this.gatherer.add(leg);
  }

  private async search(legs: readonly OpenLeg[]): Promise<boolean[]> {
    const now = this.options.clock.now();
    const statements = new Map<string, Promise<Statement | undefined>>();
    const statementOf = (day: string, currency: string): Promise<Statement | undefined> => {
      const key = `${day} ${currency}`;
      const read = statements.get(key) ?? this.read(day, currency);
      statements.set(key, read);
      return read;
    };
    return Promise.all(
      legs.map(async ({ command, externalRef, intentMs }) => {
        const days = this.daysOf(intentMs, now);
        if (days.length === 0 || days.length > DAYS_MAX || externalRef === '') return false;
        const read = days.map((day) => statementOf(day, command.amount.currency));
        return (await Promise.all(read)).every(
          (found) =>
            found !== undefined &&
            !found.references.has(externalRef) &&
            !found.nameless.has(command.amount.minor),
        );
      }),
    );
  }

  /** A day's statement; undefined when it is not complete. */
  private async read(day: string, currency: string): Promise<Statement | undefined> {
    try {
      return await this.complete(day, currency);
    } catch (error) {
      this.options.telemetry.log.warn({ err: error, day, currency }, 'a statement could not be searched');
      return undefined;
    }
  }

  private async complete(day: string, currency: string): Promise<Statement | undefined> {
    const lines: StatementLine[] = [];
    let cursor: string | undefined;
    for (let pages = 1; pages <= PAGES_MAX; pages += 1) {
      const page = await this.options.pages.page({ day, currency, cursor, pageMax: PAGE_LINES });
      lines.push(...page.lines);
      if (page.nextCursor === undefined) return ties(lines, page.totals) ? statementOf(lines) : undefined;
      cursor = page.nextCursor;
    }
    return undefined;
  }

  /** The network's days from an instant on. */
  private daysOf(fromMs: number, now: number): string[] {
    const ahead = this.options.utcOffsetMinutes * MINUTE_MS;
    const first = Math.floor((Math.min(fromMs, now) + ahead) / DAY_MS);
    const last = Math.floor((now + ahead) / DAY_MS);
    const count = Math.min(last - first + 1, DAYS_MAX + 1);
    return Array.from({ length: count }, (_, index) =>
      new Date((first + index) * DAY_MS).toISOString().slice(0, 10),
    );
  }
}

/** A statement that says neither how many lines it has nor their sum may be cut short. */
function ties(lines: readonly StatementLine[], totals: StatementPage['totals']): boolean {
  if (totals?.count !== lines.length) return false;
  const sum = lines.reduce((total, { amount }) => total + BigInt(amount.minor), 0n);
  return sum.toString() === totals.amountMinor;
}

function statementOf(lines: readonly StatementLine[]): Statement {
  const nameless = lines.filter(({ externalRef }) => externalRef === undefined);
  return {
    references: new Set(lines.flatMap(({ externalRef }) => (externalRef === undefined ? [] : [externalRef]))),
    nameless: new Set(nameless.map(({ amount }) => amount.minor)),
  };
}
