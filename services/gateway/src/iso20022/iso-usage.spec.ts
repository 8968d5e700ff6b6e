import { describe, expect, it } from '@jest/globals';
import type { ParticipantBody, Side } from '@tonle/directory';
import type { CustomerPayment } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { isoPaymentRefusal } from './iso-instruction.decide.js';
import { participantUsage } from './iso-usage.js';

const AT = '2026-01-05T03:00:00Z';
const PAYMENT: CustomerPayment = {
  kind: 'payment',
  messageId: 'M1',
  createdAt: AT,
  endToEndId: 'E1',
  uetr: '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d',
  settlementMethod: 'CLRG',
  settlementAmount: amount('KHR', 10_024_000n),
  chargeBearer: 'SLEV',
  debtor: { name: 'Sok Dara' },
  debtorAccount: { id: 'u0000123@mekong' },
  debtorAgent: { bic: 'MEKOKHPPXXX' },
  creditor: { name: 'Somchai' },
  creditorAccount: { proxy: { type: 'MBNO', id: '0066812345678' } },
  creditorAgent: { bic: 'THSWTHBKXXX' },
};

describe('what a participant is told', () => {
  it.each([
    ['pacs.008.001.08', 'InstrForNxtAgt/InstrInf'],
    ['pacs.008.001.12', 'InstrForNxtAgt/InstrInf'],
    ['pacs.008.001.13', 'AgrdRate/QtId'],
  ])('is where the quote stands in the version that was sent: %s', (version, path) => {
    const participant = { participantId: 'KHMEKONG' } as ParticipantBody;
    expect(
      isoPaymentRefusal({ message: PAYMENT, version }, participant, undefined, () => participant),
    ).toMatchObject({
      reason: 'element_missing',
      errors: [{ path: `/FIToFICstmrCdtTrf/CdtTrfTxInf/${path}` }],
    });
  });

  it.each<[string, CustomerPayment['debtorAccount'], string | undefined]>([
    ['no kind', { id: 'u0000123@mekong' }, undefined],
    ['its kind', { id: 'u0000123@mekong', scheme: 'bakong' }, undefined],
    ['a scheme of others', { id: 'u0000123@mekong', scheme: 'EWLT' }, 'DbtrAcct/Id/Othr/SchmeNm'],
    ['a proxy of others', { proxy: { type: 'MBNO', id: 'u0000123@mekong' } }, 'DbtrAcct/Prxy/Tp'],
  ])("is the kinds that the debtor's network knows, with %s", (_what, debtorAccount, place) => {
    const participant = { participantId: 'KHMEKONG', railDomains: ['mekong'] } as unknown as ParticipantBody;
    const home = {
      name: 'Bakong',
      accounts: { kinds: ['bakong'], default: 'bakong', defaultProxy: 'bakong' },
    } as unknown as Side;
    const message = { ...PAYMENT, debtorAccount, quoteId: 'Q' };
    const refusal = isoPaymentRefusal(
      { message, version: 'pacs.008.001.08' },
      participant,
      home,
      () => participant,
    );
    const said = {
      path: `/FIToFICstmrCdtTrf/CdtTrfTxInf/${place}`,
      message: 'Bakong knows accounts of these kinds: bakong.',
    };
    expect(refusal).toEqual(place && { kind: 'refused', reason: 'schema_invalid', errors: [said] });
  });

  it('is every finding of a message that cannot be read, none of them cut', () => {
    const { rejection } = participantUsage({ bic: 'TONLKHPPXXX' });
    const errors = Array.from({ length: 9 }, (_, index) => ({
      code: 'missing_element',
      path: `/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[${index + 1}]`,
      line: index + 1,
      detail: 'ChrgBr is missing',
    }));
    const { findings } = rejection({
      kind: 'unreadable',
      reason: 'schema_invalid',
      version: undefined,
      errors,
    });
    expect(findings?.split('\n')).toEqual(
      errors.map(({ code, path, line, detail }) => `${code} ${path} (line ${line}): ${detail}`),
    );
  });
});
