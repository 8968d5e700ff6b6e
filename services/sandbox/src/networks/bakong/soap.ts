// Just enough SOAP 1.1 for the participant interface: one operation with flat text parameters, in CDATA or escaped.

const BAKONG_NAMESPACE = 'http://webservice.nbc.org.kh/';
const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

export interface SoapRequest {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const NAME = '[A-Za-z_][\\w.-]*';
const TAG = `(?:${NAME}:)?(${NAME})`;
const ENVELOPE = new RegExp(
  `^\\s*(?:<\\?xml[^?]*\\?>\\s*)?<(?:${NAME}:)?Envelope\\b[^>]*>\\s*(?:<(?:${NAME}:)?Header\\s*/>|<(?:${NAME}:)?Header\\b[^>]*>[^]*?</(?:${NAME}:)?Header>)?` +
    `\\s*<(?:${NAME}:)?Body\\b[^>]*>\\s*<${TAG}\\b([^>]*)>([^]*)</(?:${NAME}:)?\\1\\s*>\\s*</(?:${NAME}:)?Body>\\s*</(?:${NAME}:)?Envelope>\\s*$`,
);
const PARAMETER = new RegExp(
  `\\s*<${TAG}(?:\\s[^>]*)?>((?:<!\\[CDATA\\[[^]*?\\]\\]>|[^<])*)</(?:${NAME}:)?\\1\\s*>\\s*`,
  'y',
);

/** The operation and its parameters; undefined when the envelope is not one we read. */
export function readSoap(text: string): SoapRequest | undefined {
  if (text.includes('<!DOCTYPE') || !text.includes(SOAP_NAMESPACE) || !text.includes(BAKONG_NAMESPACE))
    return undefined;
  const envelope = ENVELOPE.exec(text);
  if (envelope === null) return undefined;
  const [, operation, , inner] = envelope as unknown as [string, string, string, string];
  const parameters: Record<string, string> = {};
  PARAMETER.lastIndex = 0;
  for (let end = 0; end < inner.length; end = PARAMETER.lastIndex) {
    if (inner.slice(end).trim() === '') break;
    const match = PARAMETER.exec(inner);
    if (match === null) return undefined;
    parameters[match[1]!] = plainText(match[2]!);
  }
  return { operation, parameters };
}

/** The answer of an operation: one escaped `return` for each text. */
export function writeSoapAnswer(operation: string, returns: readonly string[]): string {
  const texts = returns.map((text) => `<return>${escapeXml(text)}</return>`).join('');
  return (
    `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP_NAMESPACE}"><S:Body>` +
    `<ns2:${operation}Response xmlns:ns2="${BAKONG_NAMESPACE}">${texts}</ns2:${operation}Response></S:Body></S:Envelope>`
  );
}

export function writeSoapFault(text: string): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP_NAMESPACE}"><S:Body><S:Fault>` +
    `<faultcode>S:Client</faultcode><faultstring>${escapeXml(text)}</faultstring></S:Fault></S:Body></S:Envelope>`
  );
}

function plainText(raw: string): string {
  let text = '';
  let at = 0;
  for (let cdata = raw.indexOf('<![CDATA['); cdata !== -1; cdata = raw.indexOf('<![CDATA[', at)) {
    const end = raw.indexOf(']]>', cdata);
    text += unescapeXml(raw.slice(at, cdata)) + raw.slice(cdata + 9, end);
    at = end + 3;
  }
  return text + unescapeXml(raw.slice(at));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(parseInt(decimal, 10));
      return ENTITIES[name ?? ''] ?? whole;
    },
  );
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (sign) =>
    sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : sign === '&' ? '&amp;' : '&quot;',
  );
}
