/** A Thai payee: a proxy with its type, or a bank account (3-digit bank and number). */
export interface ThaiAccount {
  readonly account: string;
  readonly accountType: string;
}

const MOBILE_DIGITS = 13;
const LOCAL_MOBILE = /^0?([689]\d{8})$/;
const SPACERS = /[\s().-]/g;

/**
 * Normalises a payee as the any-id platform wants it: mobile numbers with country code, left-padded with zeros to
 * 13 digits; ids and billers as they stand, leading zeros kept. Undefined when the text cannot be one.
 */
export function thaiAccount(text: string, type?: string): ThaiAccount | undefined {
  const digits = text.replace(SPACERS, '').replace(/^\+/, '');
  if (!/^\d{9,18}$/.test(digits)) return undefined;
  if (type !== undefined) return type === 'MBNO' ? mobile(digits) : { account: digits, accountType: type };
  const asMobile = mobile(digits);
  if (asMobile !== undefined) return asMobile;
  return { account: digits, accountType: digits.length === 15 ? 'BIID' : 'bank_account' };
}

function mobile(digits: string): ThaiAccount | undefined {
  const local = digits.startsWith('0066')
    ? digits.slice(4)
    : digits.startsWith('66')
      ? digits.slice(2)
      : digits;
  const number = LOCAL_MOBILE.exec(local)?.[1];
  if (number === undefined) return undefined;
  return { account: `66${number}`.padStart(MOBILE_DIGITS, '0'), accountType: 'MBNO' };
}
