import { describe, expect, it } from '@jest/globals';
import type { ParticipantBody } from '@tonle/directory';
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

  it('is the element that a deadline starts at, and what routing found where it says so', () => {
    const { texts } = participantUsage({ bic: 'TONLKHPPXXX' });
    expect(texts('deadline_passed', [])).toEqual([
      'deadline_passed',
      "AccptncDtTm: the corridor's time for the payment was over.",
    ]);
    const words = 'The quote is of 100240 KHR for 820.00 THB; this payment is of 1 KHR for 1.00 THB.';
    expect(texts('amount_mismatch', [words])).toEqual(['amount_mismatch', words]);
  });
});
