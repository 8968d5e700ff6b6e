import type { Account, CustomerPayment } from '@tonle/iso20022';
import { spelled, type Side } from '@tonle/directory';
import { plainText, refused, type Customer, type PaymentSubmit, type Refusal } from '@tonle/contracts';
import { contentHashOf, submitFaults } from '../instruction.js';

// What every reader of a pacs.008 needs, whoever sent it.

const REMITTANCE_MAX = 140;
const UNHELD_SHOWN_MAX = 10;

/** The fields of a pacs.008 that make it the same request; times of sending are not among them. */
export function isoContentHash(payment: CustomerPayment): Buffer {
  const { createdAt: _created, acceptedAt: _accepted, ...content } = payment;
  return contentHashOf(['iso20022', content]);
}

/** The number of an account, or the proxy that stands for it. */
export function accountIdOf(account: Account | undefined): string | undefined {
  return account?.proxy?.id ?? account?.id;
}

/** How the account is to be read: the proxy's type or the account's scheme, else what its network means without one. */
export function accountTypeOf(account: Account | undefined, accounts: Side['accounts']): string {
  return account?.proxy === undefined
    ? (account?.scheme ?? accounts.default)
    : (account.proxy.type ?? accounts.defaultProxy ?? accounts.default);
}

/** A party with its account, as the network that has it writes it. The name and the account must be there. */
export function customerOf(
  party: CustomerPayment['debtor'],
  account: Account,
  network: Pick<Side, 'accounts'>,
): Customer {
  const { country, town } = party.address ?? {};
  return {
    name: party.name!,
    account: spelled(accountIdOf(account)!, network),
    accountType: accountTypeOf(account, network.accounts),
    ...(country === undefined ? {} : { country }),
    ...(town === undefined ? {} : { town }),
  };
}

/** Its lines, and the payee's reference where they do not name it, as one. */
function wholeRemittance({ remittance = '', creditorReference = '' }: CustomerPayment): string {
  if (remittance.includes(creditorReference)) return remittance;
  return remittance === '' ? creditorReference : `${remittance} ${creditorReference}`;
}

/** What the payee is told the payment is for, as far as it is passed on. */
export function remittanceOf(payment: CustomerPayment): string | undefined {
  const text = wholeRemittance(payment);
  return text === '' ? undefined : plainText(text, REMITTANCE_MAX);
}

/** One line each for what a payment says and is not passed on. */
export function notPassedOn(payment: CustomerPayment, unheld: readonly string[]): readonly string[] {
  const cut = [...wholeRemittance(payment)].length > REMITTANCE_MAX;
  return [
    ...(cut ? [`Passed on to ${REMITTANCE_MAX} characters: RmtInf`] : []),
    ...linesOf('Not passed on', unheld),
  ];
}

/** One line each for what a question says and nothing is looked for by. */
export function notUsed(unheld: readonly string[]): readonly string[] {
  return linesOf('Not used', unheld);
}

function linesOf(what: string, unheld: readonly string[]): readonly string[] {
  const paths = unheld.map((path) => path.replace(/^\/Document\/[^/]+/, ''));
  const shown = paths.slice(0, UNHELD_SHOWN_MAX).map((path) => `${what}: ${path}`);
  const more = paths.length - shown.length;
  return more > 0 ? [...shown, `${what}: ${more} more`] : shown;
}

/**
 * Schemas of the standard take longer texts and later years than routing does: what it could not read is refused
 * (`schema_invalid`), with the path of every such field as `show` writes it.
 */
export function unreadableForRouting(
  submit: PaymentSubmit,
  show: (path: string) => string,
): Refusal | undefined {
  const faults = submitFaults(submit);
  if (faults.length === 0) return undefined;
  const errors = faults.map(({ path, message }) => ({
    path: show(path.slice(1).replaceAll('/', '.')),
    message,
  }));
  return refused('schema_invalid', undefined, errors);
}
