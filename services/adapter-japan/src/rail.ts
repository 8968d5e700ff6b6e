import { isText, legKeyOf, type LegCommand } from '@tonle/contracts';
import {
  meaningOfCode,
  wireTime,
  type AskedLeg,
  type LegAnswer,
  type LegRefusal,
  type PreparedLeg,
  type Rail,
  type WireReply,
} from '@tonle/network';
import { CODES } from './codes.js';
import { call, readAnswer, shown, standingPayment, writeMoney, type StandingPayment } from './message.js';
import type { JapanSettings } from './settings.js';

const CURRENCY = 'JPY';
const PAY = 'payment';
const ENQUIRY = 'payment.enquiry';
/** The aggregator refuses what comes later than `expiresAt`, so that its "unknown" stays true. */
const ACCEPTANCE_MS = 60_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** POST /payments pays a merchant, GET /payments/<requestId> asks about it. */
export function japanRail({ sendMs }: Pick<JapanSettings, 'sendMs'>): Rail {
  return {
    legs: ['credit'],
    notFoundIsFinal: true,
    refusesRepeats: false,
    sendMs,
    prepare: prepared,
    send: ({ bytes }) => call(PAY, '/payments', bytes),
    enquire: ({ externalRef }) => call(ENQUIRY, `/payments/${externalRef}`),
    read: readReply,
  };
}

/** The leg that a request id stands for; undefined when it is none of ours. */
export function legKeyOfRequest(requestId: string): string | undefined {
  return UUID.test(requestId) ? legKeyOf(requestId, 'credit') : undefined;
}

/** All of it comes from the command: every attempt has the same bytes (I11). The id of the payment is that of its only leg. */
function prepared(command: LegCommand): PreparedLeg | LegRefusal {
  const { paymentId: requestId, amount, creditor, debtor, qrText, remittance, uetr } = command;
  if (amount.currency !== CURRENCY)
    return { kind: 'refused', reason: 'AM03', reasonText: `merchants are paid in ${CURRENCY} alone` };
  const acceptedMs = Date.parse(command.acceptedAt);
  const body = {
    requestId,
    jpqrId: creditor.account,
    codeValue: qrText,
    amount: writeMoney(amount),
    payer: { name: debtor.name, account: debtor.account },
    remittance: remittance === undefined || !isText(remittance) ? undefined : remittance,
    reference: uetr,
    acceptedAt: wireTime(acceptedMs),
    expiresAt: wireTime(acceptedMs + ACCEPTANCE_MS),
  };
  return { command, externalRef: requestId, bytes: Buffer.from(JSON.stringify(body)) };
}

/** Total. A call that was not looked at ends the payment that it was to make, and says nothing about one that was sent before. */
function readReply(reply: WireReply, leg: AskedLeg, asked: string): LegAnswer {
  const read = readAnswer(reply);
  if (read.kind === 'open') return { kind: 'ambiguous', because: read.because, unmapped: read.unmapped };
  if (read.kind === 'data') {
    const payment = standingPayment.safeParse(read.body['payment']);
    if (!payment.success) return { kind: 'ambiguous', because: 'an answer without a payment' };
    return payment.data.requestId === leg.externalRef
      ? readStanding(payment.data, leg.command)
      : { kind: 'ambiguous', because: 'an answer about another payment' };
  }
  if (read.kind !== 'error') return read;
  const { means, iso = 'MS03', words } = read;
  if (means === 'not_found' && asked === ENQUIRY) return { kind: 'not_found' };
  if (means === 'other_content') return { kind: 'conflicting', reasonText: words };
  const isEnd = asked === PAY && (means === 'refused' || means === 'refused_call');
  return isEnd ? { kind: 'rejected', reason: iso, reasonText: words } : { kind: 'ambiguous', because: words };
}

/** What a standing says of our payment, in an answer or in a call-back. Total. */
export function readStanding(payment: StandingPayment, command: LegCommand): LegAnswer {
  const { status, amount, reason, paymentId: partnerRef } = payment;
  const meaning = meaningOfCode(CODES.statuses, status);
  switch (meaning?.means) {
    case 'accepted': {
      if (partnerRef === undefined) return { kind: 'ambiguous', because: 'accepted without a paymentId' };
      if (amount === undefined || amount.currency === command.amount.currency)
        return { kind: 'accepted', partnerRef, ...(amount !== undefined && { amount }) };
      return { kind: 'conflicting', reasonText: `paid in ${amount.currency}`, partnerRef, amount };
    }
    case 'rejected': {
      // That it was refused is certain, whatever the reason.
      if (reason === undefined) return { kind: 'rejected', reason: 'MS03', partnerRef };
      const iso = meaningOfCode(CODES.errors, reason)?.iso;
      const reasonText = shown(reason);
      const unmapped = iso === undefined ? `reason ${reasonText}` : undefined;
      return { kind: 'rejected', reason: iso ?? 'MS03', reasonText, partnerRef, unmapped };
    }
    case 'in_progress':
      return { kind: 'in_progress', partnerRef };
    default: {
      const because = `status ${shown(status)}`;
      return { kind: 'ambiguous', because, unmapped: because };
    }
  }
}
