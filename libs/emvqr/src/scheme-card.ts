import { tagRange, type Scheme } from './scheme.js';

// Raw accounts (tags 02-25) of the card schemes.

const card = (id: Scheme['id'], from: number, to: number): Scheme => ({
  id,
  tags: tagRange(from, to),
  fields: {},
  account: [{ fields: ['value'], type: 'CARD_MERCHANT' }],
  rules: [],
  priority: 10,
});

export const CARD_SCHEMES: readonly Scheme[] = [
  {
    id: 'UNIONPAY',
    tags: ['15', '16'],
    // Acquirer IIN, forwarding IIN, merchant id. Others are seen: they stay as they are, and name no merchant.
    slices: {
      form: /^\d{16}[ -~]{15}$/,
      parts: { acquirerIin: [0, 8], forwardingIin: [8, 16], merchantId: [16, 31] },
    },
    fields: {},
    account: [{ fields: ['acquirerIin', 'forwardingIin', 'merchantId'], type: 'UNIONPAY_MERCHANT' }],
    rules: ['not-khqr-in-dollars'],
    priority: 50,
  },
  card('VISA', 2, 3),
  card('MASTERCARD', 4, 5),
  card('DISCOVER', 9, 10),
  card('AMEX', 11, 12),
  card('JCB', 13, 14),
];
