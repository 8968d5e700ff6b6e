import type { CanonicalMessage, IsoError, Payment, Status, StatusRequest } from '@tonle/iso20022';
import { plainText } from '@tonle/network';
import type { InboundOutcome, PaymentSubmit } from '@tonle/contracts';
import { writeMessage, type Ends } from '@tonle/network-iso';
import { PROFILE } from '../network.js';

/** AcctSvcrRef holds 35 characters; half of a ledger hash is as unique as a UUID. */
const REFERENCE_MAX = 32;
const NOT_FOUND = 'AG09';

export interface AnswerStamp {
  readonly messageId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly ends: Ends;
}

/** The status of a payment that was taken at the door: its outcome, or that it is being worked on. */
export function writePaymentStatus(
  submit: PaymentSubmit,
  outcome: InboundOutcome | undefined,
  stamp: AnswerStamp,
): Buffer {
  const rejected = outcome?.isoStatus === 'RJCT';
  const reference = outcome?.partnerRef?.slice(0, REFERENCE_MAX);
  return writeStatus(
    {
      originalMessageId: submit.messageId,
      originalEndToEndId: submit.endToEndId,
      originalTransactionId: submit.transactionId,
      originalUetr: submit.uetr,
      status: outcome?.isoStatus ?? 'ACSP',
      ...(outcome?.isoReason !== undefined && { reason: outcome.isoReason }),
      ...(outcome?.reasonText !== undefined && { reasonText: [plainText(outcome.reasonText, 105)] }),
      acceptedAt: submit.acceptedAt,
      ...(!rejected && reference !== undefined && { clearingReference: reference }),
    },
    stamp,
  );
}

/** A rejection at the door: nothing was taken. */
export function writeDoorRejection(
  payment: Payment,
  reason: string,
  text: string | undefined,
  stamp: AnswerStamp,
): Buffer {
  return writeStatus(
    {
      originalMessageId: payment.messageId,
      originalEndToEndId: payment.endToEndId,
      originalTransactionId: payment.transactionId,
      originalUetr: payment.uetr,
      status: 'RJCT',
      reason,
      ...(text !== undefined && { reasonText: [plainText(text, 105)] }),
    },
    stamp,
  );
}

/** Not found: no status, reason AG09. Final for the partner only past the published age. */
export function writeNotFound(request: StatusRequest, stamp: AnswerStamp): Buffer {
  return writeStatus(
    {
      originalMessageId: request.originalMessageId ?? 'NOTPROVIDED',
      originalEndToEndId: request.originalEndToEndId,
      originalUetr: request.originalUetr,
      reason: NOT_FOUND,
    },
    stamp,
  );
}

/** What was sent cannot be read or used here. */
export function writeUnreadable(
  errors: readonly Pick<IsoError, 'path' | 'detail'>[],
  stamp: AnswerStamp,
): Buffer {
  const [first] = errors;
  const message: CanonicalMessage = {
    kind: 'rejection',
    relatedReference: 'NOTREAD',
    reason: 'FF01',
    rejectedAt: new Date(stamp.at).toISOString(),
    ...(first !== undefined && {
      location: plainText(first.path, 350),
      description: plainText(first.detail, 350),
    }),
  };
  return writeMessage(message, PROFILE.versions.rejection, stamp.ends, new Date(stamp.at).toISOString());
}

function writeStatus(
  status: Omit<Status, 'kind' | 'messageId' | 'createdAt' | 'originalMessageName'>,
  stamp: AnswerStamp,
): Buffer {
  const createdAt = new Date(stamp.at).toISOString();
  const message: Status = {
    kind: 'status',
    messageId: stamp.messageId,
    createdAt,
    originalMessageName: PROFILE.versions.payment,
    ...status,
    instructingAgent: stamp.ends.to,
    instructedAgent: stamp.ends.from,
  };
  return writeMessage(message, PROFILE.versions.status, stamp.ends, createdAt);
}
