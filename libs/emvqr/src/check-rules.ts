import type { CheckedCode } from './check.js';
import { findObject, valueAt } from './decode.js';
import type { SchemeOutcome } from './outcome.js';
import { tipOf } from './amount.js';
import type { SchemeRule } from './scheme.js';
import { countCharacters } from './tlv.js';

type Label = readonly [tag: string, max: number, outcome: SchemeOutcome];

// KHQR content guideline: maximum lengths of what describes the payment.
const KHQR_LABELS: readonly Label[] = [
  ['62/01', 25, 'BILL_NUMBER_LENGTH_INVALID'],
  ['62/02', 25, 'MOBILE_NUMBER_LENGTH_INVALID'],
  ['62/03', 25, 'STORE_LABEL_LENGTH_INVALID'],
  ['62/07', 25, 'TERMINAL_LABEL_LENGTH_INVALID'],
  ['62/08', 25, 'PURPOSE_OF_TRANSACTION_LENGTH_INVALID'],
  ['64/00', 2, 'LANGUAGE_PREFERENCE_LENGTH_INVALID'],
  ['64/01', 25, 'MERCHANT_NAME_ALTERNATE_LANGUAGE_LENGTH_INVALID'],
  ['64/02', 15, 'MERCHANT_CITY_ALTERNATE_LANGUAGE_LENGTH_INVALID'],
];
const TIMESTAMP = /^\d{13}$/;

/** What EMVCo asks of every merchant-presented code, whatever its scheme (MPM 4.2: mandatory objects, forms, lengths). */
export const EMV_RULES: readonly SchemeRule[] = [
  'format-indicator',
  'category-four-digits',
  'payee-named',
  'tip-fits',
];

/** The rules that a scheme's fields cannot say; a scheme names those that it wants beside EMVCo's. */
export const SCHEME_RULES: Readonly<Record<SchemeRule, (checked: CheckedCode) => void>> = {
  'initiation-static-or-dynamic': ({ code, note }) => {
    const initiation = valueAt(code.objects, '01');
    if (initiation === undefined || initiation === '11' || initiation === '12') return;
    note(
      'POINT_OF_INITIATION_METHOD_INVALID',
      '01',
      `Tag 01 is 11 (static) or 12 (dynamic), here it is "${initiation}"`,
    );
  },
  'format-indicator': ({ code, chosen, note }) => {
    const indicator = valueAt(code.objects, '00')!;
    const expected = chosen?.scheme?.formatIndicator ?? '01';
    if (indicator !== expected)
      note('PAYLOAD_FORMAT_INVALID', '00', `Tag 00 is ${expected}, here it is "${indicator}"`);
  },
  'tip-fits': ({ code, note }) => {
    const value = (tag: string): string | undefined => valueAt(code.objects, tag);
    if (['55', '56', '57'].every((tag) => value(tag) === undefined)) return;
    const extra = { '01': ['56', '57'], '02': ['57'], '03': ['56'] }[value('55') ?? ''];
    const wrong = extra?.find((tag) => value(tag) !== undefined);
    if (extra === undefined) note('TIP_INVALID', '55', 'Tag 55 is 01 (asked), 02 (fixed) or 03 (percentage)');
    else if (wrong !== undefined)
      note('TIP_INVALID', wrong, `Tag ${wrong} does not go with tag 55 = ${value('55')}`);
    else if (tipOf(value) === undefined)
      note('TIP_INVALID', '55', 'The tip announced in tag 55 (56 or 57) cannot be read');
  },
  'dynamic-needs-amount': ({ code, note }) => {
    if (valueAt(code.objects, '01') !== '12' || hasAmount(code)) return;
    note('INVALID_DYNAMIC_KHQR', '54', 'A dynamic code (tag 01 = 12) needs an amount (tag 54)');
  },
  'amount-needs-expiry': ({ code, note }) => {
    const expiry = valueAt(code.objects, '99/01');
    if (expiry !== undefined && !TIMESTAMP.test(expiry)) {
      note(
        'EXPIRATION_TIMESTAMP_LENGTH_INVALID',
        '99/01',
        'The expiry (tag 99/01) is 13 digits of milliseconds since 1970',
      );
    } else if (expiry === undefined && hasAmount(code)) {
      note('EXPIRATION_TIMESTAMP_REQUIRED', '99/01', 'A code with an amount needs an expiry (tag 99/01)');
    }
  },
  'category-four-digits': ({ code, note }) => {
    const category = valueAt(code.objects, '52');
    if (category === undefined) {
      note('MERCHANT_CATEGORY_TAG_REQUIRED', '52', 'The merchant category (tag 52) is missing');
    } else if (!/^\d{4}$/.test(category)) {
      note('INVALID_MERCHANT_CATEGORY_CODE', '52', `The merchant category "${category}" is not four digits`);
    }
  },
  'payee-named': ({ code, note }) => {
    const country = valueAt(code.objects, '58');
    if (country === undefined) note('COUNTRY_CODE_TAG_REQUIRED', '58', 'The country (tag 58) is missing');
    else if (!/^[A-Z]{2}$/.test(country))
      note('COUNTRY_CODE_INVALID', '58', `The country "${country}" is not two capital letters`);
    const name = valueAt(code.objects, '59') ?? '';
    if (name === '') note('MERCHANT_NAME_REQUIRED', '59', 'The payee name (tag 59) is missing');
    else if (countCharacters(name) > 25)
      note('MERCHANT_NAME_LENGTH_INVALID', '59', 'The payee name has at most 25 characters');
    const city = valueAt(code.objects, '60');
    if (city === undefined) note('MERCHANT_CITY_TAG_REQUIRED', '60', 'The town (tag 60) is missing');
    else if (countCharacters(city) > 15)
      note('MERCHANT_CITY_LENGTH_INVALID', '60', 'The town has at most 15 characters');
    if (countCharacters(valueAt(code.objects, '61') ?? '') > 10)
      note('POSTAL_CODE_LENGTH_INVALID', '61', 'The postal code has at most 10 characters');
  },
  'khqr-labels': ({ code, note }) => {
    for (const [tag, max, outcome] of KHQR_LABELS) {
      const length = countCharacters(valueAt(code.objects, tag) ?? '');
      if (length > max) note(outcome, tag, `Tag ${tag} has ${length} characters; at most ${max} are allowed`);
    }
    if (findObject(code.objects, '64') === undefined) return;
    if (valueAt(code.objects, '64/00') === undefined)
      note('LANGUAGE_PREFERENCE_REQUIRED', '64/00', 'Tag 64 needs its language (64/00)');
    if (valueAt(code.objects, '64/01') === undefined) {
      note(
        'MERCHANT_NAME_ALTERNATE_LANGUAGE_REQUIRED',
        '64/01',
        'Tag 64 needs the payee name in that language (64/01)',
      );
    }
  },
  'not-khqr-in-dollars': ({ accounts, currency, note }) => {
    if (currency?.code !== 'USD' || !accounts.some(({ account }) => account.scheme === 'KHQR')) return;
    note(
      'UNSUPPORTED_CURRENCY',
      '53',
      'UnionPay cannot pay a KHQR code in USD; its Bakong account can be paid',
    );
  },
  'no-unionpay-with-dollars': ({ code, currency, note }) => {
    const unionPay = findObject(code.objects, '15');
    if (unionPay === undefined) return;
    if (countCharacters(unionPay.value) !== 31) {
      note('UPI_ACCOUNT_INFORMATION_LENGTH_INVALID', '15', 'A UnionPay account (tag 15) has 31 characters');
    }
    if (currency?.code === 'USD') {
      note(
        'UPI_ACCOUNT_INFORMATION_INVALID_CURRENCY',
        '15',
        'UnionPay cannot pay a code in USD; the Bakong account still can be paid',
      );
    }
  },
};

/** In the KHQR kit an amount of zero counts as absent. */
function hasAmount(code: CheckedCode['code']): boolean {
  const amount = valueAt(code.objects, '54');
  return amount !== undefined && /[1-9]/.test(amount);
}
