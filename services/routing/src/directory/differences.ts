const SHOWN_MAX = 3;
const VALUE_LENGTH_MAX = 40;

/**
 * Where two JSON values differ, for people: `timers.paymentMs is 60000 there and 70000 in the file`. The order of
 * fields makes no difference, since the database keeps none. Empty when they are equal.
 */
export function differences(there: unknown, inFile: unknown): string {
  const found = [...differing(there, inFile, '')];
  const shown = found.slice(0, SHOWN_MAX).join(', ');
  return found.length > SHOWN_MAX ? `${shown}, and ${found.length - SHOWN_MAX} more` : shown;
}

function* differing(there: unknown, inFile: unknown, path: string): Generator<string, void> {
  if (isTree(there) && isTree(inFile) && Array.isArray(there) === Array.isArray(inFile)) {
    for (const field of [...new Set([...Object.keys(there), ...Object.keys(inFile)])].sort())
      yield* differing(there[field], inFile[field], path === '' ? field : `${path}.${field}`);
    return;
  }
  if (JSON.stringify(there) !== JSON.stringify(inFile))
    yield `${path} is ${shown(there)} there and ${shown(inFile)} in the file`;
}

/** An object or an array, whose indexes are its fields. */
function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined) return 'not';
  const text = JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}...` : text;
}
