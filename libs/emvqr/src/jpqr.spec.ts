import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { payable, readQr, writeQr, type QrContent } from './index.js';
import { withCheckSum } from './write.js';

const NOW = 1_790_000_000_000;
/** A data object whose length counts characters, as EMVCo says, or bytes, as some encoders do. */
const inCharacters = (tag: string, value: string): string =>
  `${tag}${String([...value].length).padStart(2, '0')}${value}`;
const inBytes = (tag: string, value: string): string =>
  `${tag}${String(Buffer.byteLength(value)).padStart(2, '0')}${value}`;
const ID = ['0000000000001', '0001', '000001', '000001'];

function codeOf(
  o: typeof inCharacters,
  { amount, name = 'さくら書店', levels = ID }: { amount?: string; name?: string; levels?: string[] } = {},
): string {
  const account = ['jp.or.paymentsjapan', ...levels].map((value, index) => o(`0${index}`, value)).join('');
  const objects = [
    // Levels come after the GUID in public examples, and 64 before 54.
    o('26', account),
    o('64', o('00', 'JA') + o('01', name)),
    o('53', '392'),
    ...(amount === undefined ? [] : [o('54', amount)]),
    o('52', '5942'),
    o('58', 'JP'),
    o('59', 'Sakura Books'),
    o('60', 'Kyoto'),
  ];
  return withCheckSum(`000201${objects.join('')}`);
}
const read = (text: string) => readQr(text, NOW, ['JPQR']);

describe('a JPQR code', () => {
  it.each([
    ['characters', inCharacters],
    ['bytes', inBytes],
  ])('with lengths in %s names its merchant in both scripts', (_unit, o) => {
    expect(read(codeOf(o, { amount: '1200' }))).toMatchObject({
      scheme: 'JPQR',
      country: 'JP',
      currency: 'JPY',
      amount: '1200',
      account: { account: ID.join(''), accountType: 'JPQR', fields: { level1: ID[0], level4: ID[3] } },
      payeeName: 'Sakura Books',
      alternate: { language: 'JA', merchantName: 'さくら書店' },
    });
  });

  it('counts a character outside the first plane as one', () => {
    expect(read(codeOf(inCharacters, { name: '𠮷野家' }))).toMatchObject({
      alternate: { merchantName: '𠮷野家' },
    });
  });

  it.each([[['123', ...ID.slice(1)]], [[...ID.slice(0, 3)]], [[ID[0]!, '000A', ID[2]!, ID[3]!]]])(
    'whose id is %j cannot be paid',
    (levels) => {
      expect(read(codeOf(inCharacters, { levels }))).toMatchObject({ kind: 'refused' });
    },
  );

  // EMVCo MPM, tag 54: at most one point, which may stand without decimals; as many of these as the currency has.
  it.each([
    ['1200', []],
    ['1200.', ['AMOUNT_STYLE']],
    ['1200.00', ['AMOUNT_STYLE']],
  ])('for %s yen is paid as 1200', (amount, outcomes) => {
    const code = payable(read(codeOf(inCharacters, { amount })));
    if (code.kind === 'unpaid') throw new Error(code.detail);
    expect(Number(code.amount)).toBe(1200);
    expect(code.findings.map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  it.each(['1200.50', '0.5', '1200.001'])('for %s yen cannot be paid', (amount) => {
    expect(payable(read(codeOf(inCharacters, { amount })))).toMatchObject({
      kind: 'unpaid',
      detail: expect.stringContaining('whole amounts only') as unknown,
    });
  });

  it('says again what it was written with, whatever script that is in', () => {
    const han = fc.string({
      unit: fc.constantFrom('さ', 'く', '書', '店', '札', '幌', 'ー', '𠮷', 'A', ' '),
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(han, fc.integer({ min: 1, max: 999_999 }), (merchantName, yen) => {
        const content: QrContent = {
          scheme: 'JPQR',
          fields: Object.fromEntries(ID.map((value, index) => [`level${index + 1}`, value])),
          currency: 'JPY',
          amount: String(yen),
          payeeName: 'Sakura Books',
          payeeCity: 'Kyoto',
          merchantCategory: '5942',
          alternate: { language: 'JA', merchantName },
        };
        const written = writeQr(content);
        expect(written.kind === 'written' ? read(written.text) : written).toMatchObject({
          amount: String(yen),
          alternate: { merchantName },
        });
      }),
    );
  });
});
