import { amount, type Amount } from '@tonle/money';
import type { Fault } from '../../kit/fault.js';
import { falsified } from '../../kit/faulty.js';
import type { CreditRecord } from '../iso20022/books.js';
import { IINS, inDollars, rateOf, shopOf } from './merchants.js';
import { digits } from './orders.js';
import { beijing, money } from './qrc.js';

// What a till wants of the one who shows a code, and the fields of its messages.

export const RESULT = 'ADDITIONAL_PROCESSING_RESULT';

export interface WantedScan {
  readonly msgID: string;
  readonly code: string;
  /** Merchant id. */
  readonly merchant: string;
  readonly price: Amount;
  /** The till gives up after so long. */
  readonly patienceMs: number;
}

export interface ScanOutcome {
  /** The message that asked for it. */
  readonly reference: string;
  /** Tonle's message that said that the money is there. */
  readonly payment?: string;
  readonly state: 'completed' | 'rejected' | 'cancelled' | 'open';
  readonly reason?: string;
  readonly inquiries: number;
  readonly cancels: number;
}

export type ScanStep = (step: string, detail?: string) => void;
type Heard =
  | { readonly kind: 'continuing'; readonly record: CreditRecord }
  | { readonly kind: 'rejected'; readonly reason: string };

/** One scan under way. */
export class Scan {
  heard: Heard | undefined;
  isClosed = false;
  inquiries = 0;
  readonly told: Promise<void>;
  private wake!: () => void;

  constructor(readonly wanted: WantedScan) {
    this.told = new Promise((resolve) => (this.wake = resolve));
  }

  hear(heard: Heard): void {
    this.heard ??= heard;
    this.wake();
  }
}

/** What has become of it. */
export function outcomeOf(
  { wanted, heard, inquiries }: Scan,
  state: ScanOutcome['state'],
  reason?: string,
): ScanOutcome {
  return {
    reference: wanted.msgID,
    ...(heard?.kind === 'continuing' && { payment: heard.record.entry.uetr }),
    state,
    ...(reason !== undefined && { reason }),
    inquiries,
    cancels: 0,
  };
}

/** ADDITIONAL_PROCESSING: whose code, for which merchant, how much. */
export function processingFields({ msgID, code, merchant, price }: WantedScan): object {
  return {
    [/^\d+$/.test(code) ? 'barcodeCpqrcPayload' : 'emvCpqrcPayload']: code,
    ...moneyFields(price),
    retrivlRefNum: digits(msgID, 12),
    merchantInfo: {
      ...{ acquirerIIN: IINS.acquirerIin, fwdIIN: IINS.forwardingIin, mid: merchant, termId: '00000001' },
      ...{ merchantName: shopOf(merchant), mcc: '5811', merchantCountry: 'HK' },
    },
  };
}

/** DEBIT_TRANSACTION: what Tonle has said that it has is taken. */
export function debitFields(
  price: Amount,
  { entry }: CreditRecord,
  msgID: string,
  now: number,
  fault?: Fault,
): object {
  const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
  return {
    origMsgID: entry.uetr,
    origMsgType: RESULT,
    qrcVoucherNo: entry.endToEndId,
    ...moneyFields(amount(price.currency, falsified(price.minor, wrong))),
    convDate: beijing(now).slice(4, 8),
    settDate: beijing(now).slice(0, 8),
    retrivlRefNum: digits(entry.transactionId ?? '', 12),
    posEntryModeCode: '042',
    settlementKey: {
      ...{ acquirerIIN: IINS.acquirerIin, forwardingIIN: IINS.forwardingIin },
      ...{ systemTraceAuditNumber: msgID.slice(-6), transmissionDateTime: beijing(now).slice(4, 14) },
    },
  };
}

/** Is it the money of a payer who showed a code? */
export function isDrawn({ entry }: CreditRecord): boolean {
  return entry.told?.['trxMsgType'] === RESULT;
}

/** In the merchant's currency, and what is settled for it. */
export function moneyFields(price: Amount): Record<string, unknown> {
  const settled = inDollars(price);
  return {
    trxAmt: money(price).text,
    trxCurrency: money(price).numeric,
    ...(settled !== undefined && {
      settAmt: money(settled).text,
      settCurrency: money(settled).numeric,
      settConvRate: rateOf(price.currency),
    }),
  };
}
