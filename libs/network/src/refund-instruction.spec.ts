import { describe, expect, it } from '@jest/globals';
import { paymentSubmit, refused, type RefundedPayment } from '@tonle/contracts';
import type { PricedRefund } from '@tonle/door';
import type { InboundFound } from './inbound.js';
import { refundContentHash, refundInstruction, type RefundMessage } from './refund-instruction.js';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const id = (last: number) => `00000000-0000-4000-8000-${String(last).padStart(12, '0')}`;
const baht = (minor: string) => ({ currency: 'THB', minor });
const riel = (minor: string) => ({ currency: 'KHR', minor });

const ORIGINAL: RefundedPayment = {
  paymentId: id(1),
  uetr: id(2),
  messageId: 'M1',
  endToEndId: 'E1',
  quoteId: id(3),
  partnerRef: 'T1',
  source: riel('10024000'),
  target: baht('82000'),
  acceptedAt: '2026-11-21T10:00:00.000Z',
};
const REFUND = {
  original: ORIGINAL,
  debtor: { name: 'Shop', account: '010555500000012', accountType: 'BIID' },
  debtorAgent: 'THSWITCH',
  creditor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
  creditorAgent: 'KHMEKONG',
  quote: { quoteId: id(4), corridor: 'KH-TH', source: baht('20500'), target: riel('2506000') },
} as PricedRefund;
const FOUND = {
  corridor: { corridorId: 'KH-OTHER', partner: { participant: 'THSWITCH' } },
  quote: undefined,
  refund: REFUND,
} as unknown as InboundFound;
const STAMP = { paymentId: id(5), uetr: id(6), nowMs: NOW, service: 'adapter-x', instance: 'x1' };

function messageOf(more: Partial<RefundMessage> = {}): RefundMessage {
  return {
    dialect: 'x',
    messageId: 'R1',
    endToEndId: 'R1',
    refund: { externalRef: 'ref', amount: baht('20500') },
    message: { bytes: Buffer.from('as it came'), headers: {} },
    ...more,
  };
}

describe('a refund of the network', () => {
  it('pays the payer of the original from its payee, and names the original', () => {
    const made = refundInstruction(messageOf({ remittance: 'sold out' }), FOUND, STAMP);
    if (made.kind === 'refused') throw new Error(made.reason);
    const { submit, takeBeforeMs, creditorShown } = made.instruction;
    expect(paymentSubmit.parse(submit)).toMatchObject({
      direction: 'inbound',
      corridor: 'KH-TH',
      sender: 'THSWITCH',
      messageId: 'R1',
      quoteId: id(4),
      source: baht('20500'),
      target: riel('2506000'),
      debtor: REFUND.debtor,
      debtorAgent: 'THSWITCH',
      creditor: REFUND.creditor,
      creditorAgent: 'KHMEKONG',
      remittance: 'sold out',
      payerSecured: true,
      refundOf: ORIGINAL,
      acceptedAt: new Date(NOW).toISOString(),
    });
    expect([takeBeforeMs, creditorShown]).toEqual([undefined, 'Sok Dara']);
  });

  it('is taken only in time, where the network says when it sent it', () => {
    const sentMs = NOW - 60_000;
    const late = refundInstruction(messageOf({ sentMs, acceptanceMs: 60_000 }), FOUND, STAMP);
    expect(late).toMatchObject({ reason: 'deadline_passed', reasonField: 'acceptedAt' });
    const inTime = refundInstruction(messageOf({ sentMs, acceptanceMs: 60_001 }), FOUND, STAMP);
    expect(inTime).toMatchObject({ instruction: { takeBeforeMs: NOW + 1 } });
  });

  it('is refused for what kept its original from being priced', () => {
    const found = { ...FOUND, refund: undefined, refusal: refused('refund_exceeds', 'x') };
    expect(refundInstruction(messageOf(), found, STAMP)).toEqual(found.refusal);
  });

  it('is another one under another amount or original, and the same whatever is left and whenever it comes', () => {
    const hashes = [
      messageOf(),
      messageOf({ refund: { externalRef: 'ref' } }),
      messageOf({ refund: { externalRef: 'ref2', amount: baht('20500') } }),
      messageOf({ messageId: 'R2' }),
      messageOf({ sentMs: NOW, remittance: 'again' }),
    ].map((each) => refundContentHash(each).toString('hex'));
    expect(new Set(hashes).size).toBe(4);
    expect(hashes[4]).toBe(hashes[0]);
  });
});
