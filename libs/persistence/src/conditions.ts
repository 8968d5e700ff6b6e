/**
 * The WHERE of a list whose filters may each be absent: conditions with their values, in the order of their places.
 * Conditions are code; whatever comes from outside is a value.
 */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  /** Adds what a filter demands; one that is undefined demands nothing. */
  add(value: unknown, condition: (place: string) => string): void {
    if (value === undefined) return;
    const place = this.place(value);
    const text = condition(place);
    // PostgreSQL refuses a statement with a value that stands nowhere, and only when somebody asks for it.
    if (!text.includes(place)) throw new Error(`the condition ${text} is not about its value`);
    this.conditions.push(text);
  }

  /** A value's place in the statement: `$3`. */
  place(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** `WHERE ... AND ...`, or nothing when nothing is demanded. */
  get where(): string {
    return this.conditions.length === 0 ? '' : `WHERE ${this.conditions.join('\n       AND ')}`;
  }
}
