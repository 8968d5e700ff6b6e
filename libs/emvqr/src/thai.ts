import { normaliseProxy } from './proxy.js';
import { writeQr, type QrContent, type QrWriting } from './write.js';

interface ThaiBase extends Omit<
  QrContent,
  'scheme' | 'variant' | 'fields' | 'tag' | 'rawAccounts' | 'currency'
> {
  readonly currency?: 'THB';
}

/** A transfer to a PromptPay proxy, in any form that people write it. */
export interface ThaiTransferContent extends ThaiBase {
  readonly proxyType: 'MBNO' | 'NIDN' | 'EWLT' | 'BBAN';
  readonly proxy: string;
}

/** A payment to a biller: shops and bills. */
export interface ThaiBillContent extends ThaiBase {
  readonly billerId: string;
  readonly reference1: string;
  readonly reference2?: string;
  /** Cross-border acceptance carries its own application id. */
  readonly crossBorder?: boolean;
}

const TRANSFER_FIELDS = {
  MBNO: 'mobile',
  NIDN: 'nationalOrTaxId',
  EWLT: 'eWalletId',
  BBAN: 'bankAccount',
} as const;

/** Writes a Thai QR code: bill payment (tag 30) with `billerId`, else credit transfer (tag 29). Amounts get two decimals. */
export function writeThaiQr(content: ThaiTransferContent | ThaiBillContent): QrWriting {
  if ('billerId' in content) {
    const { billerId, reference1, reference2, crossBorder = false, ...rest } = content;
    const fields = { billerId, reference1, ...(reference2 !== undefined && { reference2 }) };
    const variant = crossBorder ? 'cross_border' : 'domestic';
    return writeQr({ ...rest, currency: 'THB', scheme: 'THAI_BILL_PAYMENT', variant, fields });
  }
  const { proxyType, proxy, ...rest } = content;
  const normal = normaliseProxy('PROMPTPAY', proxyType, proxy);
  if (normal.kind === 'refused')
    return { kind: 'refused', outcome: 'ACCOUNT_INVALID', at: 0, detail: normal.detail };
  const fields = { [TRANSFER_FIELDS[proxyType]]: normal.value };
  return writeQr({ ...rest, currency: 'THB', scheme: 'THAI_CREDIT_TRANSFER', fields });
}
