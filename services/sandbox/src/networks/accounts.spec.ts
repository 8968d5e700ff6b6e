import { describe, expect, it } from '@jest/globals';
import { findBakongAccount } from './bakong/accounts.js';
import { PayeeRules } from './iso20022/payees.js';
import { schemeOf } from './iso20022/scheme.js';

const thai = new PayeeRules(schemeOf('thailand'));
const lao = new PayeeRules(schemeOf('laos'));

describe('accounts by rule', () => {
  it.each([
    ['u0000000@mekong', 'active', ['KHR', 'USD']],
    [' U0999999@Rumduol ', 'active', ['KHR', 'USD']],
    ['poor00001@angkor', 'active', ['KHR', 'USD']],
    ['shop00042@angkor', 'active', ['KHR']],
    ['usd00042@angkor', 'active', ['USD']],
    ['closed7@mekong', 'closed', ['KHR', 'USD']],
    ['frozen7@mekong', 'blocked', ['KHR', 'USD']],
    ['settlement@mekong', 'active', ['KHR', 'USD']],
    ['fx@singha', 'active', ['KHR', 'USD']],
    ['scheme@settle', 'active', ['KHR', 'USD']],
  ])('%s is %s and holds %s', (id, state, currencies) => {
    const account = findBakongAccount(id);
    expect(account).toMatchObject({ id: id.trim().toLowerCase(), state });
    expect(Object.keys(account!.opening)).toEqual(currencies);
    expect(account!.bic).toMatch(/^[A-Z]{4}KHPPXXX$/);
    expect(findBakongAccount(id)?.name).toBe(account!.name);
  });

  it.each([
    '',
    'u1@mekong',
    'u00000001@mekong',
    'shop1@mekong',
    'fx@mekong',
    'fx@settle',
    'scheme@naga',
    'u0000001@naga',
    'u0000001@nowhere',
    'u0000001',
    'a@b@mekong',
    'u0000001@mekong\n@x',
  ])('"%s" is unknown', (id) => expect(findBakongAccount(id)).toBeUndefined());

  it.each([
    ['0066812345678', undefined, 'MBNO'],
    ['0066812345678', 'MBNO', 'MBNO'],
    ['010555600000101', undefined, 'BIID'],
    ['0140000000001', 'bank_account', 'bank_account'],
    [thai.payer(5).account, undefined, 'bank_account'],
  ])('%s (%s) is a Thai %s', (id, type, accountType) => {
    expect(thai.find(id, type)).toMatchObject({ kind: 'found', account: id, accountType });
  });

  it.each([
    ['0066912345678', undefined, 'BE23'],
    ['099955600000101', undefined, 'BE23'],
    ['088855600000101', undefined, 'AC04'],
    ['0123', 'BIID', 'BE23'],
    ['0990000000001', undefined, 'AC01'],
    ['', undefined, 'AC01'],
    ['1101700230674', 'NIDN', 'BE23'],
  ])('%s (%s) is missing with %s', (id, type, reason) => {
    expect(thai.find(id, type)).toEqual({ kind: 'missing', reason });
  });

  it.each([
    ['27710418SHOP00000123', 'Talat Sao Stall 123'],
    ['70140418SHOP00000123', 'Talat Sao Stall 123'],
    ['00000418I90BYP17BC295VZ', 'Inthava Rattanavong'],
  ])('%s is a receiver of LAPNet', (id, name) => {
    expect(lao.find(id, 'LAOQR')).toEqual({ kind: 'found', account: id, accountType: 'LAOQR', name });
  });

  it.each([
    // The bank decides, and so does the letter case.
    ['12340418SHOP00000123', 'BE23'],
    ['27710418shop00000123', 'BE23'],
    ['27710418SHUT00000123', 'AC04'],
    ['00000418i90byp17bc295vz', 'BE23'],
  ])('%s is missing at LAPNet with %s', (id, reason) => {
    expect(lao.find(id, 'LAOQR')).toEqual({ kind: 'missing', reason });
  });
});
