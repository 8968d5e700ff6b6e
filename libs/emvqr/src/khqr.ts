import { createHash } from 'node:crypto';
import { decodeQr, valueAt } from './decode.js';
import type { QrRefusal } from './outcome.js';
import { readQr } from './reading.js';
import { writeObject } from './tlv.js';
import { withCheckSum, writeQr, type QrContent, type QrWriting } from './write.js';

/** A code of a Bakong payee. With `merchantId` a merchant's, with `accountInformation` a remittance, else a person's. */
export interface KhqrContent extends Omit<
  QrContent,
  'scheme' | 'variant' | 'fields' | 'tag' | 'rawAccounts'
> {
  readonly currency: 'KHR' | 'USD';
  /** `name@bank`; for merchants and remittances the settlement account of the bank. */
  readonly bakongAccountId: string;
  readonly merchantId?: string;
  readonly accountInformation?: string;
  readonly acquiringBank?: string;
  /** 31 characters: acquirer IIN, forwarding IIN, merchant id. Not with USD. */
  readonly unionPayAccount?: string;
  readonly payeeName: string;
}

/** Writes a KHQR code. A code with an amount needs `expiresAtMs`; riel are whole. */
export function writeKhqr(content: KhqrContent): QrWriting {
  const { bakongAccountId, merchantId, accountInformation, acquiringBank, unionPayAccount, ...rest } =
    content;
  const fields: Record<string, string> = { bakongAccountId };
  if (merchantId !== undefined) fields['merchantId'] = merchantId;
  else if (accountInformation !== undefined) fields['accountInformation'] = accountInformation;
  if (acquiringBank !== undefined) fields['acquiringBank'] = acquiringBank;
  const variant =
    merchantId !== undefined ? 'merchant' : accountInformation !== undefined ? 'remittance' : 'individual';
  const rawAccounts: Record<string, string> = unionPayAccount === undefined ? {} : { '15': unionPayAccount };
  return writeQr({ ...rest, scheme: 'KHQR', variant, fields, rawAccounts });
}

/**
 * Bakong's lookup key of a code: MD5 of the exact text, checksum included. Any change to the text loses the
 * payment. Static codes cannot be looked up by it: one text is paid many times.
 */
export function khqrMd5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

/**
 * Adds a UnionPay account (tag 15) to a KHQR code. All other bytes stay as they are, in their order; the checksum,
 * and with it the MD5 key, is new. Refuses what is no KHQR code, has a UnionPay account, or asks for dollars.
 */
export function mergeUnionPay(text: string, unionPayAccount: string): QrWriting {
  const code = decodeQr(text);
  if (code.kind === 'refused') return code;
  if (valueAt(code.objects, '15') !== undefined) {
    return refuse('DUPLICATE_TAG', 'The code has a UnionPay account (tag 15) already.');
  }
  if (unionPayAccount.length !== 31 || !/^[0-9]{16}[0-9A-Za-z]{15}$/.test(unionPayAccount)) {
    return refuse(
      'UPI_ACCOUNT_INFORMATION_LENGTH_INVALID',
      'A UnionPay account is two IINs of 8 digits and a merchant id of 15 characters.',
    );
  }
  const follower = code.objects.find(({ tag }) => tag > '15')!;
  const checkSum = code.objects[code.objects.length - 1]!;
  const body =
    text.slice(0, follower.at) + writeObject('15', unionPayAccount) + text.slice(follower.at, checkSum.at);
  const merged = withCheckSum(body);
  const reading = readQr(merged, 0);
  if (reading.kind === 'refused') return reading;
  if (reading.scheme !== 'KHQR') return refuse('ACCOUNT_INVALID', 'This is no KHQR code.');
  const dollars = reading.findings.find(
    ({ outcome }) => outcome === 'UPI_ACCOUNT_INFORMATION_INVALID_CURRENCY',
  );
  return dollars === undefined ? { kind: 'written', text: merged } : refuse(dollars.outcome, dollars.detail);
}

function refuse(outcome: QrRefusal['outcome'], detail: string): QrRefusal {
  return { kind: 'refused', outcome, at: 0, detail };
}
