import { khmerName, khmerShop } from './names.js';

export type AccountState = 'active' | 'closed' | 'blocked';

/** An account of the Bakong ledger, as the rules of the sandbox's README make it. */
export interface BakongAccount {
  readonly id: string;
  readonly domain: string;
  /** BIC of the institution behind the domain. */
  readonly bic: string;
  readonly name: string;
  readonly state: AccountState;
  /** Opening balance in minor units by currency; a currency that is missing is not held. */
  readonly opening: Readonly<Record<string, bigint>>;
}

const BIC_OF_DOMAIN: Readonly<Record<string, string>> = {
  mekong: 'MEKOKHPPXXX',
  angkor: 'ANGKKHPPXXX',
  rumduol: 'RUMDKHPPXXX',
  naga: 'NAGAKHPPXXX',
  garuda: 'GARUKHPPXXX',
  singha: 'SINGKHPPXXX',
  settle: 'SETTKHPPXXX',
};
export const BANK_DOMAINS = ['mekong', 'angkor', 'rumduol'] as const;
const BANKS: ReadonlySet<string> = new Set(BANK_DOMAINS);

const CUSTOMER = { KHR: 100_000_000_000n, USD: 100_000_000n };
const POOR = { KHR: 100_000n, USD: 100n };
const WALLET = { KHR: 5_000_000_000_000_000n, USD: 500_000_000_000n };
const MERCHANT_KHR = { KHR: 0n };
const MERCHANT_USD = { USD: 0n };

const ACCOUNT = /^([a-z0-9_.]{1,20})@([a-z0-9]{1,11})$/;
const NUMBERED = /^(u\d{7}|poor\d{5}|shop\d{5}|usd\d{5}|closed\d{1,7}|frozen\d{1,7})$/;

/** Who stands between the two sides of a cross-border payment: an FX provider, or in one currency the settlement bank. */
export function isSchemeAccount(id: string): boolean {
  return /^(fx@|scheme@settle$)/.test(id);
}

/** Accounts of those who stand between: the operator's credential may see what they hold. */
export const SCHEME_ACCOUNTS = ['fx@naga', 'fx@garuda', 'fx@singha', 'scheme@settle'] as const;

/** Is this text an account id at all (`name@domain`)? */
export function isBakongAccountId(id: string): boolean {
  return id.length <= 32 && ACCOUNT.test(id);
}

/** The account behind an id; undefined when there is none. Ids are compared in lower case. */
export function findBakongAccount(text: string): BakongAccount | undefined {
  const id = text.trim().toLowerCase();
  const match = ACCOUNT.exec(id);
  if (match === null) return undefined;
  const [, user, domain] = match as unknown as [string, string, string];
  const bic = BIC_OF_DOMAIN[domain];
  if (bic === undefined) return undefined;
  const base = { id, domain, bic, state: 'active' as const };
  if (domain === 'settle')
    return user === 'scheme' ? { ...base, name: 'Settlement bank', opening: WALLET } : undefined;
  if (!BANKS.has(domain))
    return user === 'fx' ? { ...base, name: `FX ${domain}`, opening: WALLET } : undefined;
  if (user === 'settlement') return { ...base, name: `Settlement ${domain}`, opening: WALLET };
  return NUMBERED.test(user) ? numbered(base, user) : undefined;
}

function numbered(
  base: { id: string; domain: string; bic: string; state: AccountState },
  user: string,
): BakongAccount {
  const number = Number(/\d+$/.exec(user)![0]);
  if (user.startsWith('u') && !user.startsWith('usd'))
    return { ...base, name: khmerName(number), opening: CUSTOMER };
  if (user.startsWith('poor')) return { ...base, name: khmerName(number), opening: POOR };
  if (user.startsWith('shop')) return { ...base, name: khmerShop(number), opening: MERCHANT_KHR };
  if (user.startsWith('usd')) return { ...base, name: khmerShop(number), opening: MERCHANT_USD };
  const state = user.startsWith('closed') ? 'closed' : 'blocked';
  return { ...base, state, name: khmerName(number), opening: CUSTOMER };
}
