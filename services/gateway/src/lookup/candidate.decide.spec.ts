import { describe, expect, it } from '@jest/globals';
import { Directory, type NetworkBody } from '@tonle/directory';
import { writeKhqr, writeQr, type QrWriting } from '@tonle/emvqr';
import { directoryEntries, networkTo } from '../testing/directory-entries.js';
import { candidatesOf } from './candidate.decide.js';
import type { CreateLookup } from './lookup.schema.js';

// Two made-up networks in one country: `reef` pays LAO QR codes, `cards` the UnionPay accounts beside these.

const NOW = Date.parse('2026-11-20T03:00:00Z');
const REEF = { countries: ['LA'], schemes: ['LAOQR'] };
const CARDS = { countries: ['LA', 'CN'], schemes: ['UNIONPAY', 'UNIONPAY_URL'] };

function ask(
  body: CreateLookup,
  {
    reef = {},
    cards = {},
    open = true,
  }: { reef?: Partial<NetworkBody>; cards?: Partial<NetworkBody>; open?: boolean } = {},
) {
  const directory = new Directory([
    ...directoryEntries(NOW).entries,
    ...networkTo('reef', { ...REEF, ...reef }),
    ...networkTo('cards', { ...CARDS, ...cards }, { priority: 5, open: { outbound: open, inbound: true } }),
  ]);
  const found = candidatesOf(directory, 'KHMEKONG', body, NOW);
  if (found.kind === 'refused') return found;
  return {
    asked: found.candidates.map(({ corridor }) => corridor.corridorId),
    expires: found.candidates.map(({ qrExpiresAtMs }) => qrExpiresAtMs),
    passed: found.passed.map(({ corridor, refusal }) => [corridor.corridorId, refusal.reason]),
  };
}

const written = (writing: QrWriting): string => {
  if (writing.kind === 'refused') throw new Error(writing.detail);
  return writing.text;
};
const UNIONPAY = '2771041800520446LAOM00000000001';
const lao = (iin = '27710418', expiryMs = NOW + 1): string =>
  written(
    writeQr({
      scheme: 'LAOQR',
      fields: { iin, paymentType: '002', receiverId: 'aBc', expiryMs: String(expiryMs) },
      rawAccounts: { '15': UNIONPAY },
      currency: 'LAK',
      payeeName: 'Khop Chai Deu',
      payeeCity: 'Vientiane',
    }),
  );
const khqr = written(
  writeKhqr({
    bakongAccountId: 'shop00042@angkor',
    currency: 'KHR',
    payeeName: 'Phsar Thmei Silk',
    unionPayAccount: UNIONPAY,
  }),
);

describe('a code that two networks can pay', () => {
  it('leads to both, the preferred one first, until it expires', () => {
    expect(ask({ qrText: lao() })).toEqual({
      asked: ['KH-cards', 'KH-reef'],
      expires: [NOW + 1, NOW + 1],
      passed: [],
    });
    expect(ask({ qrText: lao('27710418', NOW) })).toMatchObject({ kind: 'refused', reason: 'qr_expired' });
  });

  it('leads to the one that is open, or that takes codes of its country', () => {
    expect(ask({ qrText: lao() }, { open: false })).toMatchObject({
      asked: ['KH-reef'],
      passed: [['KH-cards', 'corridor_closed']],
    });
    expect(ask({ qrText: lao() }, { cards: { codeCountries: { UNIONPAY: ['CN'] } } })).toMatchObject({
      asked: ['KH-reef'],
      passed: [],
    });
  });

  it('is paid at home when the home network pays it, whatever else is in it', () => {
    expect(ask({ qrText: khqr })).toMatchObject({
      reason: 'qr_not_served',
      detail: 'KHQR QR codes are paid within Bakong.',
    });
  });

  it('seen from abroad leads to both networks too', () => {
    const abroad = { schemes: ['KHQR'], countries: ['KH'] };
    const directory = new Directory([
      ...directoryEntries(NOW).entries.filter(({ id }) => id !== 'bakong'),
      ...networkTo('bakong', { side: 'home', schemes: ['LAOQR'], currencies: ['KHR', 'USD'] }).slice(0, 2),
      ...networkTo('reef', abroad),
      ...networkTo('cards', CARDS),
    ]);
    const found = candidatesOf(directory, 'KHMEKONG', { qrText: khqr }, NOW);
    expect(found).toMatchObject({
      candidates: [{ corridor: { corridorId: 'KH-cards' } }, { corridor: { corridorId: 'KH-reef' } }],
    });
  });

  it.each([
    [
      'nobody here pays',
      written(
        writeQr({
          scheme: 'VIETQR',
          fields: { acquirerBin: '970422', consumerId: '1', serviceCode: 'QRIBFTTA' },
          currency: 'VND',
        }),
      ),
      'qr_not_served',
    ],
    ['is none', 'HELLO', 'qr_unreadable'],
    ['is an address of nobody', 'https://qr.95516.com/1/2', 'qr_unreadable'],
  ])('is refused when it %s', (_name, qrText, reason) => {
    expect(ask({ qrText })).toMatchObject({ kind: 'refused', reason });
  });

  it('is an address of the network that has it', () => {
    expect(ask({ qrText: 'https://qr.95516.com/00010000/62212201234567890' })).toMatchObject({
      asked: ['KH-cards'],
    });
  });
});

describe('an account', () => {
  const card = { kinds: ['PAN', 'MBNO'], default: 'PAN', spelling: { letterCase: 'kept' as const } };

  it('leads to every network of its country that knows its kind', () => {
    const both = { reef: { accounts: card }, cards: { accounts: card } };
    expect(ask({ account: '1', accountType: 'PAN', country: 'LA' }, both)).toMatchObject({
      asked: ['KH-cards', 'KH-reef'],
    });
    expect(ask({ account: '1', accountType: 'PAN', country: 'CN' }, both)).toMatchObject({
      asked: ['KH-cards'],
    });
  });

  it('is refused with what is known there, or where nobody is', () => {
    const refusal = ask({ account: '1', accountType: 'BIID', country: 'LA' }, { cards: { accounts: card } });
    expect(refusal).toMatchObject({
      reason: 'schema_invalid',
      errors: [
        { message: 'cards knows accounts of these kinds: PAN, MBNO.' },
        { message: 'reef knows accounts of these kinds: bank_account.' },
      ],
    });
    expect(ask({ account: '1', accountType: 'MBNO', country: 'JP' })).toMatchObject({
      reason: 'qr_not_served',
      detail: 'There is no corridor for JP.',
    });
  });

  it('without a country leads to the one network that knows its kind, and names several', () => {
    expect(ask({ account: '1', accountType: 'MBNO' })).toMatchObject({ asked: ['KH-TH'] });
    expect(ask({ account: '1', accountType: 'MBNO' }, { cards: { accounts: card } })).toMatchObject({
      reason: 'qr_not_served',
      detail: 'Accounts of this kind are known to cards, Thai switch: name the country of the account.',
    });
  });
});
