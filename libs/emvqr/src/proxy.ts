// How each network wants its proxies and account ids written; people write them in many ways.

export type ProxyNetwork =
  | 'BAKONG'
  | 'PROMPTPAY'
  | 'VIETQR'
  | 'LAOQR'
  | 'UNIONPAY'
  | 'ALIPAYPLUS'
  | 'PAYNOW'
  | 'DUITNOW'
  | 'JPQR'
  | 'EKASH'
  | 'FIJI'
  | 'SOLOMON';

export type ProxyResult =
  | { readonly kind: 'proxy'; readonly network: ProxyNetwork; readonly type: string; readonly value: string }
  | { readonly kind: 'refused'; readonly detail: string };

interface ProxyRule {
  /** Brings the text into the network's form. */
  readonly tidy: (text: string) => string;
  /** What the tidied text must look like. */
  readonly form: RegExp;
  readonly check?: (value: string) => boolean;
  /** What people are told it must be. */
  readonly is: string;
}

const digits = (text: string): string => text.replace(/[\s().+-]/g, '');
const trimmed = (text: string): string => text.trim();
const verbatim = (text: string): string => text;
const compactUpper = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase();

/** National form (leading zero) or international form -> country code and subscriber number. */
const mobile =
  (country: string) =>
  (text: string): string => {
    const number = digits(text).replace(/^00(?=[1-9])/, '');
    if (number.startsWith(country) && number.length > country.length + 6) return number;
    return country + number.replace(/^0/, '');
  };

/** 0801234567, +66 80 123 4567 and 0066801234567 are all 0066801234567. */
const thaiMobile = (text: string): string => {
  const number = digits(text);
  const bare = number.length === 13 ? number.replace(/^0+/, '') : number;
  const subscriber = bare.length === 11 && bare.startsWith('66') ? bare.slice(2) : bare.replace(/^0/, '');
  return `66${subscriber}`.padStart(13, '0');
};

const msisdn = (country: string, subscriber: string): ProxyRule => ({
  tidy: mobile(country),
  form: new RegExp(`^${country}${subscriber}$`),
  is: `a mobile number in international form, ${country}...`,
});
const text = (
  form: RegExp,
  is: string,
  tidy: ProxyRule['tidy'] = trimmed,
  check?: ProxyRule['check'],
): ProxyRule => ({
  tidy,
  form,
  is,
  ...(check !== undefined && { check }),
});

const RULES: Readonly<Record<ProxyNetwork, Readonly<Record<string, ProxyRule>>>> = {
  BAKONG: {
    bakong: text(
      /^(?=.{3,32}$)[^@\s]+@[^@\s]+$/,
      'an account id name@bank of at most 32 characters',
      (value) => value.trim().toLowerCase(),
    ),
    MBNO: msisdn('855', '[1-9]\\d{7,8}'),
    BBAN: text(/^[0-9A-Za-z]{1,32}$/, 'an account number of at most 32 digits or letters', (value) =>
      value.replace(/[\s-]/g, ''),
    ),
  },
  PROMPTPAY: {
    MBNO: text(/^0066[1-9]\d{8}$/, 'a Thai mobile number', thaiMobile),
    // Juristic persons' numbers begin with 0; persons' numbers have a check digit.
    NIDN: text(
      /^\d{13}$/,
      'a national or tax id of 13 digits with its check digit',
      digits,
      (id) => id.startsWith('0') || thaiIdFits(id),
    ),
    EWLT: text(/^\d{15}$/, 'an e-wallet id of 15 digits', digits),
    BIID: text(/^(?:\d{13}|\d{15})$/, 'a biller id of 13 or 15 digits', digits),
    BBAN: text(/^\d{3}[0-9A-Za-z]{1,40}$/, 'a 3-digit bank code and an account number', compactUpper),
  },
  VIETQR: {
    BBAN: text(/^[0-9A-Z]{1,19}$/, 'an account of at most 19 letters and digits', compactUpper),
    CARD: text(/^\d{16,19}$/, 'a card number of 16 to 19 digits', digits, luhnFits),
    // Mostly 97 and four digits; digital and foreign banks have others. Which there are, their network says.
    BIN: text(/^\d{6}$/, 'a bank number of 6 digits', digits),
  },
  LAOQR: {
    // Receiver ids tell upper from lower case: not a character is changed.
    LAOQR: text(/^[^\s\p{Cc}]{1,25}$/u, 'a receiver id of at most 25 characters', verbatim),
    IIN: text(/^\d{4}0418$/, 'an institution number of 8 digits ending in 0418', trimmed),
  },
  UNIONPAY: {
    PAN: text(/^\d{16,19}$/, 'a card number of 16 to 19 digits', digits, luhnFits),
    TOKEN: text(/^62\d{14,17}$/, 'a token of 16 to 19 digits that begins with 62', digits),
    MERCHANT: text(/^[0-9A-Za-z ]{15}$/, 'a merchant id of at most 15 characters', (value) =>
      value.trim().padEnd(15, ' '),
    ),
  },
  ALIPAYPLUS: {
    PAYMENT_CODE: text(/^\d{16,32}$/, 'a payment code of 16 to 32 digits', digits),
    CODE_VALUE: text(/^[\s\S]{1,512}$/, 'the exact text of a QR code, at most 512 characters', verbatim),
    CUSTOMER: text(/^\S{1,64}$/, 'a customer id of at most 64 characters', trimmed),
  },
  PAYNOW: {
    MBNO: text(
      /^\+65[3689]\d{7}$/,
      'a Singapore mobile number, +65...',
      (value) => `+${mobile('65')(value)}`,
    ),
    UEN: text(/^[0-9A-Z]{9,13}$/, 'a UEN of 9 to 13 letters and digits', compactUpper),
  },
  DUITNOW: {
    MBNO: msisdn('60', '1\\d{7,9}'),
    NIDN: text(/^\d{12}$/, 'a national id (NRIC) of 12 digits', digits),
    CCPT: text(
      /^[0-9A-Z]{5,17}[A-Z]{3}$/,
      'a passport number followed by the three letters of its country',
      compactUpper,
    ),
    BREG: text(/^[0-9A-Z]{6,20}$/, 'a business registration number', compactUpper),
  },
  JPQR: { JPQR: text(/^\d{29}$/, 'a JPQR id of 13, 4, 6 and 6 digits', digits) },
  EKASH: {
    MBNO: msisdn('250', '7\\d{8}'),
    MERCHANT: text(/^\d{4,10}$/, 'a merchant code of 4 to 10 digits', digits),
  },
  FIJI: { MBNO: msisdn('679', '\\d{7}') },
  SOLOMON: { MBNO: msisdn('677', '\\d{7}') },
};

/**
 * Brings a proxy or account id into the form that its network expects. Refuses, with what is expected, an unknown
 * type and a text that cannot be that proxy. Whether it exists only the network knows.
 */
export function normaliseProxy(network: ProxyNetwork, type: string, written: string): ProxyResult {
  const rules = RULES[network];
  const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (rule === undefined) {
    return {
      kind: 'refused',
      detail: `${network} has no proxy of type ${type}; use one of ${Object.keys(rules).join(', ')}.`,
    };
  }
  const value = rule.tidy(written);
  if (rule.form.test(value) && (rule.check === undefined || rule.check(value)))
    return { kind: 'proxy', network, type, value };
  return { kind: 'refused', detail: `This is not ${rule.is}.` };
}

/** The proxy types of a network. */
export function proxyTypes(network: ProxyNetwork): readonly string[] {
  return Object.keys(RULES[network]);
}

/** Check digit of a Thai national id: weights 13 to 2, modulo 11. */
export function thaiIdFits(id: string): boolean {
  if (!/^\d{13}$/.test(id)) return false;
  let sum = 0;
  for (let index = 0; index < 12; index += 1) sum += (id.charCodeAt(index) - 48) * (13 - index);
  return (11 - (sum % 11)) % 10 === id.charCodeAt(12) - 48;
}

/** Check digit of a card number (ISO/IEC 7812). */
export function luhnFits(number: string): boolean {
  if (!/^\d+$/.test(number)) return false;
  let sum = 0;
  for (let index = 0; index < number.length; index += 1) {
    const digit = number.charCodeAt(number.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** A card number or token as it may be shown: the first six and the last four digits. */
export function maskCard(number: string): string {
  return number.length <= 10
    ? '*'.repeat(number.length)
    : `${number.slice(0, 6)}${'*'.repeat(number.length - 10)}${number.slice(-4)}`;
}
