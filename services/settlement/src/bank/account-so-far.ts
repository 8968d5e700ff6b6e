import type { BankLine } from './bank-line.js';
import type { KnownAccount, StatementToTake, TakenStatement, ToldLine } from './statement-taking.decide.js';

/** The account with those statements of a file that were gone through: each line is looked up, however many there are. */
export class AccountSoFar {
  readonly today: string;
  statements: readonly TakenStatement[];
  private readonly lines: Map<string, ToldLine>;
  private readonly linesOf = new Map<string | undefined, Map<string, ToldLine>>();

  constructor({ today, statements, lines }: KnownAccount) {
    this.today = today;
    this.statements = statements;
    this.lines = new Map(lines.map((line) => [line.lineId, line]));
    for (const line of lines) this.groupOf(line.statementId).set(line.lineId, line);
  }

  line(lineId: string): ToldLine | undefined {
    return this.lines.get(lineId);
  }

  /** Those of a statement; of undefined those that notifications alone have told. */
  *told(statementId: string | undefined): Generator<ToldLine, void> {
    yield* this.linesOf.get(statementId)?.values() ?? [];
  }

  take({ statement, lines, notified, replaces }: StatementToTake): void {
    if (statement.kind === 'notification') return this.add(lines, undefined);
    const statementId = `of this file: ${statement.id}`;
    const before = notified.map((lineId) => this.lines.get(lineId)!);
    for (const line of before) this.groupOf(line.statementId).delete(line.lineId);
    this.add([...before, ...lines], statementId);
    const taken: TakenStatement = {
      ...{ statementId, bankId: statement.id, from: statement.from, to: statement.to },
      ...(statement.number !== undefined && { number: statement.number }),
      ...{ openingMinor: statement.openingMinor!, closingMinor: statement.closingMinor! },
    };
    const kept = this.statements.filter((each) => each.statementId !== replaces);
    this.statements = [...kept, taken].sort((one, other) => (one.to < other.to ? -1 : 1));
  }

  private add(lines: readonly BankLine[], statementId: string | undefined): void {
    for (const line of lines) {
      const told = { ...line, ...(statementId !== undefined && { statementId }) };
      this.lines.set(line.lineId, told);
      this.groupOf(statementId).set(line.lineId, told);
    }
  }

  private groupOf(statementId: string | undefined): Map<string, ToldLine> {
    const group = this.linesOf.get(statementId) ?? new Map<string, ToldLine>();
    this.linesOf.set(statementId, group);
    return group;
  }
}
