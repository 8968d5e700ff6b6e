import { findCurrencyByNumeric, type Currency } from '@tonle/money';
import type { MatchedAccount } from './account.js';
import { characterPosition, findObject, valueAt, type QrCode } from './decode.js';
import { SCHEME_OUTCOMES, type QrFinding, type SchemeOutcome } from './outcome.js';
import { codeExpiry } from './expiry.js';
import { plainAmount } from './amount.js';
import { EMV_RULES, SCHEME_RULES } from './check-rules.js';
import { normaliseProxy } from './proxy.js';
import type { FieldForm, Scheme, WrittenAs } from './scheme.js';
import { countCharacters } from './tlv.js';

/** What the rules look at. */
export interface CheckedCode {
  readonly code: QrCode;
  readonly accounts: readonly MatchedAccount[];
  /** The account that would be paid. */
  readonly chosen: MatchedAccount | undefined;
  readonly currency: Currency | undefined;
  readonly nowMs: number;
  /** Notes a finding about the data object at this path of tags. */
  readonly note: (outcome: SchemeOutcome, tag: string, detail: string) => void;
}

const AMOUNT_CHARACTERS_MAX = 13;

/** Every rule that a well-formed code breaks, blocking or not, in the order of the rules. */
export function checkCode(
  code: QrCode,
  accounts: readonly MatchedAccount[],
  chosen: MatchedAccount | undefined,
  nowMs: number,
): QrFinding[] {
  const findings: QrFinding[] = [];
  const note = (outcome: SchemeOutcome, tag: string, detail: string): void => {
    const { iso, blocking } = SCHEME_OUTCOMES[outcome];
    findings.push({ outcome, tag, at: positionOf(code, tag), detail: `${detail}.`, iso, blocking });
  };
  const numeric = valueAt(code.objects, '53');
  const currency = numeric === undefined ? undefined : findCurrencyByNumeric(numeric);
  const checked: CheckedCode = { code, accounts, chosen, currency, nowMs, note };
  checkAccount(checked);
  checkCurrency(checked, numeric);
  checkAmount(checked);
  checkExpiry(checked);
  for (const rule of EMV_RULES) SCHEME_RULES[rule](checked);
  for (const rule of chosen?.scheme?.rules ?? []) SCHEME_RULES[rule](checked);
  return findings;
}

function checkAccount(checked: CheckedCode): void {
  const { chosen, note } = checked;
  if (chosen === undefined) {
    note('NO_MERCHANT_ACCOUNT', '02', 'The QR code has no account to pay (tags 02 to 51)');
    return;
  }
  checkBakongId(checked);
  const { scheme, account } = chosen;
  if (scheme === undefined) {
    const detail = `The account in tag ${account.tag} is of an unknown scheme`;
    note('SERVICE_NOT_SUPPORTED', account.tag, detail);
    return;
  }
  checkScheme(account, scheme, note);
  checkFields(chosen, scheme, note);
  checkAccountForm(chosen, scheme, note);
}

/** An account where Bakong has its ids that is none of these. */
function checkBakongId({ code, accounts, note }: CheckedCode): void {
  const country = valueAt(code.objects, '58');
  const lookalike = accounts.find(
    ({ account }) => country === 'KH' && /^(?:29|30)$/.test(account.tag) && account.scheme === 'OTHER',
  );
  if (lookalike !== undefined) {
    note(
      'BAKONG_ACCOUNT_ID_INVALID',
      `${lookalike.account.tag}/00`,
      'A Bakong account id is name@bank, with one @',
    );
  }
}

/** Whether it can be read, and may be paid by us. */
function checkScheme(account: MatchedAccount['account'], scheme: Scheme, note: CheckedCode['note']): void {
  if (account.accountType === '') {
    note(
      'ACCOUNT_UNREADABLE',
      account.tag,
      `The ${scheme.id} account cannot be read from the QR code; enter it manually`,
    );
  }
  if (scheme.private === true) {
    note(
      'SCHEME_NOT_ROUTABLE',
      account.tag,
      `${scheme.id} is a private scheme that no connected network settles`,
    );
  }
  const { served } = scheme;
  const service = served === undefined ? undefined : account.fields[served.field];
  if (service !== undefined && !served!.values.includes(service)) {
    const detail = `The QR code asks for ${service}, which is not a payment to a payee`;
    note('SERVICE_NOT_SUPPORTED', `${account.tag}/${scheme.fields[served!.field]!.tag}`, detail);
  }
}

function checkFields({ account }: MatchedAccount, scheme: Scheme, note: CheckedCode['note']): void {
  for (const name in scheme.fields) {
    const rule = scheme.fields[name]!;
    const value = account.fields[name];
    const tag = `${account.tag}/${rule.tag}`;
    if (value === undefined) {
      if (rule.required === true)
        note(rule.missing ?? 'FIELD_REQUIRED', tag, `${scheme.id} requires the ${label(name)} (tag ${tag})`);
      continue;
    }
    const wrong =
      wrongForm(value, rule.form, rule.min, rule.max) ??
      (rule.pattern?.test(value) === false ? 'does not have the form required by the scheme' : undefined) ??
      writtenOtherwise(value, rule.as);
    if (wrong === undefined) continue;
    const outcome =
      rule.invalid ??
      (scheme.account.some(({ fields }) => fields.includes(name)) ? 'ACCOUNT_INVALID' : 'FIELD_INVALID');
    note(outcome, tag, `The ${label(name)} (tag ${tag}) ${wrong}`);
  }
}

/** The account itself, behind what names its bank, where its scheme says more of it: a card number has a check digit. */
function checkAccountForm({ account }: MatchedAccount, scheme: Scheme, note: CheckedCode['note']): void {
  const rule = scheme.account.find(({ type }) => type === account.accountType);
  const name = rule?.fields.at(-1) ?? '';
  const wrong = writtenOtherwise(account.fields[name] ?? account.account, rule?.as);
  if (wrong !== undefined)
    note('ACCOUNT_INVALID', account.tag, `The ${label(name)} (tag ${account.tag}) ${wrong}`);
}

function writtenOtherwise(value: string, as: WrittenAs | undefined): string | undefined {
  if (as === undefined) return undefined;
  const normal = normaliseProxy(...as, value);
  if (normal.kind === 'refused') return normal.detail.replace('This is not', 'is not').replace(/\.$/, '');
  return normal.value === value ? undefined : `would be written ${normal.value}`;
}

const FORMS: Readonly<Record<FieldForm, RegExp>> = {
  n: /^\d*$/,
  an: /^[0-9A-Za-z]*$/,
  ans: /^[^\0-\x1f\x7f-\x9f]*$/,
};
const FORM_NAMES: Readonly<Record<FieldForm, string>> = {
  n: 'digits only',
  an: 'letters and digits only',
  ans: 'no control characters',
};

/** What is wrong with a value, as the end of a sentence; undefined when nothing is. */
function wrongForm(value: string, form: FieldForm, min: number, max: number): string | undefined {
  const length = countCharacters(value);
  if (length < min || length > max) {
    return `has a length of ${length}; ${min === max ? min : `${min} to ${max}`} are allowed`;
  }
  return FORMS[form].test(value) ? undefined : `may hold ${FORM_NAMES[form]}`;
}

/** `merchantId` as people read it: `merchant id`. */
function label(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function checkCurrency({ chosen, currency, note }: CheckedCode, numeric: string | undefined): void {
  if (numeric === undefined) {
    note('CURRENCY_TYPE_REQUIRED', '53', 'The QR code has no currency (tag 53)');
    return;
  }
  if (currency === undefined) {
    note('UNSUPPORTED_CURRENCY', '53', `${numeric} is not an ISO 4217 currency code`);
    return;
  }
  const allowed = chosen?.scheme?.currencies;
  if (allowed === undefined || allowed.includes(currency.code)) return;
  note(
    'UNSUPPORTED_CURRENCY',
    '53',
    `A ${chosen!.scheme!.id} code asks for ${allowed.join(' or ')}, this one for ${currency.code}`,
  );
}

function checkAmount({ code, currency, note }: CheckedCode): void {
  const written = valueAt(code.objects, '54');
  if (written === undefined) return;
  const plain = plainAmount(written);
  if (plain === undefined || written.length > AMOUNT_CHARACTERS_MAX) {
    const detail = `"${written}" is not a valid amount: use digits with at most one point, at most ${AMOUNT_CHARACTERS_MAX} characters`;
    note('TRANSACTION_AMOUNT_INVALID', '54', detail);
    return;
  }
  if (currency === undefined) return;
  const decimals = payableDecimals(currency);
  const fraction = plain.split('.')[1] ?? '';
  if (fraction.replace(/0+$/, '').length > decimals) {
    const allowed = decimals === 0 ? 'whole amounts only' : `at most ${decimals} decimals`;
    note(
      'AMOUNT_DECIMALS',
      '54',
      `${written} ${currency.code} cannot be paid: ${currency.code} allows ${allowed}`,
    );
  } else if (plain !== written || fraction.length > decimals) {
    note(
      'AMOUNT_STYLE',
      '54',
      `The amount ${written} is read as ${plain.replace(/\.0*$/, '')} ${currency.code}`,
    );
  }
}

/** Decimals that payers may write: those of the currency, none where only whole units are paid (riel, kip). */
function payableDecimals(currency: Currency): number {
  return currency.payableStep >= 10n ** BigInt(currency.scale) ? 0 : currency.scale;
}

function checkExpiry({ code, accounts, nowMs, note }: CheckedCode): void {
  const expiry = codeExpiry(code, accounts);
  if (expiry === undefined) return;
  const outcome = expiry.scheme === 'KHQR' ? 'KHQR_EXPIRED' : 'QR_EXPIRED';
  if (expiry.atMs <= nowMs) {
    note(
      outcome,
      expiry.tag,
      `The QR code expired at ${new Date(expiry.atMs).toISOString()}; ask the payee for a new one`,
    );
  }
}

/** Position in characters of the data object at a path, of its nearest parent, or of the checksum. */
function positionOf(code: QrCode, tag: string): number {
  let objects = code.objects;
  let at: number | undefined;
  for (const part of tag.split('/')) {
    const object = findObject(objects, part);
    if (object === undefined) break;
    at = object.at;
    objects = object.objects ?? [];
  }
  return characterPosition(code.text, at ?? findObject(code.objects, '63')!.at);
}
