import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { OctetReader, uint64, varOctets } from './octets.js';

// The packet that a payee makes of a quote, and its payer carries unread into the transfer (API Definition 6.5). Two forms
// are in use: of Interledger version 1 a payment, of version 4 a prepare, which has the expiry and the condition inside.
// Both hold the transaction of the quote in JSON, as base64url text.

export interface IlpContent {
  /** Minor units: a packet has no currency of its own. */
  readonly amount: bigint;
  /** An address of Interledger, `g.<FSP>...`. */
  readonly destination: string;
  /** The transaction, in JSON. */
  readonly transaction: string;
}

/** What a prepare has besides. */
export interface IlpTerms {
  /** Epoch ms. */
  readonly expiresAt: number;
  /** 43 characters of base64url. */
  readonly condition: string;
}

export type IlpPacket =
  (IlpContent & { readonly form: 'payment' }) | (IlpContent & IlpTerms & { readonly form: 'prepare' });

export type IlpReading =
  | { readonly kind: 'ok'; readonly packet: IlpPacket }
  /** What is wrong, in words for its maker. */
  | { readonly kind: 'refused'; readonly detail: string };

const TYPES = { payment: 1, prepare: 12 } as const;
const PACKET = /^[A-Za-z0-9_-]+={0,2}$/;
/** `BinaryString32`: 32 bytes of base64url, without padding. */
const SECRET32 = /^[A-Za-z0-9_-]{43}$/;
const CHARACTERS_MAX = 32_768;
/** As it is written here; read is any, since schemes put identifiers of parties into it as they are. */
const ADDRESS = /^(?=.{1,1023}$)(?:g|private|example|peer|self|test[1-3]?|local)(?:\.[A-Za-z0-9_~-]+)+$/;
const READ_ADDRESS = /^[\x21-\x7e]{1,1023}$/;
/** `YYYYMMDDHHmmssSSS` in UTC. */
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/;
const TIME_LENGTH = 17;
const CONDITION_LENGTH = 32;

/**
 * A packet in base64url; with terms it is a prepare, without a payment. Throws RangeError for an amount of more than 64
 * bits, a wrong address, time or condition, or a transaction that is too long.
 */
export function writeIlpPacket({ amount, destination, transaction }: IlpContent, terms?: IlpTerms): string {
  if (!ADDRESS.test(destination)) throw new RangeError('the destination is no address of Interledger');
  const address = varOctets(Buffer.from(destination, 'ascii'));
  const data = varOctets(Buffer.from(Buffer.from(transaction).toString('base64url'), 'ascii'));
  const contents =
    terms === undefined
      ? // Nothing follows yet: extensions would.
        [uint64(amount), address, data, Buffer.of(0)]
      : [uint64(amount), interledgerTime(terms.expiresAt), bytesOf32(terms.condition), address, data];
  const type = TYPES[terms === undefined ? 'payment' : 'prepare'];
  const packet = Buffer.concat([Buffer.of(type), varOctets(Buffer.concat(contents))]).toString('base64url');
  if (packet.length > CHARACTERS_MAX) throw new RangeError('the packet is longer than the API allows');
  return packet;
}

/** Reads either form. Total: what is wrong is said. */
export function readIlpPacket(text: string): IlpReading {
  if (text.length > CHARACTERS_MAX || !PACKET.test(text))
    return { kind: 'refused', detail: `it is no base64url of at most ${CHARACTERS_MAX} characters` };
  try {
    return { kind: 'ok', packet: readOctets(Buffer.from(text, 'base64url')) };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'refused', detail: error.message };
    throw error;
  }
}

function readOctets(octets: Buffer): IlpPacket {
  const envelope = new OctetReader(octets);
  const type = envelope.byte();
  const reader = new OctetReader(envelope.varOctets());
  if (envelope.rest > 0) throw new RangeError('something follows it');
  if (type !== TYPES.payment && type !== TYPES.prepare)
    throw new RangeError(`its type is ${type}, neither a payment (1) nor a prepare (12)`);
  const amount = reader.uint64();
  const terms =
    type === TYPES.prepare
      ? {
          expiresAt: fromInterledgerTime(reader.take(TIME_LENGTH).toString('latin1')),
          condition: reader.take(CONDITION_LENGTH).toString('base64url'),
        }
      : undefined;
  const destination = reader.varOctets().toString('latin1');
  if (!READ_ADDRESS.test(destination)) throw new RangeError('its destination is no address of Interledger');
  const transaction = transactionText(reader.varOctets());
  // A payment may end with the count of its extensions: none.
  if (type === TYPES.payment && reader.rest > 0 && reader.byte() !== 0)
    throw new RangeError('it has extensions');
  if (reader.rest > 0) throw new RangeError('something follows its data');
  const content = { amount, destination, transaction };
  return terms === undefined ? { form: 'payment', ...content } : { form: 'prepare', ...content, ...terms };
}

/** JSON as base64url text, or as it is. */
function transactionText(data: Buffer): string {
  const text = data.toString('utf8');
  return PACKET.test(text) ? Buffer.from(text, 'base64url').toString('utf8') : text;
}

function interledgerTime(epochMs: number): Buffer {
  const text = new Date(epochMs).toISOString().replace(/[-:.TZ]/g, '');
  if (!TIME.test(text)) throw new RangeError('the time of expiry has no year of four digits');
  return Buffer.from(text, 'ascii');
}

function fromInterledgerTime(text: string): number {
  const [year, month, day, hour, minute, second, ms] = (TIME.exec(text) ?? []).slice(1);
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  if (Number.isNaN(at) || interledgerTime(at).toString() !== text)
    throw new RangeError('its time of expiry is no YYYYMMDDHHmmssSSS');
  return at;
}

/**
 * The fulfilment that only the payee's FSP can make of a transaction: HMAC-SHA256 by its secret. The transaction has the
 * ids, the parties and the amount, so no two payments share one.
 */
export function fulfilmentOf(transaction: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(transaction).digest('base64url');
}

/** The condition of a fulfilment: SHA-256 of its 32 bytes. Throws RangeError when it is none. */
export function conditionOf(fulfilment: string): string {
  return createHash('sha256').update(bytesOf32(fulfilment)).digest('base64url');
}

/** Does the fulfilment open the condition? False for what is none. */
export function isFulfilledBy(condition: string, fulfilment: string): boolean {
  if (!isBinary32(condition) || !isBinary32(fulfilment)) return false;
  return timingSafeEqual(bytesOf32(condition), bytesOf32(conditionOf(fulfilment)));
}

/** Is it `BinaryString32`, in its only spelling? */
export function isBinary32(text: string): boolean {
  return SECRET32.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text;
}

function bytesOf32(text: string): Buffer {
  if (!isBinary32(text)) throw new RangeError('it is not 32 bytes of base64url');
  return Buffer.from(text, 'base64url');
}
