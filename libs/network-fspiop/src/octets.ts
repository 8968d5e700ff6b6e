// The canonical octet encoding (OER, ITU-T X.696) as far as packets of Interledger need it.

/** Octets with their length before them: one byte below 128, else the count of the length's own bytes and these. */
export function varOctets(octets: Uint8Array): Buffer {
  const { length } = octets;
  if (length < 0x80) return Buffer.concat([Buffer.of(length), octets]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes, octets]);
}

/** An unsigned integer of eight octets. Throws RangeError when it does not fit. */
export function uint64(value: bigint): Buffer {
  if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} has no place in 64 bits`);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** Reads octets from the front. Throws RangeError at their end, and for lengths that are not in the shortest form. */
export class OctetReader {
  private at = 0;

  constructor(private readonly octets: Buffer) {}

  /** How many are left. */
  get rest(): number {
    return this.octets.length - this.at;
  }

  take(length: number): Buffer {
    if (length > this.rest) throw new RangeError('it ends too early');
    this.at += length;
    return this.octets.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  uint64(): bigint {
    return this.take(8).readBigUInt64BE();
  }

  varOctets(): Buffer {
    const first = this.byte();
    if (first < 0x80) return this.take(first);
    const count = first & 0x7f;
    if (count === 0 || count > 3) throw new RangeError('a length has a form that is not canonical');
    const length = this.take(count).readUIntBE(0, count);
    if (length < 0x80 || length < 256 ** (count - 1))
      throw new RangeError('a length has a form that is not canonical');
    return this.take(length);
  }
}
