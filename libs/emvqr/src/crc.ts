// CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, nothing reflected, no final xor (EMVCo MPM 4.7.3).
const TABLE = new Uint16Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  TABLE[byte] = crc & 0xffff;
}

const encoder = new TextEncoder();

/**
 * The check sum of a text's UTF-8 bytes as four upper-case hexadecimal digits.
 * `end` limits it to the text before that index (a QR code's sum covers everything up to and with `6304`).
 */
export function crc16(text: string, end: number = text.length): string {
  let crc = 0xffff;
  for (let index = 0; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return hex(crcOfBytes(encoder.encode(text.slice(index, end)), crc));
    crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ code]!;
  }
  return hex(crc);
}

function crcOfBytes(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ byte]!;
  return crc;
}

function hex(crc: number): string {
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
