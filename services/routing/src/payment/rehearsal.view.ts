import { minorText } from '@tonle/money';
import type { PaymentBatch } from './payment-batch.js';

/** What a batch would do, in words: where its payments would go, what would be posted and sent. */
export function rehearsalInWords({
  payments,
  writes,
  facts,
}: Pick<PaymentBatch, 'payments' | 'writes' | 'facts'>): string[] {
  const taken = payments.inserted().map(({ id, state }) => `take payment ${id}, which becomes ${state}`);
  const moved = payments
    .changed()
    .filter(({ payment, knownVersion }) => payment.version !== knownVersion)
    .map(({ payment: { id, state } }) => `move payment ${id} from ${payments.asRead(id)!.state} to ${state}`);
  const currencies = new Map(facts.book.deltas().map(({ id, currency }) => [id, currency]));
  const posted = writes.transfers.map(
    ({ kind, minor, debit }) => `post ${kind} of ${minorText(minor, currencies.get(debit)!)}`,
  );
  const breaks = writes.breaks.map(({ type }) => `open a break ${type}`);
  const sent = writes.records.map(({ type, topic }) => `send ${type} to ${topic}`);
  const would = [...taken, ...moved, ...posted, ...breaks, ...sent];
  if (would.length > 0) return would;
  return ['nothing', ...facts.known.map(({ id, state }) => `payment ${id} stays ${state}`)];
}
