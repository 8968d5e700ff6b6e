import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { readMessage, type IsoTree } from '@tonle/iso20022';
import { amount, parseAmount } from '@tonle/money';
import { ISO20022, SWIFTCreditPaymentInitiation } from 'iso20022.js';
import { writePaymentFile, type BankParty, type BankTransfer, type PaymentFile } from './payment-file.js';

const debtor: BankParty & { id: string } = {
  name: 'TONLE SWITCH',
  id: 'TONLE-OPS',
  address: { town: 'Phnom Penh', country: 'KH' },
  account: { number: '000123456' },
  agent: { bic: 'MEKOKHPP' },
};
const creditor: BankParty & { readonly address: { readonly country: string } } = {
  name: 'Garuda FX',
  address: { street: 'Rama I Road', building: '99', postalCode: '10330', town: 'Bangkok', country: 'TH' },
  account: { iban: 'DE89370400440532013000' },
  agent: { bic: 'GARUTHBK' },
};
const transfer = (currency: string, minor: bigint, more: Partial<BankTransfer> = {}): BankTransfer => {
  return { id: 'WINDOW-7-THB', amount: amount(currency, minor), creditor, ...more };
};
const fileOf = (...transfers: BankTransfer[]): PaymentFile => ({
  messageId: 'SETTLE-20261114-1',
  createdAtMs: Date.parse('2026-11-14T01:30:00+07:00'),
  executionDate: '2026-11-14',
  debtor,
  transfers,
});
const written = (file: PaymentFile): string => {
  const result = writePaymentFile(file);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.errors));
  return result.xml;
};
const codesOf = (file: PaymentFile): string[] => {
  const result = writePaymentFile(file);
  return result.kind === 'refused' ? result.errors.map(({ code }) => code) : [];
};
const amountsIn = (xml: string): string[] =>
  [...xml.matchAll(/<InstdAmt Ccy="(\w+)">([^<]*)</g)].map(([, currency, v]) => `${v} ${currency}`);

/** What the library writes by itself, fed as its own documentation says: whole minor units. */
const byLibrary = (currency: string, minor: number, party: object = {}): string => {
  const address = { townName: 'Bangkok', country: 'TH' as const };
  const party0 = {
    name: 'A',
    id: '1',
    address,
    account: { iban: 'DE89370400440532013000' },
    agent: { bic: 'GARUTHBK' },
  };
  const instruction = {
    type: 'swift',
    direction: 'credit',
    amount: minor,
    currency,
    creditor: { ...party0, ...party },
  };
  const library = new ISO20022({ initiatingParty: party0 });
  return library.createSWIFTCreditPaymentInitiation([instruction as never]).serialize();
};

describe('payment files', () => {
  it('are valid, with everything that was asked for', () => {
    const xml = written(
      fileOf(
        transfer('THB', 8_200_050n, { remittance: 'Window 7 & fees' }),
        transfer('KHR', 10_024_000n, { id: 'WINDOW-7-KHR' }),
      ),
    );
    const reading = readMessage(Buffer.from(xml));
    expect(reading).toMatchObject({ kind: 'read', message: { document: { version: 'pain.001.001.03' } } });
    expect(amountsIn(xml)).toEqual(['82000.50 THB', '100240.00 KHR']);
    expect(xml).toContain('<EndToEndId>WINDOW-7-KHR</EndToEndId>');
    expect(xml).toContain('Window 7 &amp; fees');
  });

  it('carry every amount exactly, in every currency', () => {
    const minor = fc.bigInt({ min: 1n, max: 99_999_999_999_999_999n });
    fc.assert(
      fc.property(fc.constantFrom('THB', 'USD', 'JPY', 'VND', 'KWD', 'EUR'), minor, (currency, units) => {
        const [text] = amountsIn(written(fileOf(transfer(currency, units))));
        const [v = '', code = ''] = text!.split(' ');
        expect(parseAmount(code, v)).toEqual({ kind: 'ok', amount: amount(currency, units) });
      }),
      { numRuns: 50 },
    );
  });

  it('are refused when the schema does not take a value', () => {
    expect(
      codesOf(fileOf(transfer('THB', 1n, { creditor: { ...creditor, name: 'x'.repeat(141) } }))),
    ).toEqual(['max_length']);
    expect(
      codesOf(fileOf(transfer('THB', 1n, { creditor: { ...creditor, agent: { bic: 'garuthbk' } } }))),
    ).toEqual(['pattern']);
    expect(codesOf(fileOf(transfer('THB', 1n, { remittance: 'a\u0001b' })))).toContain('not_well_formed');
    expect(codesOf({ ...fileOf(transfer('THB', 1n)), executionDate: '14.11.2026' })).toContain('date');
    expect(codesOf(fileOf())).toContain('missing_element');
  });

  it('are refused when they do not say what was asked for', () => {
    expect(codesOf(fileOf(transfer('THB', 1n, { id: 'x'.repeat(36) })))).toEqual(['file_differs']);
  });
});

describe('what iso20022.js alone would have written', () => {
  it('is a hundredth of an amount in yen, and ten times one in dinars', () => {
    expect(amountsIn(byLibrary('JPY', 1000))).toEqual(['10 JPY']);
    expect(amountsIn(written(fileOf(transfer('JPY', 1000n))))).toEqual(['1000 JPY']);
    expect(amountsIn(byLibrary('KWD', 1000))).toEqual(['10 KWD']);
    expect(amountsIn(written(fileOf(transfer('KWD', 1000n))))).toEqual(['1.000 KWD']);
  });

  it('loses cents of large amounts', () => {
    expect(amountsIn(byLibrary('EUR', 9_007_199_254_740_991))).toEqual(['90071992547409.9 EUR']);
    expect(amountsIn(written(fileOf(transfer('EUR', 9_007_199_254_740_991n))))).toEqual([
      '90071992547409.91 EUR',
    ]);
  });

  it('names the part of a country with an element that no schema knows', () => {
    const address = { townName: 'Bangkok', countrySubDivision: 'BKK', country: 'TH' as const };
    const alone = readMessage(Buffer.from(byLibrary('THB', 100, { address })));
    expect(alone).toMatchObject({
      kind: 'refused',
      errors: [{ code: 'unexpected_element', detail: expect.stringContaining('not expected') }],
    });
    const ours = written(
      fileOf(
        transfer('THB', 100n, {
          creditor: { ...creditor, address: { ...creditor.address, subdivision: 'BKK' } },
        }),
      ),
    );
    expect(ours).toContain('<CtrySubDvsn>BKK</CtrySubDvsn>');
  });

  it('has no account for a creditor without IBAN', () => {
    const account = { accountNumber: '0011223344' };
    expect(readMessage(Buffer.from(byLibrary('THB', 100, { account }))).kind).toBe('refused');
    const ours = written(
      fileOf(transfer('THB', 100n, { creditor: { ...creditor, account: { number: '0011223344' } } })),
    );
    expect(ours).toContain('<Id>0011223344</Id>');
  });

  it('is executed on the day it is in London', () => {
    const created = new Date(Date.parse('2026-11-14T01:30:00+07:00'));
    const parties = {
      initiatingParty: { name: 'A', id: '1', account: { iban: 'x' }, agent: { bic: 'x' } },
      paymentInstructions: [
        {
          creditor: { address: { country: 'TH' }, agent: { bic: 'x' }, account: { iban: 'x' } },
          amount: 1,
          currency: 'THB',
        },
      ],
    };
    const alone = new SWIFTCreditPaymentInitiation({
      ...parties,
      creationDate: created,
    } as never).serialize();
    expect(alone).toContain('<ReqdExctnDt>2026-11-13</ReqdExctnDt>');
    const { tree } = (
      readMessage(Buffer.from(written(fileOf(transfer('THB', 1n))))) as {
        message: { document: { tree: IsoTree } };
      }
    ).message.document;
    expect(tree).toMatchObject({ CstmrCdtTrfInitn: { PmtInf: [{ ReqdExctnDt: '2026-11-14' }] } });
  });
});
