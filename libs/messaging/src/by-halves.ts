import { isLater } from './delivery.js';

/**
 * Runs a set-based work over items so that one item's fault is nobody else's: what fails is run again by halves until the
 * bad item stands alone and goes to `alone`, with its cause. The work must be one that may be run again: a transaction,
 * a question. Rejects when the house is the reason: another time will do.
 */
export async function byHalves<T>(
  items: readonly T[],
  work: (part: readonly T[]) => Promise<unknown>,
  alone: (item: T, cause: unknown) => Promise<void> | void,
): Promise<void> {
  const [first] = items;
  if (first === undefined) return;
  try {
    await work(items);
  } catch (cause) {
    if (isLater(cause)) throw cause;
    if (items.length === 1) return alone(first, cause);
    const middle = items.length >> 1;
    await byHalves(items.slice(0, middle), work, alone);
    await byHalves(items.slice(middle), work, alone);
  }
}

/** `byHalves`, which rejects with all that stood alone when the others are done; `told` says in words what each is. */
export async function allByHalves<T>(
  items: readonly T[],
  work: (part: readonly T[]) => Promise<unknown>,
  told: (item: T) => string,
): Promise<void> {
  const broken: Error[] = [];
  await byHalves(items, work, (item, cause) => void broken.push(new Error(told(item), { cause })));
  if (broken.length > 0) throw new AggregateError(broken, broken.join('; '));
}
