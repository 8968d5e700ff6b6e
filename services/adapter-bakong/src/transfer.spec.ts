import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readIso } from '@tonle/iso20022';
import { legKeyOf, type LegCommand, type LegKind } from '@tonle/contracts';
import { type ParticipantBody } from '@tonle/directory';
import type { Parties } from '@tonle/network';
import { bakongAccountId, railParties, referenceOf } from './parties.js';
import { prepareLeg } from './transfer.js';

const bodyOf = (
  participantId: string,
  bic: string,
  railAccounts: Record<string, string> = {},
): ParticipantBody => ({
  participantId,
  name: `${participantId} bank`,
  kind: 'bank',
  bic,
  state: 'active',
  keys: [],
  scopes: [],
  railAccounts,
  memberOf: [],
  railDomains: [],
  caps: {},
});
const DIRECTORY: Record<string, ParticipantBody> = {
  KHMEKONG: bodyOf('KHMEKONG', 'MEKOKHPPXXX'),
  FXNAGA: bodyOf('FXNAGA', 'NAGAKHPP', { KHR: 'fx@naga' }),
};
const partiesOf = ({ debtorAgent, creditorAgent, fxProvider }: LegCommand): Parties => ({
  debtorAgent: DIRECTORY[debtorAgent],
  creditorAgent: DIRECTORY[creditorAgent],
  fxProvider: DIRECTORY[fxProvider],
});
const partiesOn = (command: LegCommand) => railParties(command, partiesOf(command));
const prepare = (command: LegCommand) => prepareLeg(command, partiesOf(command));
const PAYMENT = '0193b0a0-0000-7000-8000-000000000001';

function commandOf(leg: LegKind, more: Partial<LegCommand> = {}): LegCommand {
  const payer = { name: 'Sok Dara', account: ' U0000001@Mekong ', accountType: 'bakong' };
  return {
    legKey: legKeyOf(PAYMENT, leg),
    paymentId: PAYMENT,
    uetr: PAYMENT,
    leg,
    attempt: 1,
    corridor: 'KH-TH',
    direction: 'outbound',
    amount: { currency: 'KHR', minor: '10024000' },
    otherAmount: { currency: 'THB', minor: '82000' },
    rate: '0.0081804',
    quoteId: PAYMENT,
    fxProvider: 'FXNAGA',
    debtor: payer,
    debtorAgent: 'KHMEKONG',
    creditor: payer,
    creditorAgent: 'KHMEKONG',
    endToEndId: 'E1',
    acceptedAt: '2026-11-22T18:30:00.000Z',
    sendBefore: '2026-11-22T18:31:00.000Z',
    ...more,
  };
}

describe('a leg on the home rail', () => {
  it('goes from the payer to the provider, from there to the payee, and back', () => {
    const from = (leg: LegKind) => partiesOn(commandOf(leg));
    expect(from('debit')).toMatchObject({
      from: { account: 'u0000001@mekong', bic: 'MEKOKHPPXXX' },
      to: { account: 'fx@naga', bic: 'NAGAKHPPXXX' },
    });
    expect(from('credit')).toMatchObject({
      from: { account: 'fx@naga' },
      to: { account: 'u0000001@mekong' },
    });
    expect(from('reversal')).toMatchObject({
      from: { account: 'fx@naga' },
      to: { account: 'u0000001@mekong' },
    });
  });

  it.each<[string, Partial<LegCommand>, string]>([
    ['a provider without an account in the currency', { amount: { currency: 'USD', minor: '1' } }, 'AG01'],
    ['an unknown agent', { debtorAgent: 'NOBODY' }, 'RC04'],
    ['no account id', { debtor: { name: 'x', account: 'a@b@c', accountType: 'bakong' } }, 'AC01'],
  ])('refuses %s', (_name, more, reason) => {
    expect(partiesOn(commandOf('debit', more))).toMatchObject({ kind: 'refused', reason });
  });

  it('has the same bytes in every attempt, riel whole, a local date', () => {
    const first = prepare(commandOf('debit'));
    const second = prepare(commandOf('debit', { attempt: 2, sendBefore: '2026-11-22T19:00:00.000Z' }));
    expect(first).toHaveProperty('bytes');
    expect((first as { bytes: Uint8Array }).bytes).toEqual((second as { bytes: Uint8Array }).bytes);
    const text = Buffer.from((first as { bytes: Uint8Array }).bytes).toString();
    expect(text).toContain('<InstdAmt Ccy="KHR">100240</InstdAmt>');
    expect(text).toContain('2026-11-23');
  });

  it('brings a merchant the key of the exact text of its code, before the remittance', () => {
    const remittanceOf = (remittance?: string) => {
      const { bytes } = prepare(
        commandOf('credit', { qrText: '0002KHQR Shop', ...(remittance && { remittance }) }),
      ) as { bytes: Uint8Array };
      const reading = readIso(bytes);
      return reading.kind === 'read' && 'remittance' in reading.message ? reading.message.remittance : '';
    };
    const key = createHash('md5').update('0002KHQR Shop').digest('hex');
    expect(remittanceOf()).toBe(key);
    expect(remittanceOf('Rice')).toBe(`${key} Rice`);
    expect(remittanceOf('x'.repeat(140))).toBe(`${key} ${'x'.repeat(107)}`);
  });

  it('reverses the debit under a reference of its own', () => {
    const reversal = prepare(commandOf('reversal', { originalPartnerRef: 'b'.repeat(64) })) as {
      bytes: Uint8Array;
      externalRef: string;
    };
    const debit = prepare(commandOf('debit')) as { externalRef: string };
    const reading = readIso(reversal.bytes);
    expect(reading).toMatchObject({
      kind: 'read',
      message: {
        kind: 'customer_reversal',
        originalPaymentInformationId: debit.externalRef,
        reversalPaymentInformationId: reversal.externalRef,
      },
    });
    expect(reversal.externalRef).not.toBe(debit.externalRef);
  });
});

it('gives references of at most 35 characters that differ with the leg', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      expect(referenceOf(one)).toMatch(/^[0-9A-Za-z]{11}$/);
      if (one !== other) expect(referenceOf(one)).not.toBe(referenceOf(other));
    }),
  );
});

it.each([
  ['A@B', 'a@b'],
  [' u1@mekong', 'u1@mekong'],
  ['a@b@c', undefined],
  ['ab', undefined],
  [`${'x'.repeat(40)}@b`, undefined],
  ['@b', undefined],
])('reads %s as %s', (text, id) => expect(bakongAccountId(text)).toBe(id));
