// `CorrelationId` of the API is a UUID of version 1 to 5; ours are of version 7. What names a thing of a payment is its id
// with another version nibble: one to one, and never that of another thing.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const VERSION_AT = 14;
/** What is named -> the version nibble. */
const NIBBLES = { quote: '2', transaction: '3', transfer: '4' } as const;
export type CorrelatedThing = keyof typeof NIBBLES;

/** Is it a `CorrelationId`? */
export function isCorrelationId(text: string): boolean {
  return UUID.test(text);
}

/** The id of a thing of the payment, or of whatever has a UUIDv7. */
export function correlationIdOf(id: string, thing: CorrelatedThing): string {
  return `${id.slice(0, VERSION_AT)}${NIBBLES[thing]}${id.slice(VERSION_AT + 1)}`;
}
