import type { CreditRecord } from '../iso20022/books.js';
import { digits } from './orders.js';

// How what Tonle has sent stands, in the words of QRC.

/** What a question about it is answered, and what a notification tells. */
export function statusOf({ entry, final }: CreditRecord): Record<string, unknown> {
  const common = { ...entry.told, qrcVoucherNo: entry.endToEndId, retrivlRefNum: digits(entry.uetr, 12) };
  if (final === undefined) return { ...common, paymentStatus: 'CONTINUING' };
  return final.status === 'ACCC'
    ? { ...common, paymentStatus: 'APPROVED', rejectionReason: 'APPROVED' }
    : { ...common, paymentStatus: 'REJECTED', rejectionReason: final.reason ?? entry.reason };
}

/** UnionPay's own number of what came under a message id. */
export function voucherOf(msgID: string): string {
  return digits(`voucher ${msgID}`, 20);
}
