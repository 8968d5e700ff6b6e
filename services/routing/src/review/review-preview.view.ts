import type { AuditFacts } from '@tonle/contracts';
import { amount, amountText } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import type { PaymentBatch } from '../payment/payment-batch.js';

const NEW_ACCOUNT = 'a new account';

/** What a decision would come to, for those who approve it: the state that the payment goes to, what is posted, and who is told. */
export async function previewOf(
  database: Queryable,
  { payments, writes }: Pick<PaymentBatch, 'payments' | 'writes'>,
  paymentId: string,
): Promise<AuditFacts> {
  const ids = writes.transfers.flatMap(({ debit, credit }) => [debit, credit]);
  const rows = await database.query<{ id: number; code: string; currency: string }>(
    'SELECT id, code, currency FROM account WHERE id = ANY ($1::integer[])',
    [ids],
  );
  const accounts = new Map(rows.map((row) => [row.id, row]));
  const postings = writes.transfers.map(({ kind, minor, debit, credit }) => {
    const [from, to] = [accounts.get(debit), accounts.get(credit)];
    const known = from ?? to;
    // An account that it would be the first to use is not there yet.
    if (known === undefined) return `${kind}: ${minor} minor units between two new accounts`;
    const said = amountText(amount(known.currency, minor));
    return `${kind}: ${said} from ${from?.code ?? NEW_ACCOUNT} to ${to?.code ?? NEW_ACCOUNT}`;
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
