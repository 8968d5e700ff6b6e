import { readCall } from '@tonle/network';
import { expect, it } from '@jest/globals';
import { orderCall, refundCall } from './calls.js';

const read = (body: object) => ({ bytes: Buffer.from(JSON.stringify(body)) });

it.each(['a\0', 'a\nb', '\u0085', '', 'x'.repeat(65)])('no id is %j', (id) => {
  expect(readCall(orderCall, read({ paymentRequestId: id })).success).toBe(false);
  const refund = { paymentRequestId: 'P', refundAmount: { currency: 'USD', value: '1' } };
  expect(readCall(refundCall, read({ ...refund, refundRequestId: 'R' })).success).toBe(true);
  expect(readCall(refundCall, read({ ...refund, refundRequestId: id })).success).toBe(false);
});
