import { thaiName, thaiShop } from '../bakong/names.js';

export type ThaiAccountType = 'MBNO' | 'BIID' | 'bank_account';

export type ThaiFinding =
  | {
      readonly kind: 'found';
      readonly name: string;
      readonly account: string;
      readonly accountType: ThaiAccountType;
    }
  /** ISO reason: BE23 proxy unknown, AC01 account unknown, AC04 closed. */
  | { readonly kind: 'missing'; readonly reason: string };

const MOBILE = /^0066\d{9}$/;
const KNOWN_MOBILE = /^00668\d{8}$/;
const BILLER = /^\d{15}$/;
const BANK_ACCOUNT = /^(?:002|004|006|014|025)\d{10}$/;

function numberIn(digits: string): number {
  return Number(digits.slice(-8));
}

/** Who stands behind a proxy or account. `type` is an ISO proxy type; without one the form of the text decides. */
export function findThaiPayee(id: string, type?: string): ThaiFinding {
  if (type === 'MBNO' || (type === undefined && MOBILE.test(id))) {
    if (!KNOWN_MOBILE.test(id)) return { kind: 'missing', reason: 'BE23' };
    return { kind: 'found', name: thaiName(numberIn(id)), account: id, accountType: 'MBNO' };
  }
  if (type === 'BIID' || (type === undefined && BILLER.test(id))) {
    if (!BILLER.test(id)) return { kind: 'missing', reason: 'BE23' };
    if (id.startsWith('0888')) return { kind: 'missing', reason: 'AC04' };
    if (!id.startsWith('0105')) return { kind: 'missing', reason: 'BE23' };
    return { kind: 'found', name: thaiShop(numberIn(id)), account: id, accountType: 'BIID' };
  }
  if (type === undefined || type === 'bank_account' || type === 'BBAN') {
    if (!BANK_ACCOUNT.test(id)) return { kind: 'missing', reason: 'AC01' };
    return { kind: 'found', name: thaiName(numberIn(id)), account: id, accountType: 'bank_account' };
  }
  return { kind: 'missing', reason: 'BE23' };
}

/** A payer of the Thai side by number: `014` and ten digits. */
export function thaiPayer(number: number): { account: string; name: string } {
  return {
    account: `014${String(number % 10_000_000_000).padStart(10, '0')}`,
    name: thaiName(number % 100_000_000),
  };
}
