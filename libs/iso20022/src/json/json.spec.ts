import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  jsonMediaType,
  readIso,
  readIsoJson,
  readJson,
  readMessage,
  versionOfMediaType,
  writeJson,
} from '../index.js';
import { duplicateName } from './duplicates.js';

const GOOD = new URL('../../samples/good/', import.meta.url);
const load = (name: string): Buffer => readFileSync(new URL(name, GOOD));
const asJson = (name: string): string => {
  const reading = readMessage(load(name));
  if (reading.kind === 'refused') throw new Error(name);
  return writeJson(reading.message);
};
const PAYMENT = asJson('pacs.008.001.08-envelope.xml');
const codesOf = (text: string): string[] => {
  const reading = readIsoJson(Buffer.from(text));
  return reading.kind === 'refused' ? reading.errors.map(({ code, path }) => `${code} ${path}`) : [];
};

describe('the JSON form', () => {
  it.each(readdirSync(GOOD))('of %s says the same', (name) => {
    const json = asJson(name);
    expect(readJson(Buffer.from(json))).toEqual(readMessage(load(name)));
    expect(readIsoJson(Buffer.from(json))).toEqual(readIso(load(name)));
  });

  const TX = '/Document/FIToFICstmrCdtTrf/CdtTrfTxInf';
  it.each([
    ['{', 'not_json '],
    ['[]', 'not_an_object '],
    ['{"message":"pacs.008.001.77","Document":{}}', 'unknown_message /Document'],
    [PAYMENT.replace('"820.00"', '820.00'), `not_a_text ${TX}[1]/IntrBkSttlmAmt`],
    [PAYMENT.replace('{"Ccy":"THB","v":"820.00"}', '"820.00"'), `not_an_amount ${TX}[1]/IntrBkSttlmAmt`],
    [PAYMENT.replace('"820.00"', '"820.001"'), `amount_scale ${TX}[1]/IntrBkSttlmAmt`],
    [PAYMENT.replace('"SLEV"', '"NONE"'), `enumeration ${TX}[1]/ChrgBr`],
    [PAYMENT.replace('"EndToEndId":"E2E-0001",', ''), `missing_element ${TX}[1]/PmtId/EndToEndId`],
    [PAYMENT.replace('"EndToEndId"', '"Nope":"1","EndToEndId"'), `unexpected_element ${TX}[1]/PmtId/Nope`],
    [
      PAYMENT.replace('"__proto__"', '').replace('"EndToEndId"', '"__proto__":{},"EndToEndId"'),
      `unexpected_element ${TX}[1]/PmtId/__proto__`,
    ],
    [
      PAYMENT.replace('"EndToEndId":"E2E-0001"', '"EndToEndId":"E2E-0001","EndToEndId":"E2E-0002"'),
      'duplicate_name ',
    ],
    [PAYMENT.replace('{"Cd":"GDDS"}', '{"Cd":"GDDS","Prtry":"x"}'), `too_many_elements ${TX}[1]/Purp/Prtry`],
    [PAYMENT.replace('"CdtTrfTxInf":[', '"CdtTrfTxInf":["x",'), `not_an_object ${TX}[1]`],
    [
      PAYMENT.replace('"message":"pacs.008.001.08"', '"message":"pacs.008.001.12"'),
      'header_mismatch /AppHdr/MsgDefIdr',
    ],
  ])('%#: is refused as %s', (text, error) => {
    expect(codesOf(text)).toContain(error);
  });

  it('takes no open content that would break out of its place', () => {
    const open = (xml: string): string =>
      PAYMENT.replace('"Purp"', `"SplmtryData":[{"Envlp":{"*":[{"xml":${JSON.stringify(xml)}}]}}],"Purp"`);
    expect(codesOf(open('<x xmlns="urn:x">1</x>'))).toEqual([]);
    for (const xml of [
      '</Envlp>',
      '<x/><y/>',
      'text',
      '<x',
      '<x/> ',
      '<?xml version="1.0"?><x/>',
      '<!--a--><x/>',
      ' <x/>',
    ]) {
      expect(codesOf(open(xml))).toEqual([expect.stringContaining('open_content')]);
    }
  });

  it('has a media type a message', () => {
    expect(versionOfMediaType(`${jsonMediaType('pacs.008.001.13')}; charset=utf-8`)).toBe('pacs.008.001.13');
    expect(versionOfMediaType('application/json')).toBeUndefined();
  });

  it('points at the byte where a name comes twice', () => {
    const text = PAYMENT.replace('"BICFI":"MEKOKHPP"', '"BICFI":"MEKOKHPP","BICFI":"ទន្លេ"');
    const reading = readJson(Buffer.from(text.replace('{', '{"ទន្លេ":1,')));
    expect(reading.kind === 'refused' && reading.errors[0]!.offset).toBe(
      Buffer.from(text).indexOf('"BICFI":"ទ') + Buffer.byteLength('"ទន្លេ":1,'),
    );
  });

  it('sees a name twice in one object only', () => {
    expect(duplicateName('{"a":{"b":1},"c":[{"b":1},{"b":2}],"d":"\\"b\\":"}')).toBeUndefined();
    expect(duplicateName('{"a":1,"\\u0061":2}')).toBe(7);
    expect(duplicateName('[{"x":{"a":1,"b":2,"a":3}}]')).toBe(19);
  });
});
