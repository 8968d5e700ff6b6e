/** A JSON number as it was written: amounts never become floats. */
export class DecimalText {
  constructor(readonly text: string) {}
}

/** Reads JSON, keeping the text of numbers under the given names. Undefined when it is not JSON. */
export function parseKeepingAmounts(text: string, names: ReadonlySet<string>): unknown {
  return parseKeeping(text, (name) => names.has(name));
}

/** Reads JSON, keeping the text of every number. Undefined when it is not JSON. */
export function parseKeepingNumbers(text: string): unknown {
  return parseKeeping(text, () => true);
}

function parseKeeping(text: string, isKept: (name: string) => boolean): unknown {
  type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
  const keep: Reviver = (key, value, context) =>
    typeof value === 'number' && isKept(key) ? new DecimalText(context.source ?? String(value)) : value;
  try {
    return (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, keep);
  } catch {
    return undefined;
  }
}

/** An object that is neither null nor a list. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
