import { parseDictionary, serializeInnerList, type Item, type Parameters } from './structured-field.js';

// What a stranger's Signature-Input and Signature claim, read strictly; nothing is believed yet.

/** Header names in lower case. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One signature with its parameters. */
export interface Claim {
  readonly components: readonly string[];
  /** The signature parameters in canonical form. */
  readonly signatureParams: string;
  readonly keyId: string;
  readonly nonce: string;
  readonly created: number;
  readonly expires: number | undefined;
  readonly algorithm: string | undefined;
  readonly signature: Buffer;
}

export interface ClaimRefusal {
  readonly kind: 'refused';
  readonly reason: 'signature_missing' | 'signature_invalid';
  readonly detail: string;
}

/** What a nonce must look like. */
export const NONCE = /^[\x21-\x7e]{8,128}$/;
const NONCE_TEXT = '; 8 to 128 visible ASCII characters are needed';

/** The claims of Signature-Input and Signature; or why there is none: absent, malformed, or without what we need. */
export function readClaims(headers: HeaderValues): readonly Claim[] | ClaimRefusal {
  const inputText = fieldValue(headers, 'signature-input');
  const signatureText = fieldValue(headers, 'signature');
  if (inputText === undefined || signatureText === undefined) {
    return {
      kind: 'refused',
      reason: 'signature_missing',
      detail: `${inputText === undefined ? 'Signature-Input' : 'Signature'} is missing.`,
    };
  }
  const inputs = parseDictionary(inputText);
  const signatures = parseDictionary(signatureText);
  if (inputs === undefined || signatures === undefined) {
    return {
      kind: 'refused',
      reason: 'signature_invalid',
      detail: 'Signature-Input or Signature is malformed.',
    };
  }
  const claims: Claim[] = [];
  let trouble: string | undefined;
  for (const [label, input] of inputs) {
    const signature = signatures.get(label);
    const claim =
      input.kind !== 'list' || signature?.kind !== 'item' || signature.item.bare.kind !== 'bytes'
        ? `Signature has no bytes for the label ${label} of Signature-Input.`
        : readClaim(input.items, input.parameters, signature.item.bare.value);
    if (typeof claim === 'string') trouble ??= claim;
    else claims.push(claim);
  }
  if (claims.length > 0) return claims;
  return {
    kind: 'refused',
    reason: 'signature_invalid',
    detail: trouble ?? 'Signature-Input names no signature.',
  };
}

/** One claim, or what is wrong with it as a sentence. */
function readClaim(items: readonly Item[], parameters: Parameters, signature: Buffer): Claim | string {
  const components: string[] = [];
  for (const item of items) {
    // Components with parameters (;sf ;bs ;key ;req ...) are not spoken here: refusing is safe, guessing is not.
    if (item.bare.kind !== 'string') return 'The covered components must be strings.';
    if (item.parameters.size > 0) return `The component ${item.bare.value} must have no parameters.`;
    if (components.includes(item.bare.value)) return `The component ${item.bare.value} is covered twice.`;
    components.push(item.bare.value);
  }
  const created = parameters.get('created');
  const keyId = parameters.get('keyid');
  const nonce = parameters.get('nonce');
  const expires = parameters.get('expires');
  const algorithm = parameters.get('alg');
  if (created?.kind !== 'integer') return 'The parameter created, seconds since 1970, is required.';
  if (keyId?.kind !== 'string') return 'The parameter keyid, a string, is required.';
  if (nonce?.kind !== 'string') return `The parameter nonce, a string, is required${NONCE_TEXT}.`;
  if (!NONCE.test(nonce.value))
    return `The nonce has ${nonce.value.length} character${nonce.value.length === 1 ? '' : 's'}${NONCE_TEXT}, without blanks.`;
  if (expires !== undefined && expires.kind !== 'integer')
    return 'The parameter expires must be seconds since 1970.';
  if (algorithm !== undefined && algorithm.kind !== 'string') return 'The parameter alg must be a string.';
  return {
    components,
    signatureParams: serializeInnerList(items, parameters),
    keyId: keyId.value,
    nonce: nonce.value,
    created: created.value,
    expires: expires?.value,
    algorithm: algorithm?.value,
    signature,
  };
}

const EDGES = /^[ \t]+|[ \t]+$/g;

/** The value of a field as it is signed (RFC 9421 2.1): spaces and tabs trimmed, repeated fields joined. No line breaks. */
export function fieldValue(headers: HeaderValues, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) return undefined;
  const text = (typeof value === 'string' ? [value] : value)
    .map((each) => each.replace(EDGES, ''))
    .join(', ');
  return /[\r\n\0]/.test(text) ? undefined : text;
}
