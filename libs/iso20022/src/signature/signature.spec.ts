import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readIso, readMessage, signMessage, verifyMessage, type IsoMessage } from '../index.js';
import { canonicalize } from '../xml/canonical.js';

const bytesOf = (name: string): Buffer =>
  readFileSync(new URL(`../../samples/good/${name}.xml`, import.meta.url));
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const reading = readMessage(bytesOf('pacs.008.001.08-envelope'));
const message = (reading as { message: IsoMessage }).message;

const findKey = (keyId: string) => ({ 'TONLE-1': ec.publicKey, 'TONLE-2': rsa.publicKey })[keyId];
const signed = signMessage(message, { keyId: 'TONLE-1', privateKey: ec.privateKey });
const check = (xml: string) => verifyMessage(Buffer.from(xml), findKey);
const refused = (reason: string) => ({ kind: 'refused', reason });
const changed = (from: string | RegExp, to: string, of = signed): string => {
  const xml = of.replace(from, to);
  expect(xml).not.toBe(of);
  return xml;
};
const signature = /<Signature [\s\S]*<\/Signature>/.exec(signed)![0];

describe('the signature profile', () => {
  it('signs and verifies with ECDSA and RSA, and the message stays readable', () => {
    expect(check(signed)).toEqual({ kind: 'verified', keyId: 'TONLE-1' });
    const byRsa = signMessage(message, { keyId: 'TONLE-2', privateKey: rsa.privateKey });
    expect(check(byRsa)).toEqual({ kind: 'verified', keyId: 'TONLE-2' });
    expect(readIso(Buffer.from(signed))).toEqual(readIso(bytesOf('pacs.008.001.08-envelope')));
  });

  it('holds for other spellings of the same message', () => {
    expect(check(changed('<?xml version="1.0" encoding="UTF-8"?>\n', ''))).toMatchObject({
      kind: 'verified',
    });
    expect(check(changed(/Ccy="THB"/, "Ccy = 'THB' "))).toMatchObject({ kind: 'verified' });
    const prefixed = signed.replace(
      signature,
      signature.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1ds:').replace('xmlns=', 'xmlns:ds='),
    );
    expect(check(prefixed)).toEqual(refused('signature_wrong'));
  });

  it('covers header and document', () => {
    expect(check(changed('820.00', '920.00'))).toEqual(refused('digest_mismatch'));
    expect(check(changed('<BICFI>THSWTHBK', '<BICFI>OTHRTHBK'))).toEqual(refused('digest_mismatch'));
    expect(check(changed('<CreDt>', ' <CreDt>'))).toEqual(refused('digest_mismatch'));
  });

  it('knows keys by our register only', () => {
    const forged = signMessage(message, { keyId: 'TONLE-1', privateKey: stranger.privateKey });
    expect(check(forged)).toEqual(refused('signature_wrong'));
    expect(check(signMessage(message, { keyId: 'OTHER', privateKey: stranger.privateKey }))).toEqual(
      refused('unknown_key'),
    );
    expect(check(changed('TONLE-1', 'TONLE-2'))).toEqual(refused('signature_form'));
    const point = '<KeyValue><X>1</X></KeyValue>';
    expect(check(changed('<KeyInfo>', `<KeyInfo>${point}`))).toEqual(refused('signature_form'));
  });

  it('refuses what is missing, doubled or moved', () => {
    expect(check(bytesOf('pacs.008.001.08-envelope').toString())).toEqual(refused('signature_missing'));
    const supplement = (content: string): string =>
      changed('</CdtTrfTxInf>', `<SplmtryData><Envlp>${content}</Envlp></SplmtryData></CdtTrfTxInf>`);
    expect(check(supplement(signature))).toEqual(refused('several_signatures'));
    expect(check(supplement(signature).replace(/<Sgntr>[\s\S]*<\/Sgntr>/, ''))).toEqual(
      refused('signature_place'),
    );
    expect(check(changed('</Envelope>', `<Wrapped>${signature}</Wrapped></Envelope>`))).toEqual(
      refused('several_signatures'),
    );
  });

  it('refuses wrapping: a signed message inside another one', () => {
    const [, inner] = /<Envelope[^>]*>([\s\S]*)<\/Envelope>/.exec(signed)!;
    const evil = inner!.replace('820.00', '99820.00').replace(signature, '');
    const wrapped = `<Envelope xmlns="urn:tonle:envelope:1">${evil}<Old>${inner}</Old></Envelope>`;
    expect(check(wrapped)).toEqual(refused('not_a_message'));
  });

  it('refuses every other SignedInfo, and comments anywhere', () => {
    const info = /<SignedInfo>[\s\S]*<\/SignedInfo>/.exec(signed)![0];
    expect(check(changed(info, info + info))).toEqual(refused('signature_form'));
    expect(check(changed('Reference URI=""', 'Reference URI="#x"'))).toEqual(refused('signature_form'));
    expect(check(changed('xml-exc-c14n#', 'xml-exc-c14n#WithComments'))).toEqual(refused('signature_form'));
    expect(check(changed('<DigestValue>', '<DigestValue><!--x-->'))).toEqual(refused('not_a_message'));
    expect(check(changed('xmlenc#sha256', 'xmldsig-more#md5'))).toEqual(refused('signature_form'));
    expect(check(changed('<SignatureValue>', '<SignatureValue Id="a">'))).toEqual(refused('signature_form'));
  });

  it('needs a header and a fitting key', () => {
    expect(() =>
      signMessage({ document: message.document }, { keyId: 'K', privateKey: ec.privateKey }),
    ).toThrow(RangeError);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    expect(() => signMessage(message, { keyId: 'K', privateKey })).toThrow(RangeError);
  });
});

describe('exclusive canonical XML', () => {
  it.each([
    ['<a/>', '<a></a>'],
    ['<?xml version="1.0"?>\n<a>\r\n&#65;&gt;&amp;"</a>\n', '<a>\nA&gt;&amp;"</a>'],
    [
      '<a xmlns:x="urn:x" xmlns="urn:a"><x:b x:c="1" a=\'2 "&gt;\'/></a>',
      '<a xmlns="urn:a"><x:b xmlns:x="urn:x" a="2 &quot;>" x:c="1"></x:b></a>',
    ],
    [
      '<x:a xmlns:x="urn:x"><b xmlns=""/><x:c xmlns:x="urn:y"/><x:d/></x:a>',
      '<x:a xmlns:x="urn:x"><b></b><x:c xmlns:x="urn:y"></x:c><x:d></x:d></x:a>',
    ],
    ['<a b="x&#10;y&#13;\tz"/>', '<a b="x&#xA;y&#xD; z"></a>'],
    ['<ก ខ="&#x1780;é">ស&#233;\u{1f600}</ก>', '<ก ខ="កé">សé\u{1f600}</ก>'],
  ])('of %s', (text, canonical) => {
    expect(canonicalize(text).xml).toBe(canonical);
  });
});
