import { expect, it } from '@jest/globals';
import { TestClock } from '@tonle/platform';
import { FaultBook } from '../../kit/fault-book.js';
import { IsoDelivery, type SendingParts } from './delivery.js';

it('a payment that cannot be followed after a restart is told to whoever runs the sandbox', async () => {
  const broken = new Error('the books are closed');
  const entry = { uetr: 'U', acceptedAt: 0 };
  const parts = {
    scheme: { enquiryMs: [0], notFoundFinalMs: 0 },
    books: { openDebits: () => [{ entry }] },
    ...{ faults: new FaultBook(), clock: new TestClock(0) },
    pause: () => Promise.reject(broken),
  } as unknown as SendingParts;
  const told = await new Promise((resolve) => new IsoDelivery(parts).resume(resolve));
  expect(told).toBe(broken);
});
