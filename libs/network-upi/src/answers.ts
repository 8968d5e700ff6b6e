import { REASONS, refused, type Reason, type Refusal } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import { inboundResult, type Reply, type StandingDrawing, type StandingLeg } from '@tonle/network';
import { voucherNo } from './payment-fields.js';
import { amountFields, qrcReply, textOf, type QrcMessage } from './qrc-message.js';

type TakenPayment = Exclude<StandingDrawing, Refusal>;

/** How something that was asked for stands. */
interface QrcStanding {
  readonly state: 'paid' | 'refused' | 'open';
  /** The response code that tells why it is refused. */
  readonly code?: string;
  readonly uetr?: string;
  /** What is settled for it. */
  readonly settled?: AmountJson;
  /** The reference of the payment's other side. */
  readonly partnerRef?: string;
}

export const DONE = '00';
const [OPEN, MISSING, OTHER] = ['04', '25', '96'] as const;
const STATUS = { paid: 'APPROVED', refused: 'REJECTED', open: 'CONTINUING' } as const;
/** A cancellation has done what it was to do: nobody is paid. */
const NOTHING_PAID: ReadonlySet<Reason> = new Set(['original_unknown', 'original_not_paid']);

/** What UnionPay is told when it asks or instructs, with the response codes by which an adapter tells reasons. */
export class QrcAnswers {
  constructor(private readonly codes: Readonly<Record<string, string>>) {}

  codeOf(reason: string | undefined): string {
    return this.codes[reason ?? ''] ?? OTHER;
  }

  codeOfRefusal({ reason }: Refusal): string {
    return this.codes[reason] ?? this.codeOf(REASONS[reason].iso);
  }

  /** A payment that was taken: one that goes out settles its target. */
  ofTaken(taken: TakenPayment): QrcStanding {
    const { uetr, submit } = taken.request;
    const { state, isoReason, partnerRef } = inboundResult(taken);
    const settled = submit.direction === 'outbound' ? submit.target : submit.source;
    return {
      ...{ state, uetr, settled },
      ...(state === 'refused' && { code: this.codeOf(isoReason) }),
      ...(partnerRef !== undefined && { partnerRef }),
    };
  }

  /** What was drawn on a code of our payer: its payment, or that there is none. */
  ofDrawn(drawn: StandingDrawing): QrcStanding {
    return drawn.kind === 'refused'
      ? { state: 'refused', code: this.codeOfRefusal(drawn) }
      : this.ofTaken(drawn);
  }

  /** What we have sent. */
  ofLeg({ command, outcome, reason }: StandingLeg): QrcStanding {
    const { uetr, amount: settled } = command;
    if (outcome === 'rejected') return { state: 'refused', code: this.codeOf(reason), uetr, settled };
    return { state: outcome === 'accepted' ? 'paid' : 'open', uetr, settled };
  }

  /**
   * As an answer to the payment itself its code says all; to a question about it, and to what is answered by a message of ours,
   * `paymentStatus` does.
   */
  standing(asked: QrcMessage, standing: QrcStanding): Reply {
    const { state, code = OTHER, uetr, settled, partnerRef } = standing;
    const { msgType } = asked.msgInfo;
    const isAsked =
      msgType === 'TRX_RESULT_INQUIRY' || (msgType === 'ADDITIONAL_PROCESSING' && state !== 'refused');
    return qrcReply(asked, isAsked ? DONE : { paid: DONE, refused: code, open: OPEN }[state], STATUS[state], {
      paymentStatus: STATUS[state],
      rejectionReason: state === 'refused' ? code : undefined,
      qrcVoucherNo: partnerRef === undefined ? undefined : voucherNo(partnerRef),
      referNo: uetr?.replaceAll('-', ''),
      ...amountFields('sett', settled),
      origMsgID: textOf(asked.trxInfo, 'origMsgID'),
    });
  }

  /** Why it is refused; what could not be read has no head to repeat. */
  refusal(asked: QrcMessage | undefined, refusal: Refusal): Reply {
    const code = this.codeOfRefusal(refusal);
    const words = refusal.detail ?? REASONS[refusal.reason].title;
    return qrcReply(asked, code, words, { paymentStatus: 'REJECTED', rejectionReason: code });
  }

  /** Of a cancellation that calls off, that there is nothing to give back is its end. */
  refundRefusal(asked: QrcMessage, refusal: Refusal, callsOff: boolean): Reply {
    return callsOff && NOTHING_PAID.has(refusal.reason)
      ? qrcReply(asked, DONE, 'Nothing is paid', { origMsgID: textOf(asked.trxInfo, 'origMsgID') })
      : this.refusal(asked, refusal);
  }

  unreadable(asked?: QrcMessage): Reply {
    return this.refusal(asked, refused('schema_invalid'));
  }

  unknown(asked: QrcMessage): Reply {
    return qrcReply(asked, MISSING, 'The original is not known');
  }

  received(asked: QrcMessage): Reply {
    return qrcReply(asked, DONE, 'Received');
  }
}
