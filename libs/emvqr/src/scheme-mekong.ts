import { field, required, type Scheme } from './scheme.js';

// Cambodia, Thailand, Vietnam and Laos.

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
    'khqr-labels',
    'no-unionpay-with-dollars',
  ],
  priority: 100,
} as const;
const BAKONG_ACCOUNT_ID = field('00', 'ans', 3, 32, {
  ...required,
  invalid: 'BAKONG_ACCOUNT_ID_LENGTH_INVALID',
});
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

/** A field that says which bank has the account. */
const INSTITUTION = {
  ...required,
  invalid: 'INSTITUTION_INVALID',
  missing: 'INSTITUTION_INVALID',
} as const;

export const MEKONG_SCHEMES: readonly Scheme[] = [
  {
    ...KHQR,
    variant: 'merchant',
    tags: ['30'],
    fields: {
      bakongAccountId: BAKONG_ACCOUNT_ID,
      merchantId: field('01', 'ans', 1, 32, {
        ...required,
        missing: 'MERCHANT_ID_REQUIRED',
        invalid: 'MERCHANT_ID_LENGTH_INVALID',
      }),
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
      accountInformation: field('01', 'ans', 1, 32, {
        ...required,
        invalid: 'ACCOUNT_INFORMATION_LENGTH_INVALID',
      }),
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
      mobile: field('01', 'n', 13, 13, { pattern: /^0066\d{9}$/ }),
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
      acquirerBin: field('01/00', 'n', 6, 6, { ...INSTITUTION, as: ['VIETQR', 'BIN'] }),
      consumerId: field('01/01', 'an', 1, 19, required),
      serviceCode: field('02', 'an', 1, 10, required),
    },
    // The bank's number and the account: without the first the second is nobody's.
    account: [
      {
        fields: ['acquirerBin', 'consumerId'],
        type: 'CARD',
        when: { field: 'serviceCode', is: 'QRIBFTTC' },
        as: ['VIETQR', 'CARD'],
      },
      {
        fields: ['acquirerBin', 'consumerId'],
        type: 'MERCHANT',
        when: { field: 'serviceCode', is: 'QRPUSH' },
      },
      { fields: ['acquirerBin', 'consumerId'], type: 'BBAN' },
    ],
    currencies: ['VND'],
    // QRCASH draws cash from a machine.
    served: { field: 'serviceCode', values: ['QRIBFTTA', 'QRIBFTTC', 'QRPUSH'] },
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
    private: true,
  },
  {
    id: 'LAOQR',
    country: 'LA',
    tags: ['38'],
    guids: ['A005266284662577'],
    fields: {
      aid: field('00', 'an', 16, 16, required),
      // Which bank: one of the institution's four digits, and the country's.
      iin: field('01', 'n', 8, 8, { ...INSTITUTION, as: ['LAOQR', 'IIN'] }),
      paymentType: field('02', 'n', 3, 3, required),
      receiverId: field('03', 'ans', 1, 25, required),
      expiryMs: field('04', 'n', 13, 13),
    },
    // The institution decides the bank: receiver ids are each bank's own. Without one the code is refused for that.
    account: [
      { fields: ['iin', 'receiverId'], type: 'LAOQR' },
      { fields: ['receiverId'], type: 'LAOQR' },
    ],
    // Not confirmed by its network: only 13 digits are a time.
    expiry: { in: 'account', tag: '04', form: 'epoch-ms' },
    currencies: ['LAK'],
    rules: [],
    priority: 85,
  },
];
