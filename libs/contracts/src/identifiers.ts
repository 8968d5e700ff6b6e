export type LegKind = 'debit' | 'credit' | 'reversal';

const LEG_LETTER: Readonly<Record<LegKind, string>> = { debit: 'D', credit: 'C', reversal: 'R' };

/** Returns `size` random bytes; injected so that tests are seeded. */
export type RandomBytes = (size: number) => Uint8Array;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function formatUuid(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += HEX[bytes[index]!]!;
  }
  return text;
}

/** A UUIDv7 (RFC 9562 5.7) for the given epoch milliseconds. */
export function uuidV7(epochMs: number, random: RandomBytes): string {
  const bytes = random(16);
  let rest = epochMs;
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return formatUuid(bytes);
}

/** The smallest UUIDv7 of a millisecond: ids that were given from then on are not below it. */
export function firstUuidV7(epochMs: number): string {
  const hex = Math.max(epochMs, 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** A UUIDv4, as the schemas' UETR and quote id patterns ask for. */
export function uuidV4(random: RandomBytes): string {
  const bytes = random(16);
  bytes[6] = 0x40 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return formatUuid(bytes);
}

/**
 * The idempotency key of a payment's leg: payment id and leg. It never changes on retry (domain 6.2, I11).
 */
export function legKeyOf(paymentId: string, leg: LegKind): string {
  return `${paymentId}:${LEG_LETTER[leg]}`;
}

/** The payment of a leg key. */
export function paymentIdOfLegKey(legKey: string): string {
  return legKey.slice(0, legKey.lastIndexOf(':'));
}
