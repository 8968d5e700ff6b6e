import type { AuditFacts } from '@tonle/contracts';
import { amount, amountText, minorText } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import type { PaymentBatch } from '../payment/payment-batch.js';

const NEW_ACCOUNT = 'a new account';

/** What a decision would come to, for those who approve it: the state that the payment goes to, what is posted, and who is told. */
export async function previewOf(
  database: Queryable,
  { payments, writes, facts }: Pick<PaymentBatch, 'payments' | 'writes' | 'facts'>,
  paymentId: string,
): Promise<AuditFacts> {
  const ids = writes.transfers.flatMap(({ debit, credit }) => [debit, credit]);
  const rows = await database.query<{ id: number; code: string }>(
    'SELECT id, code FROM account WHERE id = ANY ($1::integer[])',
    [ids],
  );
  const codes = new Map(rows.map(({ id, code }) => [id, code]));
  const currencies = new Map(facts.book.deltas().map(({ id, currency }) => [id, currency]));
  const postings = writes.transfers.map(({ kind, minor, debit, credit }) => {
    // An account that it would be the first to use is not there yet.
    const [from, to] = [debit, credit].map((id) => codes.get(id) ?? NEW_ACCOUNT);
    return `${kind}: ${minorText(minor, currencies.get(debit)!)} from ${from} to ${to}`;
  });
  const sent = writes.records
    .filter(({ type }) => type === 'leg.command')
    .map(
      ({ body }) =>
        JSON.parse(body as string) as { leg: string; amount: { currency: string; minor: string } },
    )
    .map(
      ({ leg, amount: { currency, minor } }) => `${leg} of ${amountText(amount(currency, BigInt(minor)))}`,
    );
  return {
    state: payments.get(paymentId)!.state,
    postings,
    ...(sent.length > 0 && { sent }),
    ...(writes.breaks.length > 0 && { breaks: writes.breaks.map(({ type }) => type) }),
  };
}
