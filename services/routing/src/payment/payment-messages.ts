import { inboxTopic, TOPICS, type OutboundRecord } from '@tonle/messaging';
import {
  ISO_STATUS,
  legKeyOf,
  reasonFields,
  type InboundOutcome,
  type LegCommand,
  type LegDecided,
  type LegKind,
  type LinkedRefund,
  type PaymentEventMessage,
  type PaymentView,
} from '@tonle/contracts';
import { type Corridor, sidesOf } from '@tonle/directory';
import { toldSteps, wasReopened } from './payment-history.js';
import { legAmount, type Payment } from './payment.js';
import { timeFieldOf } from './reason-words.decide.js';

// What routing says to others, built from the row alone: a republication is the same text under the same id.

const instant = (ms: number) => new Date(ms).toISOString();
const json = ({ currency, minor }: { currency: string; minor: bigint }) => ({
  currency,
  minor: minor.toString(),
});

const termsOf = ({ partnerTerms }: Payment) => (partnerTerms === null ? {} : { partnerTerms });

/** The command for the leg in flight, to the adapter of its side. */
export function legCommandRecord(payment: Payment, leg: LegKind, corridor: Corridor): OutboundRecord {
  const { instruction } = payment;
  const { source, target } = sidesOf(corridor, payment.direction);
  const attempt = payment.attempts[leg];
  const original = leg === 'reversal' ? payment.partnerRefs.debit : null;
  const body: LegCommand = {
    legKey: legKeyOf(payment.id, leg),
    paymentId: payment.id,
    uetr: instruction.uetr,
    leg,
    attempt,
    corridor: payment.corridor,
    direction: payment.direction,
    amount: json(legAmount(payment, leg)),
    otherAmount: json(leg === 'credit' ? payment.source : payment.target),
    rate: payment.rate,
    quoteId: instruction.quoteId,
    fxProvider: payment.fxProvider,
    debtor: instruction.debtor,
    debtorAgent: instruction.debtorAgent,
    creditor: instruction.creditor,
    creditorAgent: instruction.creditorAgent,
    endToEndId: instruction.endToEndId,
    ...(instruction.purpose === undefined ? {} : { purpose: instruction.purpose }),
    ...(instruction.remittance === undefined ? {} : { remittance: instruction.remittance }),
    ...(instruction.lookup?.qrText === undefined ? {} : { qrText: instruction.lookup.qrText }),
    ...termsOf(payment),
    ...(instruction.refundOf === undefined ? {} : { refundOf: instruction.refundOf }),
    acceptedAt: instant(payment.instructedAtMs),
    sendBefore: instant(payment.legSendBeforeMs ?? payment.guardMs),
    ...(original === null ? {} : { originalPartnerRef: original }),
    ...(leg === 'reversal' && wasReopened(payment.history) ? { reopened: true } : {}),
  };
  return {
    topic: inboxTopic(leg === 'credit' ? target.adapter : source.adapter),
    key: payment.id,
    type: 'leg.command',
    messageId: `${body.legKey}:${attempt}`,
    body: JSON.stringify(body),
  };
}

/** What people have found about a leg, to the adapter of its side. */
export function legDecidedRecord(
  payment: Payment,
  leg: LegKind,
  corridor: Corridor,
  found: {
    readonly paid: boolean;
    readonly partnerRef?: string;
    readonly proposalId: string;
    readonly atMs: number;
  },
): OutboundRecord {
  const { source, target } = sidesOf(corridor, payment.direction);
  const { paid, partnerRef, proposalId, atMs } = found;
  const body: LegDecided = {
    legKey: legKeyOf(payment.id, leg),
    paymentId: payment.id,
    leg,
    paid,
    ...(partnerRef === undefined ? {} : { partnerRef }),
    amount: json(legAmount(payment, leg)),
    proposalId,
    at: instant(atMs),
  };
  return {
    topic: inboxTopic(leg === 'credit' ? target.adapter : source.adapter),
    key: payment.id,
    type: 'leg.decided',
    messageId: `${body.legKey}:${proposalId}`,
    body: JSON.stringify(body),
  };
}

function reasonOf(payment: Payment): Pick<InboundOutcome, 'reasonText' | 'reasonMore' | 'reasonField'> {
  const reasonField = timeFieldOf(payment);
  return { ...reasonFields(payment.reasonText), ...(reasonField === undefined ? {} : { reasonField }) };
}

/** The public event of a payment as it stands. */
export function paymentEventOf(payment: Payment): PaymentEventMessage {
  const { instruction, partnerRefs } = payment;
  const last = payment.history[payment.history.length - 1]!;
  return {
    paymentId: payment.id,
    uetr: instruction.uetr,
    version: payment.version,
    state: payment.state,
    isoStatus: payment.waitsUntilMs === null ? ISO_STATUS[payment.state] : 'PDNG',
    ...(payment.reason === null ? {} : { reason: payment.reason }),
    ...(payment.isoReason === null ? {} : { isoReason: payment.isoReason }),
    ...reasonOf(payment),
    ...(payment.waitsUntilMs === null ? {} : { waitsUntil: instant(payment.waitsUntilMs) }),
    direction: payment.direction,
    corridor: payment.corridor,
    sender: instruction.sender,
    messageId: instruction.messageId,
    endToEndId: instruction.endToEndId,
    debtorAgent: instruction.debtorAgent,
    creditorAgent: instruction.creditorAgent,
    fxProvider: payment.fxProvider,
    quoteId: instruction.quoteId,
    rate: payment.rate,
    source: json(payment.source),
    target: json(payment.target),
    ...(payment.creditBooked === null ? {} : { creditedAmount: json(payment.creditBooked) }),
    fees: payment.fees.map((fee) => ({ kind: fee.kind, payer: fee.payer, amount: json(fee) })),
    ...termsOf(payment),
    ...(instruction.purpose === undefined ? {} : { purpose: instruction.purpose }),
    ...(instruction.refundOf === undefined ? {} : { refundOf: instruction.refundOf.paymentId }),
    ...(instruction.refundCause === undefined ? {} : { refundCause: instruction.refundCause }),
    ...(instruction.paymentCodeId === undefined ? {} : { paymentCodeId: instruction.paymentCodeId }),
    partnerRefs: {
      ...(partnerRefs.debit === null ? {} : { debit: partnerRefs.debit }),
      ...(partnerRefs.credit === null ? {} : { credit: partnerRefs.credit }),
      ...(partnerRefs.reversal === null ? {} : { reversal: partnerRefs.reversal }),
    },
    acceptedAt: instruction.acceptedAt,
    at: last.at,
    ...(payment.completedAtMs === null ? {} : { completedAt: instant(payment.completedAtMs) }),
    windows: [...payment.windows],
    obligations: obligationsOf(payment),
    lane: payment.lane,
    replyTo: instruction.replyTo,
    history: toldSteps(payment.history),
  };
}

// Source: the debtor's agent owes the provider; target: the provider owes the creditor's agent (domain 6.9, 6.10). Each is in
// the window of its side: in one currency the currency does not tell which.
function obligationsOf(payment: Payment): PaymentEventMessage['obligations'] {
  if (payment.windows.length === 0) return [];
  const [home, partner] = payment.windows.map(({ windowId }) => windowId);
  const [source = '', target = ''] = payment.direction === 'outbound' ? [home, partner] : [partner, home];
  const { debtorAgent, creditorAgent } = payment.instruction;
  return [
    {
      windowId: source,
      debtorParticipant: debtorAgent,
      creditorParticipant: payment.fxProvider,
      amount: json(payment.source),
    },
    {
      windowId: target,
      debtorParticipant: payment.fxProvider,
      creditorParticipant: creditorAgent,
      amount: json(payment.creditBooked ?? payment.target),
    },
  ];
}

export function paymentEventRecord(payment: Payment): OutboundRecord {
  return {
    topic: TOPICS.paymentEvent,
    key: payment.id,
    type: 'payment.event',
    messageId: `${payment.id}:${payment.version}`,
    body: JSON.stringify(paymentEventOf(payment)),
  };
}

/** Did it come through the door of an adapter? The gateway hears the public events. */
export function hearsItsOutcome({ instruction }: Payment): boolean {
  return instruction.replyTo.service !== 'gateway';
}

/** The answer for the adapter whose door the payment came through. */
export function inboundOutcomeRecord(payment: Payment): OutboundRecord {
  const body: InboundOutcome = {
    paymentId: payment.id,
    uetr: payment.instruction.uetr,
    version: payment.version,
    state: payment.state,
    isoStatus: ISO_STATUS[payment.state],
    ...(payment.isoReason === null ? {} : { isoReason: payment.isoReason }),
    ...reasonOf(payment),
    ...(payment.partnerRefs.credit === null ? {} : { partnerRef: payment.partnerRefs.credit }),
    at: payment.history[payment.history.length - 1]!.at,
    replyTo: payment.instruction.replyTo,
  };
  return {
    topic: inboxTopic(payment.instruction.replyTo.service),
    key: payment.id,
    type: 'payment.outcome',
    messageId: `${payment.id}:${payment.version}`,
    body: JSON.stringify(body),
  };
}

/** What refunds have given back of a payment, and whether operators have found this switch at fault with it. */
interface RefundsTold {
  readonly refundedMinor: bigint;
  readonly refunds: readonly LinkedRefund[];
  readonly isSwitchFault: boolean;
}

/** A payment as routing's callers see it, with what refunds give back of it. */
export function paymentViewOf(payment: Payment, told: RefundsTold): PaymentView {
  const { instruction } = payment;
  const { refundedMinor, refunds, isSwitchFault } = told;
  return {
    ...paymentEventOf(payment),
    debtor: instruction.debtor,
    creditor: instruction.creditor,
    ...(instruction.purpose === undefined ? {} : { purpose: instruction.purpose }),
    ...(instruction.remittance === undefined ? {} : { remittance: instruction.remittance }),
    deadline: instant(payment.deadlineMs),
    receivedAt: instruction.receivedAt,
    ...(refundedMinor === 0n
      ? {}
      : { refundedAmount: json({ currency: payment.target.currency, minor: refundedMinor }) }),
    ...(refunds.length === 0 ? {} : { refunds: [...refunds] }),
    ...(isSwitchFault ? { switchFault: true } : {}),
  };
}
