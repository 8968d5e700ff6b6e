import { describe, expect, it } from '@jest/globals';
import { readSoap, writeSoapAnswer, writeSoapFault } from './soap.js';

const NS =
  'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:web="http://webservice.nbc.org.kh/"';
const envelope = (inner: string, header = '<soapenv:Header/>') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope ${NS}>${header}<soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;
const CALL =
  '<web:makeFullFundTransfer><web:cm_user_name>TONLE</web:cm_user_name><web:cm_password>a&amp;b&#x21;</web:cm_password>' +
  '<web:iso_message><![CDATA[<Document a="1">x</Document>]]></web:iso_message><web:ext_ref>A/B/C</web:ext_ref></web:makeFullFundTransfer>';

describe('SOAP', () => {
  const expected = {
    operation: 'makeFullFundTransfer',
    parameters: {
      cm_user_name: 'TONLE',
      cm_password: 'a&b!',
      iso_message: '<Document a="1">x</Document>',
      ext_ref: 'A/B/C',
    },
  };

  it('reads parameters with and without prefix, in CDATA or escaped', () => {
    expect(readSoap(envelope(CALL))).toEqual(expected);
    expect(readSoap(envelope(CALL, ''))).toEqual(expected);
    const bare = CALL.replaceAll('web:', '').replace(
      '<![CDATA[<Document a="1">x</Document>]]>',
      '&lt;Document a="1"&gt;x&lt;/Document&gt;',
    );
    expect(readSoap(envelope(bare, '<soapenv:Header></soapenv:Header>\n'))).toEqual(expected);
    expect(readSoap(envelope('<web:ping></web:ping>'))).toEqual({ operation: 'ping', parameters: {} });
  });

  it.each([
    ['nothing', ''],
    ['a DOCTYPE', envelope(CALL).replace('<soapenv:Envelope', '<!DOCTYPE x><soapenv:Envelope')],
    ['another namespace', envelope(CALL).replace('webservice.nbc.org.kh', 'example.org')],
    ['two operations', envelope(CALL + CALL.replaceAll('makeFull', 'makeOther'))],
    ['unbalanced parameters', envelope(CALL.replace('</web:ext_ref>', ''))],
    ['text between parameters', envelope(CALL.replace('<web:ext_ref>', 'stray<web:ext_ref>'))],
    ['no body', envelope('')],
  ])('refuses %s', (_, text) => expect(readSoap(text)).toBeUndefined());

  it('escapes what it answers', () => {
    expect(writeSoapAnswer('x', ['<a>&"</a>'])).toContain('<return>&lt;a&gt;&amp;&quot;&lt;/a&gt;</return>');
    expect(writeSoapFault('a < b')).toContain('<faultstring>a &lt; b</faultstring>');
  });
});
