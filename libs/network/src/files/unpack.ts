import { crc32, inflateRawSync, inflateSync } from 'node:zlib';
import { FileFault } from './file-fault.js';

/** How files are packed into one answer, the outermost first. */
export type Packing = 'base64' | 'deflate' | 'zip';

export interface UnpackedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const BASE64 = /^[A-Za-z0-9+/\r\n]*={0,2}\s*$/;

/**
 * The files of an answer that packs them, e.g. `['base64', 'deflate', 'zip']`; without `zip` one, by the name that is given.
 * Throws a FileFault when it cannot be unpacked, is not what its checksums say, or grows beyond `bytesMax`.
 */
export function unpack(
  packed: Uint8Array,
  packing: readonly Packing[],
  { name, bytesMax }: { readonly name: string; readonly bytesMax: number },
): UnpackedFile[] {
  let bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  for (const step of packing) {
    if (step === 'zip') return unzip(bytes, bytesMax);
    bytes =
      step === 'base64'
        ? fromBase64(bytes)
        : inflated(() => inflateSync(bytes, { maxOutputLength: bytesMax }));
  }
  return [{ name, bytes }];
}

function fromBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (!BASE64.test(text)) throw wrong('it is not base64');
  return Buffer.from(text, 'base64');
}

function inflated(inflate: () => Buffer): Buffer {
  try {
    return inflate();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new FileFault('too_large', 'it grows beyond what is read; raise the limit if it is right');
    throw wrong(`it cannot be inflated (${(error as Error).message})`);
  }
}

function wrong(what: string): FileFault {
  return new FileFault('archive_wrong', `${what}; ask the network for the file again`);
}

// PKWARE APPNOTE 4.3: the directory at the end says what is there; the sizes in front of a file may be missing.
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENTRIES_MAX = 1_000;

function unzip(zip: Buffer, bytesMax: number): UnpackedFile[] {
  try {
    return entriesOf(zip, bytesMax);
  } catch (error) {
    if (error instanceof RangeError) throw wrong('the zip is cut short');
    throw error;
  }
}

function entriesOf(zip: Buffer, bytesMax: number): UnpackedFile[] {
  const end = endOf(zip);
  const count = zip.readUInt16LE(end + 10);
  if (count > ENTRIES_MAX) throw new FileFault('too_large', `the zip has ${count} files`);
  const files: UnpackedFile[] = [];
  let left = bytesMax;
  for (let at = zip.readUInt32LE(end + 16); files.length < count;) {
    if (zip.readUInt32LE(at) !== ENTRY) throw wrong('the directory of the zip cannot be read');
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString('latin1', at + 46, at + 46 + nameBytes);
    const bytes = entryBytes(zip, at, name, left);
    left -= bytes.length;
    files.push({ name, bytes });
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

/** Bytes of the file that the directory names at `at`. */
function entryBytes(zip: Buffer, at: number, name: string, bytesMax: number): Buffer {
  const method = zip.readUInt16LE(at + 10);
  const [checksum, packedBytes] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20)];
  const local = zip.readUInt32LE(at + 42);
  if (zip.readUInt32LE(local) !== LOCAL) throw wrong(`${name} is not where the zip says`);
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(from, from + packedBytes);
  if (packed.length < packedBytes) throw wrong(`${name} is cut short`);
  if (method !== STORED && method !== DEFLATED)
    throw wrong(`${name} is packed in a way that is not read (${method})`);
  if (packed.length > bytesMax) throw new FileFault('too_large', `${name} is larger than what is read`);
  const bytes =
    method === STORED
      ? packed
      : inflated(() => inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) }));
  if (crc32(bytes) !== checksum) throw wrong(`${name} is not what its checksum says`);
  return bytes;
}

function endOf(zip: Buffer): number {
  const last = zip.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - COMMENT_BYTES_MAX); at -= 1)
    if (zip.readUInt32LE(at) === END) return at;
  throw wrong('it is no zip, or is cut short');
}
