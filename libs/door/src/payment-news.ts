import {
  bodiesOf,
  type EncodedMessage,
  type InboundOutcome,
  type IsoStatus,
  type PaymentEventMessage,
  type PaymentState,
  type PaymentView,
  type TimeField,
} from '@tonle/contracts';

/** What every form of news says of a payment. */
export interface PaymentNews {
  readonly paymentId: string;
  readonly uetr: string;
  /** Grows with every change of the payment: the newest counts. */
  readonly version: number;
  readonly state: PaymentState;
  readonly isoStatus: IsoStatus;
  readonly isoReason?: string;
  readonly reasonText?: string;
  readonly reasonMore?: string;
  readonly reasonField?: TimeField;
  readonly at: string;
  /** The instance whose caller waits. */
  readonly replyTo: { readonly service: string; readonly instance: string };
}

/** In which form a service hears of the payments that came through its door. */
export interface NewsForm<N extends PaymentNews> {
  /** The news among records; others on the topic are not ours. Throws when one is not what its type promises. */
  read(records: readonly EncodedMessage[]): N[];
  /** The same from routing's answer to a question. */
  ofView(view: PaymentView): N;
  partnerRefs(news: N): { readonly debit?: string; readonly credit?: string };
}

/** `payment.event` on the public topic: what participants are told, with the history inside. */
export const publicEvents: NewsForm<PaymentEventMessage> = {
  read: (records) => bodiesOf(records, 'payment.event'),
  ofView: (view) => view,
  partnerRefs: ({ partnerRefs }) => partnerRefs,
};

/** `payment.outcome` in a service's own inbox: the end of a payment that came through its door. */
export const ownOutcomes: NewsForm<InboundOutcome> = {
  read: (records) => bodiesOf(records, 'payment.outcome'),
  ofView: ({
    paymentId,
    uetr,
    version,
    state,
    isoStatus,
    isoReason,
    reasonText,
    reasonMore,
    reasonField,
    partnerRefs,
    at,
    replyTo,
  }) => ({
    paymentId,
    uetr,
    version,
    state,
    isoStatus,
    isoReason,
    reasonText,
    reasonMore,
    reasonField,
    partnerRef: partnerRefs.credit,
    at,
    replyTo,
  }),
  partnerRefs: ({ partnerRef }) => ({ credit: partnerRef }),
};

/** The later of two things known of one payment, by its version. */
export function newest<N extends PaymentNews>(known: N | null, later: N | undefined): N | undefined {
  if (known === null) return later;
  return later === undefined || later.version < known.version ? known : later;
}
