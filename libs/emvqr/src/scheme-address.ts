import type { SchemeId } from './scheme.js';

/** Codes that are addresses instead of data objects: their network takes the text as it is, and knows what it stands for. */
export interface AddressScheme {
  readonly id: SchemeId;
  readonly form: RegExp;
  readonly country?: string;
  readonly accountType: string;
}

export const ADDRESS_SCHEMES: readonly AddressScheme[] = [
  {
    // Codes of the mainland: resolved by QRC_INFO_INQUIRY.
    id: 'UNIONPAY_URL',
    form: /^https:\/\/qr\.95516\.com\/[0-9]{8}\/[0-9A-Za-z]+$/,
    country: 'CN',
    accountType: 'URL',
  },
  {
    // Order codes, and entry codes at its hosts: `codeValue` of userInitiatedPay, at most 512 characters.
    id: 'ALIPAYPLUS',
    form: /^(?=.{1,512}$)https:\/\/(?:global\.alipay\.com|(?:[a-z0-9-]+\.)*alipayplus\.com)\/[!-~]+$/,
    accountType: 'CODE_VALUE',
  },
];

/** The scheme whose address this text is. */
export function addressScheme(text: string): AddressScheme | undefined {
  return ADDRESS_SCHEMES.find(({ form }) => form.test(text));
}
