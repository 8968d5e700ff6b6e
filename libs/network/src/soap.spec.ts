import { expect, it } from '@jest/globals';
import { readSoapAnswer, writeSoapCall } from './soap.js';

const OPTIONS = {
  namespace: 'http://webservice.nbc.org.kh/',
  credentials: { cm_user_name: 'a&b', cm_password: '<p>' },
  documentParameter: { makeFullFundTransfer: 'iso_message' },
};
const ENVELOPE = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>${body}</S:Body></S:Envelope>`;

it('writes documents into CDATA that cannot be broken out of', () => {
  const text = writeSoapCall(OPTIONS, {
    operation: 'makeFullFundTransfer',
    document: Buffer.from('<Nm>x]]></iso_message><ext_ref>evil</Nm>'),
    parameters: { ext_ref: 'A/B/1' },
  });
  expect(text).toContain('<cm_user_name>a&amp;b</cm_user_name><cm_password>&lt;p&gt;</cm_password>');
  expect(text.match(/\]\]>/g)).toHaveLength(2);
  expect(text).toContain('x]]]]><![CDATA[></iso_message>');
});

it.each([
  ['&amp;lt; &#x41;&#66;', '&lt; AB'],
  ['&amp;lt;&lt;a b=&quot;&apos;&quot;&gt;&amp;amp;', '&lt;<a b="\'">&amp;'],
  ['&#38;lt; &other; &', '&lt; &other; &'],
])('reads character references once, not twice: %s', (written, text) => {
  const answer = ENVELOPE(
    `<n:makeFullFundTransferResponse><return>${written}</return></n:makeFullFundTransferResponse>`,
  );
  expect(readSoapAnswer(Buffer.from(answer), 'makeFullFundTransfer')).toEqual({ kind: 'returned', text });
});
