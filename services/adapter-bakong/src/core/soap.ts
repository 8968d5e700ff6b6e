// SOAP 1.1 as the participant interface speaks it, and no more: one operation, flat text parameters, one text back.

const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';
export const BAKONG_NAMESPACE = 'http://webservice.nbc.org.kh/';

export type SoapOperation = 'makeFullFundTransfer' | 'makeReverseTransaction';

export interface SoapCall {
  readonly operation: SoapOperation;
  readonly user: string;
  readonly password: string;
  /** The ISO 20022 document. */
  readonly document: string;
  readonly externalRef: string;
}

const DOCUMENT_PARAMETER: Readonly<Record<SoapOperation, string>> = {
  makeFullFundTransfer: 'iso_message',
  makeReverseTransaction: 'content_message',
};

/** Writes the request. The external reference goes with transfers only. */
export function writeSoapCall(call: SoapCall): string {
  const parameter = DOCUMENT_PARAMETER[call.operation];
  const reference =
    call.operation === 'makeFullFundTransfer' ? `<ext_ref>${escapeXml(call.externalRef)}</ext_ref>` : '';
  return (
    `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="${SOAP_NAMESPACE}" xmlns:web="${BAKONG_NAMESPACE}">` +
    `<soapenv:Header/><soapenv:Body><web:${call.operation}>` +
    `<cm_user_name>${escapeXml(call.user)}</cm_user_name><cm_password>${escapeXml(call.password)}</cm_password>` +
    `<${parameter}><![CDATA[${call.document.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${parameter}>${reference}` +
    `</web:${call.operation}></soapenv:Body></soapenv:Envelope>`
  );
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
export function readSoapAnswer(bytes: Uint8Array, operation: SoapOperation): SoapAnswer {
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
