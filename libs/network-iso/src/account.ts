import { luhnFits } from '@tonle/emvqr';
import type { Account, Agent } from '@tonle/iso20022';
import type { AccountForm, IsoProfile } from './profile.js';

/** A payee's account or proxy, with its type, as the wire has it. */
export interface PayeeAccount {
  readonly account: string;
  readonly accountType: string;
}

const OTHER = '*';

/** What a payer wrote, as the network wants it; undefined when it cannot be an account or proxy there. */
export function readAccount(
  text: string,
  type: string | undefined,
  { spacers, accounts, banks }: IsoProfile['payees'],
): PayeeAccount | undefined {
  const cleaned = spacers === undefined ? text : text.replace(spacers, '');
  for (const kind of type === undefined ? accounts : kindsOf(type, accounts)) {
    if (type === undefined && !isGuessed(kind, cleaned)) continue;
    if (!fits(kind.form, cleaned)) continue;
    const account = cleaned.replace(kind.form, kind.written);
    if (!holds(account, kind, banks)) continue;
    return { account, accountType: kind.type === OTHER ? type! : kind.type };
  }
  return undefined;
}

/** Its bank is one of the network's, and its check digit is right. */
function holds(account: string, kind: AccountForm, banks: IsoProfile['payees']['banks']): boolean {
  const { bank, number } = partsOf(account, kind);
  if (bank !== undefined && banks !== undefined && !Object.hasOwn(banks, bank)) return false;
  return kind.check !== 'luhn' || luhnFits(number);
}

/** A payee on the wire. */
interface WirePayee {
  /** A proxy with its type, or a number with its scheme. */
  readonly account: Account;
  /** The payee's bank, when the account names it. */
  readonly bank?: Agent;
}

/** A payee's account as the wire carries it, and its bank where the account begins with one. */
export function onWire({ account, accountType }: PayeeAccount, profile: IsoProfile): WirePayee {
  const [kind] = kindsOf(accountType, profile.payees.accounts);
  if (kind?.proxy === true) return { account: { proxy: { type: accountType, id: account } } };
  const { bank, number } = kind === undefined ? { number: account } : partsOf(account, kind);
  return {
    account: { id: number, scheme: accountType },
    ...(bank !== undefined && { bank: bankOf(bank, profile) }),
  };
}

/** A member of the clearing system that the network names institutions by. */
function bankOf(memberId: string, { agents }: IsoProfile): Agent {
  const clearingSystem = agents.by === 'member' ? agents.clearingSystem : undefined;
  return clearingSystem === undefined ? { memberId } : { memberId, clearingSystem };
}

/** An account that begins with its bank, taken apart. */
function partsOf(account: string, { form, bank }: AccountForm): { bank?: string; number: string } {
  if (bank === undefined || !fits(form, account)) return { number: account };
  return { bank: account.replace(form, bank.member), number: account.replace(form, bank.account) };
}

/** Kinds of this very type, else those of every other. */
function kindsOf(type: string, accounts: readonly AccountForm[]): readonly AccountForm[] {
  const own = accounts.filter((kind) => kind.type === type);
  return own.length > 0 ? own : accounts.filter((kind) => kind.type === OTHER);
}

function isGuessed({ type, guessed }: AccountForm, text: string): boolean {
  if (type === OTHER) return false;
  return typeof guessed === 'boolean' ? guessed : fits(guessed, text);
}

/** Patterns are global, and remember where they stopped. */
function fits(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}
