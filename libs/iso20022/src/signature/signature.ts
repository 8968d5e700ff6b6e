import { createHash, sign, verify, type KeyObject } from 'node:crypto';
import { readMessage } from '../message.js';
import type { IsoMessage } from '../schema/tree.js';
import { canonicalize } from '../xml/canonical.js';
import { decodeBytes } from '../xml/bytes.js';
import { escapeText } from '../xml/characters.js';
import { NotWellFormed } from '../xml/tag.js';
import { writeMessage } from '../iso.js';

// One XML-DSig profile: one enveloped signature in AppHdr/Sgntr over the whole envelope, header and document alike,
// exclusive C14N, SHA-256, ECDSA P-256 or RSA. Everything else is refused, so there is nothing to wrap, to add or to
// choose for whoever forges: SignedInfo is compared with the one text that it may be.

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${DSIG}enveloped-signature`;
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const METHODS: Readonly<Record<string, string>> = {
  ec: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  rsa: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
};
/** Where the signature stands, whatever the envelope is called. */
const PLACE = /(?:^|\/)AppHdr\/Sgntr\/Signature$/;

export interface XmlSigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/** Public keys by id, from our own register. */
export type FindXmlKey = (keyId: string) => KeyObject | undefined;

export type XmlSignatureRefusal =
  | 'not_a_message'
  | 'signature_missing'
  | 'several_signatures'
  | 'signature_place'
  | 'signature_form'
  | 'unknown_key'
  | 'digest_mismatch'
  | 'signature_wrong';

export type XmlVerification =
  | { readonly kind: 'verified'; readonly keyId: string }
  | { readonly kind: 'refused'; readonly reason: XmlSignatureRefusal };

/**
 * Writes a message with its signature in the header. The message must have a header. Throws RangeError for a key
 * that is neither ECDSA P-256 nor RSA.
 */
export function signMessage(message: IsoMessage, { keyId, privateKey }: XmlSigningKey): string {
  if (message.header === undefined) throw new RangeError('only a message with a header can be signed');
  const method = methodOf(privateKey);
  const header = { ...message.header, tree: { ...message.header.tree, Sgntr: { '*': [{ xml: '' }] } } };
  const unsigned = writeMessage({ ...message, header });
  const info = signedInfo('', digestOf(canonicalize(unsigned).xml), method);
  const value = sign('sha256', Buffer.from(info), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
    'base64',
  );
  const inner = info.replace(` xmlns="${DSIG}"`, '');
  const signature =
    `<Signature xmlns="${DSIG}">${inner}<SignatureValue>${value}</SignatureValue>` +
    `<KeyInfo><KeyName>${escapeText(keyId)}</KeyName></KeyInfo></Signature>`;
  return unsigned.replace('<Sgntr></Sgntr>', () => `<Sgntr>${signature}</Sgntr>`);
}

/**
 * Verifies the one signature of a message. The key name only selects from the register; whether that key may sign for
 * the sender is the caller's affair. Refuses, never throws, whatever the bytes hold.
 */
export function verifyMessage(bytes: Uint8Array, findKey: FindXmlKey): XmlVerification {
  // The strict reader first: what is verified is exactly what will be read.
  const reading = readMessage(bytes);
  const decoded = decodeBytes(bytes);
  if (reading.kind === 'refused' || 'error' in decoded) return { kind: 'refused', reason: 'not_a_message' };
  try {
    return verifyText(decoded.text, findKey);
  } catch (error) {
    if (error instanceof NotWellFormed) return { kind: 'refused', reason: 'not_a_message' };
    throw error;
  }
}

function verifyText(text: string, findKey: FindXmlKey): XmlVerification {
  const { xml, dropped } = canonicalize(text, { namespace: DSIG, local: 'Signature' });
  if (dropped.length === 0) return { kind: 'refused', reason: 'signature_missing' };
  if (dropped.length > 1) return { kind: 'refused', reason: 'several_signatures' };
  const [{ path, xml: source }] = dropped as [{ path: string; xml: string }];
  if (!PLACE.test(path)) return { kind: 'refused', reason: 'signature_place' };
  const parsed = parseSignature(source);
  if (parsed === undefined) return { kind: 'refused', reason: 'signature_form' };
  const key = findKey(parsed.keyId);
  if (key === undefined) return { kind: 'refused', reason: 'unknown_key' };
  const expected = signedInfo(parsed.prefix, digestOf(xml), methodOf(key));
  if (expected !== parsed.info) {
    const other = signedInfo(parsed.prefix, parsed.digest, methodOf(key));
    return { kind: 'refused', reason: other === parsed.info ? 'digest_mismatch' : 'signature_form' };
  }
  const right = verify(
    'sha256',
    Buffer.from(expected),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(parsed.value, 'base64'),
  );
  return right ? { kind: 'verified', keyId: parsed.keyId } : { kind: 'refused', reason: 'signature_wrong' };
}

interface ParsedSignature {
  readonly prefix: string;
  /** SignedInfo as it is signed: with its namespace. */
  readonly info: string;
  readonly digest: string;
  readonly value: string;
  readonly keyId: string;
}

const TAG = '(?:([A-Za-z][\\w-]*):)?';

/** The signature's three parts; undefined when it is made of anything else. */
function parseSignature(source: string): ParsedSignature | undefined {
  const head = new RegExp(`^<${TAG}Signature[\\s>]`).exec(source);
  const prefix = head?.[1] ?? '';
  const named = prefix === '' ? '' : `${prefix}:`;
  const declaration = ` xmlns${prefix === '' ? '' : `:${prefix}`}="${DSIG}"`;
  const declared = source.includes(declaration)
    ? source
    : source.replace(`<${named}Signature`, (tag) => tag + declaration);
  const { xml } = canonicalize(declared);
  const form = new RegExp(
    `^<${named}Signature${declaration}><${named}SignedInfo>(.*)</${named}SignedInfo>` +
      `<${named}SignatureValue>([A-Za-z0-9+/=\\s]+)</${named}SignatureValue>` +
      `<${named}KeyInfo><${named}KeyName>([^<&]{1,128})</${named}KeyName></${named}KeyInfo></${named}Signature>$`,
    's',
  );
  const match = form.exec(xml);
  if (match === null) return undefined;
  const [, inner = '', value = '', keyId = ''] = match;
  const digest = new RegExp(`<${named}DigestValue>([A-Za-z0-9+/=]+)</`).exec(inner)?.[1] ?? '';
  const info = `<${named}SignedInfo${declaration}>${inner}</${named}SignedInfo>`;
  return { prefix, info, digest, value: value.replace(/\s/g, ''), keyId };
}

/** The only SignedInfo there is for a digest, in canonical form. */
function signedInfo(prefix: string, digest: string, method: string): string {
  const p = prefix === '' ? '' : `${prefix}:`;
  const declaration = ` xmlns${prefix === '' ? '' : `:${prefix}`}="${DSIG}"`;
  const algorithm = (name: string, uri: string): string => `<${p}${name} Algorithm="${uri}"></${p}${name}>`;
  return (
    `<${p}SignedInfo${declaration}>${algorithm('CanonicalizationMethod', EXCLUSIVE)}${algorithm('SignatureMethod', method)}` +
    `<${p}Reference URI=""><${p}Transforms>${algorithm('Transform', ENVELOPED)}${algorithm('Transform', EXCLUSIVE)}</${p}Transforms>` +
    `${algorithm('DigestMethod', SHA256)}<${p}DigestValue>${digest}</${p}DigestValue></${p}Reference></${p}SignedInfo>`
  );
}

function digestOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('base64');
}

function methodOf(key: KeyObject): string {
  const type = key.asymmetricKeyType ?? '';
  const method = METHODS[type];
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (method === undefined || (type === 'ec' && curve !== 'prime256v1'))
    throw new RangeError('sign with ECDSA P-256 or RSA');
  return method;
}
