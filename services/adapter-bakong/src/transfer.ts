import { khqrMd5 } from '@tonle/emvqr';
import { writeIso, type CustomerReversal, type CustomerTransfer } from '@tonle/iso20022';
import { amountFromJson } from '@tonle/money';
import { legKeyOf, plainText, type LegCommand } from '@tonle/contracts';
import type { LegRefusal, Parties, PreparedLeg } from '@tonle/network';
import { debitRefOf, externalRefOf, railParties, referenceOf, type RailParties } from './parties.js';

const LOCAL_OFFSET_MS = 7 * 3_600_000;
const REMITTANCE_MAX = 140;
const PURPOSE = 'GDDS';

/** The operation that carries a leg. */
export function operationOf(command: LegCommand): string {
  return command.leg === 'reversal' ? 'makeReverseTransaction' : 'makeFullFundTransfer';
}

/**
 * Makes the ISO document of a leg: pain.001 for debit and credit, pain.007 for a reversal. Everything in it comes
 * from the command, so every attempt has the same bytes (I11). Pure.
 */
export function prepareLeg(command: LegCommand, institutions: Parties): PreparedLeg | LegRefusal {
  const parties = railParties(command, institutions);
  if ('kind' in parties) return parties;
  const externalRef = externalRefOf(command.legKey, parties);
  const text =
    command.leg === 'reversal'
      ? writeIso(reversalOf(command, parties, externalRef), 'pain.007.001.05', undefined, {
          envelope: 'none',
        })
      : writeIso(transferOf(command, parties, externalRef), 'pain.001.001.05', undefined, {
          envelope: 'none',
        });
  return { command, externalRef, bytes: Buffer.from(text) };
}

function transferOf(command: LegCommand, { from, to }: RailParties, externalRef: string): CustomerTransfer {
  const createdAt = localTime(Date.parse(command.acceptedAt));
  return {
    kind: 'customer_transfer',
    messageId: `CRT${referenceOf(command.legKey)}`,
    createdAt,
    initiatingParty: { name: from.name },
    paymentInformationId: externalRef,
    executionDate: createdAt.slice(0, 10),
    debtor: { name: from.name },
    debtorAccount: { id: from.account, currency: command.amount.currency },
    debtorAgent: { bic: from.bic },
    instructionId: `${from.bic}/${referenceOf(command.legKey)}`,
    endToEndId: command.endToEndId,
    amount: amountFromJson(command.amount),
    chargeBearer: 'CRED',
    creditor: { name: to.name },
    creditorAccount: { id: to.account, currency: command.amount.currency },
    creditorAgent: { bic: to.bic },
    purpose: command.purpose ?? PURPOSE,
    remittance: remittanceOf(command),
  };
}

/** A merchant finds its payment by the MD5 of the exact text of its code, so that goes with a credit. */
function remittanceOf(command: LegCommand): string | undefined {
  if (command.leg !== 'credit' || command.qrText === undefined) return command.remittance;
  const key = khqrMd5(command.qrText);
  if (command.remittance === undefined) return key;
  return plainText(`${key} ${command.remittance}`, REMITTANCE_MAX);
}

function reversalOf(command: LegCommand, parties: RailParties, externalRef: string): CustomerReversal {
  const amount = amountFromJson(command.amount);
  return {
    kind: 'customer_reversal',
    messageId: `REF${referenceOf(command.legKey)}`,
    createdAt: localTime(Date.parse(command.acceptedAt)),
    initiatingParty: { name: parties.from.name },
    originalMessageId: `CRT${referenceOf(legKeyOf(command.paymentId, 'debit'))}`,
    originalMessageName: 'pain.001.001.05',
    reversalPaymentInformationId: externalRef,
    originalPaymentInformationId: debitRefOf(command, parties),
    reversalId: referenceOf(command.legKey),
    originalEndToEndId: command.endToEndId,
    originalAmount: amount,
    reversedAmount: amount,
    reason: 'NARR',
    reasonText: ['credit not possible'],
    originalLedgerHash: command.originalPartnerRef,
  };
}

/** The home network writes local time, +07:00. */
function localTime(epochMs: number): string {
  return `${new Date(epochMs + LOCAL_OFFSET_MS).toISOString().slice(0, -1)}+07:00`;
}
