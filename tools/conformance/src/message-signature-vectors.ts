import { createPublicKey } from 'node:crypto';
import { verifyMessage } from '@tonle/iso20022';
import {
  algorithmOf,
  verifyRequest,
  verifyResponse,
  type FindKey,
  type HeaderValues,
  type Verification,
} from '@tonle/security';
import { compare, readData, type CaseResult } from './suite.js';

// HTTP message signatures (RFC 9421) of participants and networks, and the XML signature inside of an ISO 20022 message.

const FILE = 'partners/message-signatures.json';

interface HttpCase {
  readonly id: string;
  /** `verified`, or why not. */
  readonly expect: string;
  /** When it is looked at, epoch ms. */
  readonly now: number;
  readonly method: string;
  readonly url: string;
  /** Of an answer; then there is no method. */
  readonly status?: number;
  readonly headers: HeaderValues;
  readonly body: string;
  /** The nonce of the question that the answer must be to. */
  readonly asked?: string;
}

/** A whole message, or what is otherwise in the one that `of` names. */
interface XmlCase {
  readonly id: string;
  readonly expect: string;
  readonly message?: string;
  readonly of?: string;
  readonly signature?: string;
  /** Texts and what stands in their place; `{sgntr}` and `{signature}` are the element and what is in it. */
  readonly replace?: readonly (readonly [string, string])[];
}

interface SignedMessages {
  readonly keys?: Readonly<Record<string, string>>;
  readonly http?: readonly HttpCase[];
  readonly xml?: readonly XmlCase[];
}

const SGNTR = /<Sgntr>(.*)<\/Sgntr>/s;

export function* runMessageSignatures(folder: string): Iterable<CaseResult> {
  const { keys = {}, http = [], xml = [] } = (readData(folder, FILE) ?? {}) as SignedMessages;
  const find = (keyId: string) => {
    const pem = keys[keyId];
    return pem === undefined ? undefined : createPublicKey(pem);
  };
  for (const each of http) yield result(`http: ${each.id}`, each.expect, httpVerdict(each, find));
  const whole = new Map(xml.map(({ id, message }) => [id, message ?? '']));
  for (const each of xml) yield result(`xml: ${each.id}`, each.expect, xmlVerdict(each, whole, find));
}

function httpVerdict(
  { now, method, url, status, headers, body, asked }: HttpCase,
  find: (keyId: string) => ReturnType<typeof createPublicKey> | undefined,
): string {
  const findKey: FindKey = (keyId) => {
    const publicKey = find(keyId);
    return (
      publicKey && { publicKey, algorithm: algorithmOf(publicKey), validFrom: 0, validTo: Number.MAX_VALUE }
    );
  };
  const rawBody = Buffer.from(body);
  const options = asked === undefined ? {} : { nonce: asked };
  const verdict: Verification =
    status === undefined
      ? verifyRequest({ method, url, headers, rawBody }, findKey, now)
      : verifyResponse({ status, headers, rawBody }, findKey, now, options);
  return verdict.kind === 'verified' ? 'verified' : verdict.reason;
}

function xmlVerdict(
  { message, of = '', signature, replace = [] }: XmlCase,
  whole: ReadonlyMap<string, string>,
  find: (keyId: string) => ReturnType<typeof createPublicKey> | undefined,
): string {
  const base = message ?? whole.get(of) ?? '';
  const [element = '', inner = ''] = SGNTR.exec(base) ?? [];
  const filled = (text: string) => text.replace('{sgntr}', () => element).replace('{signature}', () => inner);
  const signed = signature === undefined ? base : base.replace(element, () => sgntrOf(signature));
  const text = replace.reduce((xml, [from, to]) => xml.replace(filled(from), () => filled(to)), signed);
  const verdict = verifyMessage(Buffer.from(text), find);
  return verdict.kind === 'verified' ? 'verified' : verdict.reason;
}

const sgntrOf = (signature: string) => (signature === '' ? '' : `<Sgntr>${signature}</Sgntr>`);

function result(id: string, expected: string, got: string): CaseResult {
  return { file: FILE, id, disagreements: compare(FILE, id, expected, got) };
}
