import { describe, expect, it } from '@jest/globals';
import { readQr, writeObjects, writeQr, type DataObject } from '@tonle/emvqr';
import type { WantedPayee, WireReply } from '@tonle/network';
import { brandOf, readBrands } from './brands.js';
import { japanPayees } from './payees.js';

const brands = readBrands();
const payees = japanPayees({ brands });
const FIELDS = { level1: '0000000000101', level2: '0001', level3: '000123', level4: '000001' };
const ID = Object.values(FIELDS).join('');

/** A code whose tags are changed after it was written, its checksum with them. */
function codeOf(tags: Readonly<Record<string, string>> = {}, fields = FIELDS, localName?: string) {
  const made = writeQr({
    scheme: 'JPQR',
    fields,
    currency: 'JPY',
    amount: '1200',
    payeeName: 'Sakura Books',
    payeeCity: 'Kyoto',
    additional: { billNumber: 'B-7' },
    ...(localName !== undefined && { alternate: { language: 'JA', merchantName: localName } }),
  });
  if (made.kind === 'refused') throw new Error(made.detail);
  const written = readQr(made.text, 0);
  if (written.kind === 'refused') throw new Error(written.detail);
  const changed = written.fields.map((each): DataObject =>
    tags[each.tag] === undefined ? each : { tag: each.tag, value: tags[each.tag]!, at: each.at },
  );
  return readQr(writeObjects(changed), 0, ['JPQR']);
}

function wanted(more: Partial<WantedPayee>): WantedPayee {
  return { lookupId: 'L1', currencies: ['JPY'], at: 0, ...more };
}
const ofCode = (...given: Parameters<typeof codeOf>): WantedPayee => {
  const code = codeOf(...given);
  if (code.kind === 'refused') throw new Error(code.detail);
  return wanted({ code });
};
function answered(body: unknown, status = 200): WireReply {
  return { kind: 'answered', status, headers: {}, bytes: Buffer.from(JSON.stringify(body)) };
}
const merchant = (more: object = {}) =>
  answered({ merchant: { jpqrId: ID, name: 'Sakura Books', currency: 'JPY', ...more } });

describe('the amount of a code in yen', () => {
  it.each([
    ['1200', '1200'],
    ['1200.', '1200'],
    ['1200.00', '1200'],
    ['1200.0', '1200'],
  ])('%s is %s', (text, minor) => {
    const found = payees.read(merchant(), ofCode({ '54': text }));
    expect(found).toMatchObject({ kind: 'found', amount: { currency: 'JPY', minor } });
  });

  it.each(['1200.50', '1200.001', '1,200', '-1', '1e3'])('%s cannot be paid', (text) => {
    expect(codeOf({ '54': text })).toMatchObject({ kind: 'refused' });
  });

  it('of zero is the payer’s to enter', () => {
    expect(payees.read(merchant(), ofCode({ '54': '0' }))).not.toHaveProperty('amount');
  });
});

describe('a merchant', () => {
  it('is asked for by the levels of its id, with the code as it was scanned', () => {
    const asked = ofCode();
    const question = payees.ask(asked);
    expect(question).toMatchObject({ kind: 'ask', request: { path: '/jpqr/v1/lookups' } });
    const { request } = question as Extract<typeof question, { kind: 'ask' }>;
    expect(JSON.parse(Buffer.from(request.body!).toString())).toEqual({
      jpqrId: ID,
      codeValue: asked.code!.text,
    });
  });

  it('is asked for by what a payer writes', () => {
    const account = '0000000000101-0001-000123-000001';
    expect(payees.ask(wanted({ account }))).toMatchObject({ kind: 'ask' });
    expect(payees.ask(wanted({ account: '123' }))).toMatchObject({ reason: 'account_unknown' });
    expect(payees.ask(wanted({ account, accountType: 'MBNO' }))).toMatchObject({ reason: 'account_unknown' });
  });

  it('is shown with its name in Japanese and its brand, and known by its bill', () => {
    expect(payees.read(merchant({ localName: 'さくら書店' }), ofCode())).toMatchObject({
      name: 'Sakura Books',
      displayName: 'Sakura Books さくら書店 (Hanami Pay)',
      account: ID,
      accountType: 'JPQR',
      remittance: 'B-7',
    });
    const inCode = ofCode({}, FIELDS, '桜書店');
    expect(payees.read(merchant({ localName: 'さくら書店' }), inCode)).toMatchObject({
      displayName: 'Sakura Books さくら書店 (Hanami Pay)',
    });
    expect(payees.read(merchant(), inCode)).toMatchObject({
      displayName: 'Sakura Books 桜書店 (Hanami Pay)',
    });
    expect(payees.read(merchant(), wanted({ account: ID }))).toMatchObject({
      displayName: 'Sakura Books (Hanami Pay)',
    });
  });

  it.each<[string, WireReply, string]>([
    ['of another id', merchant({ jpqrId: ID.replace('123', '124') }), 'partner_silent'],
    ['without a name', merchant({ name: '' }), 'partner_silent'],
    ['nobody', answered({}), 'partner_silent'],
    ['silence', { kind: 'ambiguous', because: 'timeout' }, 'partner_silent'],
    ['unknown there', answered({ error: { code: 'MERCHANT_UNKNOWN' } }, 422), 'payee_unknown'],
    ['suspended', answered({ error: { code: 'BRAND_SUSPENDED' } }, 422), 'payee_not_eligible'],
    ['busy', answered({ error: { code: 'BUSY' } }, 503), 'partner_silent'],
  ])('%s is refused', (_name, reply, reason) => {
    expect(payees.read(reply, ofCode())).toMatchObject({ kind: 'refused', reason });
  });

  it('by a code that no table has is silence, and counted', () => {
    const reply = answered({ error: { code: 'MOON' } }, 422);
    expect(payees.read(reply, ofCode())).toMatchObject({ reason: 'partner_silent', unmapped: 'error MOON' });
  });
});

describe('brands', () => {
  it.each([
    ['0000000000101', 'Hanami Pay'],
    ['0000000000102', 'Fuji Wallet'],
    ['0000000000277', 'Momiji Card'],
    ['0000000000103', undefined],
    ['9000000000101', undefined],
  ])('the issuing body %s is of %s', (issuer, brand) => {
    expect(brandOf(brands, issuer)).toBe(brand);
  });

  it('the longest beginning decides', () => {
    expect(brandOf({ '0': 'Any', '00': 'Some', '000': 'One' }, '0000000000001')).toBe('One');
  });

  it('of none that is served: refused in words, and nobody is asked', () => {
    expect(payees.ask(ofCode({}, { ...FIELDS, level1: '9999999999999' }))).toEqual({
      kind: 'refused',
      reason: 'qr_not_served',
      detail: 'The issuing body 9999999999999 is of no brand that can be paid here.',
    });
  });
});
