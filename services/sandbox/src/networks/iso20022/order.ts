import type { Agent, CustomerPayment, Return } from '@tonle/iso20022';
import type { Amount } from '@tonle/money';
import type { IsoBooks } from './books.js';
import { payeeOf } from './lookup.js';
import type { Answerable } from './messages.js';
import type { PayeeRules } from './payees.js';
import type { IsoScheme } from './scheme.js';

/** What Tonle has the network do: pay somebody, or give back to a payer what was taken for Tonle. */
export interface IsoOrder extends Answerable {
  /** By what the books know it: the UETR, of a return its own id. */
  readonly key: string | undefined;
  /** Of who gets the money. */
  readonly account: string;
  readonly accountType?: string;
  readonly amount: Amount;
  readonly acceptedAt: number;
  /** Whom it is for. */
  readonly instructedAgent?: Agent;
}

/** What a pacs.008 or a pacs.004 asks for. */
export function orderOf(
  message: CustomerPayment | Return,
  { books, scheme }: { books: Pick<IsoBooks, 'debit'>; scheme: Pick<IsoScheme, 'members'> },
): IsoOrder {
  const { messageId, createdAt, instructedAgent } = message;
  if (message.kind === 'payment') {
    const { uetr, endToEndId, transactionId, acceptedAt = createdAt, settlementAmount } = message;
    const { id, type } = payeeOf(message, scheme);
    return {
      family: 'pacs.008',
      key: uetr,
      messageId,
      endToEndId,
      ...(transactionId !== undefined && { transactionId }),
      uetr,
      account: id,
      ...(type !== undefined && { accountType: type }),
      amount: settlementAmount,
      acceptedAt: Date.parse(acceptedAt),
      ...(instructedAgent !== undefined && { instructedAgent }),
    };
  }
  const { originalUetr: uetr, originalEndToEndId, returnId = messageId, returnedAmount } = message;
  const original = uetr === undefined ? undefined : books.debit(uetr)?.entry;
  return {
    family: 'pacs.004',
    key: returnId,
    messageId,
    endToEndId: originalEndToEndId ?? original?.endToEndId ?? 'NOTPROVIDED',
    transactionId: returnId,
    uetr,
    account: original?.payer ?? '',
    amount: returnedAmount,
    acceptedAt: Date.parse(createdAt),
    ...(instructedAgent !== undefined && { instructedAgent }),
  };
}

/** Why an order is not carried out: an ISO reason. */
export function whyNot(
  order: IsoOrder,
  { scheme, payees, books }: { scheme: IsoScheme; payees: PayeeRules; books: IsoBooks },
  now: number,
): string | undefined {
  const { amount, acceptedAt, instructedAgent } = order;
  if (scheme.members !== undefined && instructedAgent?.memberId !== scheme.members.own) return 'RC04';
  // Late arrivals are refused, so that a "not found" given earlier stays true (domain 6.7).
  if (now - acceptedAt > scheme.acceptanceMaxMs) return 'TM01';
  if (amount.currency !== scheme.currency) return 'AM03';
  if (order.family === 'pacs.004') return whyNotBack(order, books);
  if (amount.minor > BigInt(scheme.amountMax)) return 'AM02';
  const payee = payees.find(order.account, order.accountType);
  return payee.kind === 'found' ? undefined : payee.reason;
}

/** Only what was taken for Tonle is given back, all in all no more than that. */
function whyNotBack({ uetr = '', amount }: IsoOrder, books: IsoBooks): string | undefined {
  const original = books.debit(uetr);
  if (original?.final?.status !== 'ACCC' || original.entry.refundOf !== undefined) return 'AG09';
  return books.refunded(uetr) + amount.minor > BigInt(original.entry.minor) ? 'AM09' : undefined;
}
