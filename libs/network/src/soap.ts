import type { WirePart } from './wire.js';

// SOAP 1.1, and no more of it than networks use: one operation, flat text parameters, one text back.

const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

export interface SoapOptions {
  /** Namespace of the operations. */
  readonly namespace: string;
  /** Parameters that open every call. Evidence keeps the document alone: these never become evidence. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The parameter that carries the document, by operation. */
  readonly documentParameter: Readonly<Record<string, string>>;
}

/** Puts the body of a request into an envelope, between the credentials and the request's own parameters. */
export function soap(options: SoapOptions): WirePart {
  return () => (next) => (request) => {
    const document = request.body ?? new Uint8Array(0);
    const body = Buffer.from(writeSoapCall(options, { ...request, document }));
    const headers = { ...request.headers, 'content-type': 'text/xml; charset=utf-8', soapaction: '""' };
    return next({ ...request, headers, body, kept: document });
  };
}

export interface SoapCall {
  readonly operation: string;
  readonly document: Uint8Array;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Writes the request. */
export function writeSoapCall(options: SoapOptions, { operation, document, parameters }: SoapCall): string {
  const name = options.documentParameter[operation] ?? 'document';
  const text = Buffer.from(document).toString('utf8').replaceAll(']]>', ']]]]><![CDATA[>');
  return (
    `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="${SOAP_NAMESPACE}" xmlns:web="${options.namespace}">` +
    `<soapenv:Header/><soapenv:Body><web:${operation}>${writeParameters(options.credentials)}` +
    `<${name}><![CDATA[${text}]]></${name}>${writeParameters(parameters ?? {})}` +
    `</web:${operation}></soapenv:Body></soapenv:Envelope>`
  );
}

function writeParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');
}

export type SoapAnswer =
  | { readonly kind: 'returned'; readonly text: string }
  | { readonly kind: 'fault'; readonly text: string }
  | { readonly kind: 'unreadable' };

const NAME = '[A-Za-z_][\\w.-]*';
const PREFIX = `(?:${NAME}:)?`;
const ANSWER = new RegExp(
  `^\\s*(?:<\\?xml[^?<>]*\\?>\\s*)?<(${PREFIX})Envelope\\b([^<>]*)>\\s*(?:<\\1Header\\s*/>\\s*)?<\\1Body>\\s*([^]*?)\\s*</\\1Body>\\s*</\\1Envelope>\\s*$`,
);
const RETURNED = new RegExp(
  `^<(${PREFIX}${NAME})Response(?:\\s[^<>]*)?>\\s*<return>([^<]*)</return>\\s*</\\1Response>$`,
);
const FAULT = new RegExp(
  `^<(${PREFIX})Fault\\b[^<>]*>[^]*<faultstring\\b[^<>]*>([^<]*)</faultstring>[^]*</\\1Fault>$`,
);
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|<!/;

/** Reads the answer to `operation`, strictly: anything not of the expected shape is unreadable, never guessed at. */
export function readSoapAnswer(bytes: Uint8Array, operation: string): SoapAnswer {
  const text = decodeUtf8(bytes);
  if (text === undefined || FORBIDDEN.test(text) || !text.includes(SOAP_NAMESPACE))
    return { kind: 'unreadable' };
  const body = ANSWER.exec(text)?.[3];
  if (body === undefined) return { kind: 'unreadable' };
  const fault = FAULT.exec(body);
  if (fault !== null) return { kind: 'fault', text: unescapeXml(fault[2]!) };
  const returned = RETURNED.exec(body);
  if (returned === null || returned[1]!.replace(/^.*:/, '') !== operation) return { kind: 'unreadable' };
  return { kind: 'returned', text: unescapeXml(returned[2]!) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  // A message in a message: thousands of these and no number, at a fifth of the price. `&amp;` is last, or it makes others.
  if (!text.includes('&#'))
    return text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&');
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = hex === undefined ? Number.parseInt(decimal!, 10) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (sign) =>
    sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : sign === '&' ? '&amp;' : '&quot;',
  );
}
