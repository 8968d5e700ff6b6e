// Codes that a payer shows: EMVCo consumer-presented mode (base64 of BER-TLV) and UnionPay's 19-digit barcode.

/** A BER-TLV data object: a primitive with its bytes in upper-case hexadecimal, or a constructed one with objects. */
export interface BerObject {
  readonly tag: string;
  readonly value?: string;
  readonly objects?: readonly BerObject[];
}

export interface ConsumerCode {
  readonly kind: 'consumer';
  readonly form: 'emv-cpm' | 'barcode';
  /** UnionPay by its application id or its digits; OTHER for other applications. */
  readonly scheme: 'UNIONPAY' | 'OTHER';
  /** Application id (tag 4F), hexadecimal. */
  readonly applicationId?: string;
  /** Card number or token from track 2 (57) or 5A, or the barcode's digits. To be masked before it is shown. */
  readonly account?: string;
  readonly objects: readonly BerObject[];
}

export type ConsumerOutcome =
  'NOT_BASE64' | 'TLV_TRUNCATED' | 'FIRST_TAG_NOT_85' | 'TOO_DEEP' | 'APPLICATION_MISSING';
export type ConsumerReading =
  | ConsumerCode
  | {
      readonly kind: 'refused';
      readonly outcome: ConsumerOutcome;
      readonly at: number;
      readonly detail: string;
    };

const DEPTH_MAX = 8;
// Some encoders leave the padding out.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const BARCODE = /^62\d{17}$/;
const UNIONPAY_RID = 'A000000333';

class BerProblem extends Error {
  constructor(
    readonly outcome: ConsumerOutcome,
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** Is this the text of a code that a payer shows? `hQVDUFY` is tag 85 with `CPV..` in base64. */
export function isConsumerCode(text: string): boolean {
  return BARCODE.test(text) || text.startsWith('hQVDUFY');
}

/** Reads a code that a payer shows. Positions are bytes of the decoded data. */
export function readConsumerCode(text: string): ConsumerReading {
  if (BARCODE.test(text))
    return { kind: 'consumer', form: 'barcode', scheme: 'UNIONPAY', account: text, objects: [] };
  if (text === '' || !BASE64.test(text))
    return refuse('NOT_BASE64', 0, 'The text is not base64; scan the QR code again.');
  const bytes = Buffer.from(text, 'base64');
  try {
    return assemble(readBer(bytes, 0, bytes.length, 0));
  } catch (error) {
    if (error instanceof BerProblem) return refuse(error.outcome, error.at, error.message);
    throw error;
  }
}

/** Writes BER-TLV objects as the text of a consumer-presented code. Lengths in their shortest form. */
export function writeConsumerCode(objects: readonly BerObject[]): string {
  return Buffer.concat(objects.map(berBytes)).toString('base64');
}

function assemble(objects: readonly BerObject[]): ConsumerReading {
  if (objects[0]?.tag !== '85')
    return refuse('FIRST_TAG_NOT_85', 0, 'The QR code does not begin with its format indicator (tag 85).');
  const application = objects.find(({ tag }) => tag === '61');
  if (application === undefined)
    return refuse('APPLICATION_MISSING', 0, 'The QR code has no payment application (tag 61).');
  const applicationId = primitive(application, '4F');
  const account =
    primitive(application, '57')?.split('D')[0] ?? primitive(application, '5A')?.replace(/F$/, '');
  return {
    kind: 'consumer',
    form: 'emv-cpm',
    scheme: applicationId?.startsWith(UNIONPAY_RID) === true ? 'UNIONPAY' : 'OTHER',
    ...(applicationId !== undefined && { applicationId }),
    ...(account !== undefined && { account }),
    objects,
  };
}

function primitive(object: BerObject, tag: string): string | undefined {
  return object.objects?.find((inner) => inner.tag === tag)?.value;
}

function readBer(bytes: Uint8Array, start: number, end: number, depth: number): BerObject[] {
  if (depth > DEPTH_MAX)
    throw new BerProblem('TOO_DEEP', start, `More than ${DEPTH_MAX} levels of data objects.`);
  const objects: BerObject[] = [];
  let at = start;
  while (at < end) {
    const tagEnd = endOfTag(bytes, at, end);
    const tag = hex(bytes, at, tagEnd);
    const { from, to } = valueRange(bytes, tagEnd, end, tag);
    const constructed = (bytes[at]! & 0x20) !== 0;
    objects.push(
      constructed
        ? { tag, objects: readBer(bytes, from, to, depth + 1) }
        : { tag, value: hex(bytes, from, to) },
    );
    at = to;
  }
  return objects;
}

function endOfTag(bytes: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  if ((bytes[at]! & 0x1f) === 0x1f) {
    while (next < end && (bytes[next]! & 0x80) !== 0) next += 1;
    next += 1;
  }
  if (next >= end) throw new BerProblem('TLV_TRUNCATED', at, 'The data ends inside a tag.');
  return next;
}

function valueRange(bytes: Uint8Array, at: number, end: number, tag: string): { from: number; to: number } {
  const first = bytes[at]!;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  let length = first < 0x80 ? first : 0;
  if (first === 0x80 || lengthBytes > 3 || at + 1 + lengthBytes > end) {
    throw new BerProblem('TLV_TRUNCATED', at, `The length of tag ${tag} cannot be read.`);
  }
  for (let index = 1; index <= lengthBytes; index += 1) length = length * 256 + bytes[at + index]!;
  const from = at + 1 + lengthBytes;
  if (from + length > end)
    throw new BerProblem(
      'TLV_TRUNCATED',
      at,
      `Tag ${tag} declares a length of ${length} in bytes, and less follows.`,
    );
  return { from, to: from + length };
}

function hex(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString('hex').toUpperCase();
}

function berBytes(object: BerObject): Buffer {
  const tag = Buffer.from(object.tag, 'hex');
  const value =
    object.objects === undefined
      ? Buffer.from(object.value ?? '', 'hex')
      : Buffer.concat(object.objects.map(berBytes));
  return Buffer.concat([tag, berLength(value.length), value]);
}

function berLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}

function refuse(outcome: ConsumerOutcome, at: number, detail: string): ConsumerReading {
  return { kind: 'refused', outcome, at, detail };
}
