import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { fromBase64Url, readJoseHeader } from './jose-header.js';

// JWE compact (RFC 7516) by RSA1_5 and A128CBC-HS256: for partners whose wire demands it, and nothing else. Node refuses
// to take off RSA1_5's padding, because whoever learns whether it was right can decrypt by asking often enough
// (Bleichenbacher; CVE-2023-46809). Here a wrong padding gives a random key instead (RFC 7516 11.5), so that every
// message takes the same steps and fails, if it does, at the tag of its content and in the same words.

const ALGORITHM = 'RSA1_5';
const ENCRYPTION = 'A128CBC-HS256';
const CONTENT_KEY_BYTES = 32;
const HALF = CONTENT_KEY_BYTES / 2;
const BLOCK_BYTES = 16;
const TAG_BYTES = 16;
/** RFC 8017 7.2.1: 00 02, at least 8 bytes that are not 00, 00. */
const PADDING_BYTES_MIN = 8;

/** Encrypts for the holder of a key. Content key and initialisation vector are random unless given, as tests do. */
export function encryptJwe(
  plaintext: Uint8Array,
  keyId: string,
  publicKey: KeyObject,
  contentKey: Uint8Array = randomBytes(CONTENT_KEY_BYTES),
  iv: Uint8Array = randomBytes(BLOCK_BYTES),
): string {
  const header = base64Url(Buffer.from(JSON.stringify({ alg: ALGORITHM, enc: ENCRYPTION, kid: keyId })));
  const key = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, contentKey);
  const cipher = createCipheriv('aes-128-cbc', contentKey.subarray(HALF), iv);
  const content = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const tag = tagOf(contentKey, header, iv, content);
  return [header, ...[key, iv, content, tag].map((part) => base64Url(part))].join('.');
}

/** The plaintext; undefined for everything else: another form, an unknown key, a wrong padding, a wrong tag. */
export function decryptJwe(
  compact: string,
  findKey: (keyId: string) => KeyObject | undefined,
): Buffer | undefined {
  const parts = compact.split('.');
  const [header = ''] = parts;
  const [encryptedKey, iv, content, tag] = parts.slice(1).map(fromBase64Url);
  if (parts.length !== 5 || !encryptedKey || !iv || !content || !tag) return undefined;
  const privateKey = keyOf(header, findKey);
  if (privateKey === undefined || iv.length !== BLOCK_BYTES || tag.length !== TAG_BYTES) return undefined;
  const contentKey = contentKeyOf(encryptedKey, privateKey);
  if (!timingSafeEqual(tag, tagOf(contentKey, header, iv, content))) return undefined;
  try {
    const decipher = createDecipheriv('aes-128-cbc', contentKey.subarray(HALF), iv);
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch {
    return undefined;
  }
}

function keyOf(header: string, findKey: (keyId: string) => KeyObject | undefined): KeyObject | undefined {
  const { alg, enc, kid, crit, zip } = readJoseHeader(header) ?? {};
  if (alg !== ALGORITHM || enc !== ENCRYPTION || typeof kid !== 'string') return undefined;
  return crit === undefined && zip === undefined ? findKey(kid) : undefined;
}

/** The content key in the padded block, or a random one, without a branch on what the block holds. */
function contentKeyOf(encryptedKey: Uint8Array, privateKey: KeyObject): Buffer {
  const block = rawDecrypt(encryptedKey, privateKey);
  const key = randomBytes(CONTENT_KEY_BYTES);
  const keyAt = block.length - CONTENT_KEY_BYTES;
  let wrong = block[0]! | (block[1]! ^ 2) | block[keyAt - 1]!;
  for (let at = 2; at < keyAt - 1; at += 1) wrong |= isZero(block[at]!);
  // All ones when the block is right, else all zeros.
  const mask = -isZero(wrong) & 0xff;
  for (let at = 0; at < CONTENT_KEY_BYTES; at += 1)
    key[at] = (key[at]! & ~mask) | (block[keyAt + at]! & mask);
  return key;
}

/** 1 for 0 and 0 for 1 to 255, by arithmetic. */
function isZero(byte: number): number {
  return ((byte - 1) >>> 31) & 1;
}

/** The block as the key leaves it. What is no number below the modulus, which everybody can see, is a wrong block. */
function rawDecrypt(encryptedKey: Uint8Array, privateKey: KeyObject): Buffer {
  const length = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const wrong = Buffer.alloc(Math.max(length, PADDING_BYTES_MIN + CONTENT_KEY_BYTES + 3));
  if (encryptedKey.length !== length) return wrong;
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encryptedKey);
  } catch {
    return wrong;
  }
}

/** RFC 7518 5.2.2: over header, vector, content and the header's length in bits; half of the hash. */
function tagOf(contentKey: Uint8Array, header: string, iv: Uint8Array, content: Uint8Array): Buffer {
  const bits = Buffer.alloc(8);
  bits.writeBigUInt64BE(BigInt(Buffer.byteLength(header)) * 8n);
  const mac = createHmac('sha256', contentKey.subarray(0, HALF));
  return mac.update(header).update(iv).update(content).update(bits).digest().subarray(0, TAG_BYTES);
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
