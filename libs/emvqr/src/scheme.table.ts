import type { Scheme, SchemeField } from './scheme.js';

export type SchemeId =
  | 'KHQR'
  | 'THAI_CREDIT_TRANSFER'
  | 'THAI_BILL_PAYMENT'
  | 'THAI_PAYMENT_INNOVATION'
  | 'VIETQR'
  | 'VNPAYQR'
  | 'LAOQR'
  | 'UNIONPAY'
  | 'UNIONPAY_URL'
  | 'JPQR'
  | 'PAYNOW'
  | 'SGQR'
  | 'SG_WALLET'
  | 'DUITNOW'
  | 'QRIS'
  | 'QRPH'
  | 'HKFPS'
  | 'PIX'
  | 'VISA'
  | 'MASTERCARD'
  | 'DISCOVER'
  | 'AMEX'
  | 'JCB'
  | 'OTHER';

const field = (tag: string, form: SchemeField['form'], min: number, max: number, more: Partial<SchemeField> = {}): SchemeField => ({
  tag,
  form,
  min,
  max,
  ...more,
});
const required = { required: true } as const;
const tagRange = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index).toString().padStart(2, '0'));

// A Bakong account id holds one @; a tag number alone never decides: 29 and 30 are PromptPay in Thailand.
const KHQR = {
  id: 'KHQR',
  country: 'KH',
  guidForm: /^[^@]+@[^@]+$/,
  account: [{ fields: ['bakongAccountId'], type: 'bakong' }],
  expiry: { in: 'code', tag: '99/01', form: 'epoch-ms' },
  currencies: ['KHR', 'USD'],
  defaults: { '52': '5999', '60': 'Phnom Penh' },
  rules: [
    'initiation-static-or-dynamic',
    'dynamic-needs-amount',
    'amount-needs-expiry',
    'category-four-digits',
    'payee-named',
    'khqr-labels',
    'no-unionpay-with-dollars',
  ],
  priority: 100,
} as const;
const BAKONG_ACCOUNT_ID = field('00', 'ans', 3, 32, { ...required, invalid: 'BAKONG_ACCOUNT_ID_LENGTH_INVALID' });
const ACQUIRING_BANK = field('02', 'ans', 1, 32, { invalid: 'ACQUIRING_BANK_LENGTH_INVALID' });

const THAI = { country: 'TH', currencies: ['THB'], amountDecimals: 2, rules: [] as const } as const;
const CREDIT_TRANSFER_ACCOUNTS = [
  { fields: ['mobile'], type: 'MBNO' },
  { fields: ['nationalOrTaxId'], type: 'NIDN' },
  { fields: ['eWalletId'], type: 'EWLT' },
  { fields: ['bankAccount'], type: 'BBAN' },
] as const;
const BILL_PAYMENT = {
  id: 'THAI_BILL_PAYMENT',
  ...THAI,
  tags: ['30'],
  fields: {
    aid: field('00', 'an', 16, 16, required),
    // 15 = 13-digit tax id and 2-digit suffix; 13 is seen.
    billerId: field('01', 'n', 13, 15, required),
    reference1: field('02', 'ans', 1, 20, required),
    reference2: field('03', 'ans', 1, 20),
  },
  account: [{ fields: ['billerId'], type: 'BIID' }],
  priority: 90,
} as const;

const card = (id: Scheme['id'], from: number, to: number): Scheme => ({
  id,
  tags: tagRange(from, to),
  fields: {},
  account: [{ fields: ['value'], type: 'CARD_MERCHANT' }],
  rules: [],
  priority: 10,
});

/** Every scheme the reader knows, more specific rows first. A new scheme is a row here. */
export const SCHEMES: readonly Scheme[] = [
  {
    ...KHQR,
    variant: 'merchant',
    tags: ['30'],
    fields: {
      bakongAccountId: BAKONG_ACCOUNT_ID,
      merchantId: field('01', 'ans', 1, 32, { ...required, missing: 'MERCHANT_ID_REQUIRED', invalid: 'MERCHANT_ID_LENGTH_INVALID' }),
      acquiringBank: ACQUIRING_BANK,
    },
  },
  {
    ...KHQR,
    variant: 'remittance',
    tags: ['29'],
    with: '01',
    fields: {
      bakongAccountId: BAKONG_ACCOUNT_ID,
      accountInformation: field('01', 'ans', 1, 32, { ...required, invalid: 'ACCOUNT_INFORMATION_LENGTH_INVALID' }),
      acquiringBank: ACQUIRING_BANK,
    },
  },
  {
    ...KHQR,
    variant: 'individual',
    tags: ['29'],
    fields: { bakongAccountId: BAKONG_ACCOUNT_ID, acquiringBank: ACQUIRING_BANK },
  },
  {
    id: 'THAI_CREDIT_TRANSFER',
    ...THAI,
    tags: ['29'],
    guids: ['A000000677010111', 'A000000677010114'],
    fields: {
      aid: field('00', 'an', 16, 16, required),
      mobile: field('01', 'n', 13, 13),
      nationalOrTaxId: field('02', 'n', 13, 13),
      eWalletId: field('03', 'n', 15, 15),
      bankAccount: field('04', 'an', 4, 43),
      ota: field('05', 'an', 10, 10),
    },
    account: CREDIT_TRANSFER_ACCOUNTS,
    priority: 80,
  },
  { ...BILL_PAYMENT, variant: 'cross_border', guids: ['A000000677012006'], priority: 95 },
  { ...BILL_PAYMENT, variant: 'domestic', guids: ['A000000677010112'] },
  {
    id: 'THAI_PAYMENT_INNOVATION',
    ...THAI,
    tags: ['31'],
    guids: ['A000000677012004', 'A000000677010113'],
    fields: { aid: field('00', 'an', 16, 16, required) },
    account: [],
    priority: 0,
  },
  {
    id: 'VIETQR',
    country: 'VN',
    tags: ['38'],
    guids: ['A000000727'],
    fields: {
      aid: field('00', 'an', 10, 10, required),
      acquirerBin: field('01/00', 'n', 6, 6, required),
      consumerId: field('01/01', 'an', 1, 19, required),
      serviceCode: field('02', 'an', 1, 10, required),
    },
    account: [
      { fields: ['consumerId'], type: 'CARD', when: { field: 'serviceCode', is: 'QRIBFTTC' } },
      { fields: ['consumerId'], type: 'MERCHANT', when: { field: 'serviceCode', is: 'QRPUSH' } },
      { fields: ['consumerId'], type: 'BBAN' },
    ],
    currencies: ['VND'],
    refused: { field: 'serviceCode', values: ['QRCASH'] },
    rules: [],
    priority: 85,
  },
  {
    id: 'VNPAYQR',
    country: 'VN',
    tags: ['26'],
    guids: ['A000000775'],
    fields: { aid: field('00', 'an', 10, 10, required), merchantId: field('01', 'ans', 1, 32) },
    account: [{ fields: ['merchantId'], type: 'MERCHANT' }],
    currencies: ['VND'],
    rules: [],
    priority: 5,
  },
  {
    id: 'LAOQR',
    country: 'LA',
    tags: ['38'],
    guids: ['A005266284662577'],
    fields: {
      aid: field('00', 'an', 16, 16, required),
      iin: field('01', 'n', 8, 8, required),
      paymentType: field('02', 'n', 3, 3, required),
      receiverId: field('03', 'ans', 1, 25, required),
      // One library writes an expiry here; unconfirmed, so it never makes a code expired.
      expiryMs: field('04', 'n', 13, 13),
    },
    account: [{ fields: ['receiverId'], type: 'LAOQR' }],
    currencies: ['LAK'],
    rules: [],
    priority: 85,
  },
  {
    id: 'JPQR',
    country: 'JP',
    tags: ['26'],
    guids: ['jp.or.paymentsjapan'],
    fields: {
      guid: field('00', 'ans', 1, 32, required),
      level1: field('01', 'n', 13, 13, required),
      level2: field('02', 'n', 4, 4, required),
      level3: field('03', 'n', 6, 6, required),
      level4: field('04', 'n', 6, 6, required),
    },
    account: [{ fields: ['level1', 'level2', 'level3', 'level4'], type: 'JPQR' }],
    currencies: ['JPY'],
    rules: [],
    priority: 85,
  },
  {
    id: 'PAYNOW',
    country: 'SG',
    tags: tagRange(26, 50),
    guids: ['SG.PAYNOW'],
    fields: {
      guid: field('00', 'ans', 1, 32, required),
      proxyType: field('01', 'n', 1, 1, required),
      proxy: field('02', 'ans', 1, 50, required),
      editable: field('03', 'n', 1, 1),
      expiry: field('04', 'n', 8, 14),
    },
    account: [
      { fields: ['proxy'], type: 'MBNO', when: { field: 'proxyType', is: '0' } },
      { fields: ['proxy'], type: 'UEN', when: { field: 'proxyType', is: '2' } },
      { fields: ['proxy'], type: 'PAYNOW' },
    ],
    expiry: { in: 'account', tag: '04', form: 'local-time', utcOffsetMinutes: 480 },
    currencies: ['SGD'],
    rules: [],
    priority: 85,
  },
  { id: 'SGQR', tags: ['51'], guids: ['SG.SGQR'], fields: { guid: field('00', 'ans', 1, 32, required), sgqrId: field('01', 'an', 12, 12) }, account: [], rules: [], priority: 0 },
  {
    id: 'SG_WALLET',
    country: 'SG',
    tags: tagRange(26, 50),
    guidForm: /^sg\./i,
    fields: { guid: field('00', 'ans', 1, 32, required), merchantId: field('01', 'ans', 1, 99) },
    account: [{ fields: ['merchantId'], type: 'MERCHANT' }],
    rules: [],
    priority: 5,
  },
  {
    id: 'DUITNOW',
    country: 'MY',
    tags: tagRange(26, 45),
    guids: ['A0000006150001', 'A000000615000101'],
    fields: {
      aid: field('00', 'an', 14, 16, required),
      acquirerId: field('01', 'n', 6, 6, required),
      merchantId: field('02', 'ans', 1, 28, required),
    },
    account: [{ fields: ['merchantId'], type: 'MERCHANT' }],
    currencies: ['MYR'],
    rules: [],
    priority: 85,
    formatIndicator: '02',
  },
  {
    id: 'QRIS',
    country: 'ID',
    tags: ['51'],
    guids: ['ID.CO.QRIS.WWW'],
    fields: {
      guid: field('00', 'ans', 1, 32, required),
      nationalMerchantId: field('02', 'an', 15, 15, required),
      criteria: field('03', 'an', 3, 3, required),
    },
    account: [{ fields: ['nationalMerchantId'], type: 'NMID' }],
    currencies: ['IDR'],
    rules: [],
    priority: 85,
  },
  {
    id: 'QRPH',
    variant: 'merchant',
    country: 'PH',
    tags: ['28'],
    guids: ['ph.ppmi.p2m'],
    fields: {
      guid: field('00', 'ans', 1, 32, required),
      acquirer: field('01', 'an', 8, 11, required),
      merchantId: field('03', 'ans', 1, 25, required),
      proxyNotify: field('05', 'n', 3, 3),
    },
    account: [{ fields: ['merchantId'], type: 'MERCHANT' }],
    currencies: ['PHP'],
    rules: [],
    priority: 85,
  },
  {
    id: 'QRPH',
    variant: 'person',
    country: 'PH',
    tags: ['27'],
    guids: ['com.p2pqrpay'],
    fields: {
      guid: field('00', 'ans', 1, 32, required),
      acquirer: field('01', 'an', 8, 11, required),
      account: field('04', 'ans', 1, 34),
      mobile: field('05', 'ans', 1, 16),
    },
    account: [{ fields: ['account'], type: 'BBAN' }, { fields: ['mobile'], type: 'MBNO' }],
    currencies: ['PHP'],
    rules: [],
    priority: 85,
  },
  {
    id: 'HKFPS',
    country: 'HK',
    tags: ['26'],
    guids: ['hk.com.hkicl'],
    fields: {
      guid: field('00', 'ans', 1, 32, required),
      clearingCode: field('01', 'n', 3, 3),
      fpsId: field('02', 'n', 7, 9),
      mobile: field('03', 'ans', 1, 34),
      email: field('04', 'ans', 1, 99),
      expiry: field('05', 'n', 14, 14),
    },
    account: [
      { fields: ['fpsId'], type: 'FPS_ID' },
      { fields: ['mobile'], type: 'MBNO' },
      { fields: ['email'], type: 'EMAL' },
    ],
    currencies: ['HKD', 'CNY'],
    rules: [],
    priority: 85,
  },
  {
    id: 'PIX',
    country: 'BR',
    tags: tagRange(26, 51),
    guids: ['BR.GOV.BCB.PIX'],
    fields: {
      guid: field('00', 'ans', 1, 32, required),
      key: field('01', 'ans', 1, 77),
      description: field('02', 'ans', 1, 72),
      location: field('25', 'ans', 1, 77),
    },
    account: [{ fields: ['key'], type: 'PIX_KEY' }, { fields: ['location'], type: 'URL' }],
    currencies: ['BRL'],
    rules: [],
    priority: 85,
  },
  {
    id: 'UNIONPAY',
    tags: ['15', '16'],
    // Acquirer IIN, forwarding IIN, merchant id; shorter values are seen and stay as they are.
    slices: { length: 31, parts: { acquirerIin: [0, 8], forwardingIin: [8, 16], merchantId: [16, 31] } },
    fields: {},
    account: [{ fields: ['value'], type: 'UNIONPAY_MERCHANT' }],
    rules: [],
    priority: 50,
  },
  card('VISA', 2, 3),
  card('MASTERCARD', 4, 5),
  card('DISCOVER', 9, 10),
  card('AMEX', 11, 12),
  card('JCB', 13, 14),
];

/** Rows of the same scheme, most specific first. */
export function schemeRows(id: SchemeId): readonly Scheme[] {
  return SCHEMES.filter((scheme) => scheme.id === id);
}

/** Names of the sub-tags of 62 (additional data); 00 and 50-99 keep their numbers. */
export const ADDITIONAL_DATA: Readonly<Record<string, string>> = {
  '01': 'billNumber',
  '02': 'mobileNumber',
  '03': 'storeLabel',
  '04': 'loyaltyNumber',
  '05': 'referenceLabel',
  '06': 'customerLabel',
  '07': 'terminalLabel',
  '08': 'purposeOfTransaction',
  '09': 'additionalConsumerDataRequest',
  '10': 'merchantTaxId',
  '11': 'merchantChannel',
};

/** Names of the sub-tags of 64 (the payee's name and town in another language). */
export const LANGUAGE_TEMPLATE: Readonly<Record<string, string>> = {
  '00': 'language',
  '01': 'merchantName',
  '02': 'merchantCity',
};
