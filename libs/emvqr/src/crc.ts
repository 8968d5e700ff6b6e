// CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, nothing reflected, no final xor (EMVCo MPM 4.7.3).
const TABLE = new Uint16Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  TABLE[byte] = crc & 0xffff;
}

/**
 * The checksum of a text's UTF-8 bytes as four upper-case hexadecimal digits.
 * `end` limits it to the text before that index (a QR code's sum covers everything up to and with `6304`).
 */
export function crc16(text: string, end: number = text.length): string {
  let crc = 0xffff;
  for (let index = 0; index < end; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ unit]!;
      continue;
    }
    // Encoded in place: most codes are short, and a TextEncoder call costs more than the sum.
    const point = text.codePointAt(index)!;
    if (point > 0xffff) index += 1;
    crc = addPoint(crc, point >= 0xd800 && point <= 0xdfff ? 0xfffd : point);
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

/** Adds the two, three or four UTF-8 bytes of a character. */
function addPoint(start: number, point: number): number {
  if (point < 0x800) return addByte(addByte(start, 0xc0 | (point >> 6)), 0x80 | (point & 0x3f));
  let crc = start;
  if (point < 0x10000) crc = addByte(crc, 0xe0 | (point >> 12));
  else crc = addByte(addByte(crc, 0xf0 | (point >> 18)), 0x80 | ((point >> 12) & 0x3f));
  return addByte(addByte(crc, 0x80 | ((point >> 6) & 0x3f)), 0x80 | (point & 0x3f));
}

function addByte(crc: number, byte: number): number {
  return ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ byte]!;
}
