// Accounts of domain 6.8 and decisions 20-21. An account has one currency and is named by its code:
// kind, owner and currency joined by colons, e.g. `POSITION:KHMEKONG:KHR`, `RAIL:FXNAGA:BAKONG:KHR`.

/** Every kind of account that something posts to. */
export type AccountKind =
  /** Money lodged with the settlement bank for a participant; moved by statement lines and settlement only. */
  | 'PREFUND'
  /** Running obligation of a participant since the last settlement; a debit balance owes the scheme. */
  | 'POSITION'
  /** Mirror of an FX provider's balance on a gross rail (decisions 21). */
  | 'RAIL'
  /** What the rail holds for everybody else: counter-account of RAIL. */
  | 'RAIL_OUTSIDE'
  /** Mirror of a settlement bank account; moved by statement lines only (I17). */
  | 'NOSTRO'
  /** Bridge from positions to nostro for one window; zero at its end. */
  | 'SETTLEMENT_CLEARING'
  | 'FEE_RECEIVABLE'
  | 'FEE_REVENUE'
  /** What refunds that were made exact cost the scheme, by its own fault (domain 6.11). */
  | 'FX_LOSS'
  /** The same, of the participant whose fault it was: invoiced to it. */
  | 'FX_RECEIVABLE'
  /** What of that is due to the FX provider that converted such refunds. */
  | 'FX_PAYABLE'
  /** Fees that the scheme owes, such as interchange. */
  | 'FEE_PAYABLE'
  /** Taxes on invoices, owed to the authority. */
  | 'TAX_PAYABLE'
  /** Money of a payment that a partner has frozen (BLCK). */
  | 'FROZEN'
  /** Bank lines that nobody has placed yet. */
  | 'SUSPENSE'
  /** What a partner's own recalculation rounds off. */
  | 'ROUNDING'
  /** Small differences that two people gave up. */
  | 'WRITE_OFF';

/** How many owners stand in the code of an account of each kind. */
const OWNERS: Readonly<Record<AccountKind, number>> = {
  PREFUND: 1,
  POSITION: 1,
  RAIL: 2,
  RAIL_OUTSIDE: 1,
  NOSTRO: 1,
  SETTLEMENT_CLEARING: 2,
  FEE_RECEIVABLE: 1,
  FEE_REVENUE: 0,
  FX_LOSS: 0,
  FX_RECEIVABLE: 1,
  FX_PAYABLE: 1,
  FEE_PAYABLE: 1,
  TAX_PAYABLE: 0,
  FROZEN: 1,
  SUSPENSE: 0,
  ROUNDING: 0,
  WRITE_OFF: 0,
};

/** Every kind, in the order of the chart. */
export const ACCOUNT_KINDS = Object.keys(OWNERS) as AccountKind[];

/** Code of an account; the text is its identity everywhere. */
export type AccountCode = string & { readonly __brand: 'AccountCode' };

const PART = /^[A-Za-z0-9._-]{1,64}$/;
const CURRENCY = /^[A-Z]{3}$/;

function code(kind: AccountKind, owner: readonly string[], currency: string): AccountCode {
  for (const part of owner) if (!PART.test(part)) throw new RangeError(`no account owner: ${part}`);
  if (!CURRENCY.test(currency)) throw new RangeError(`no currency code: ${currency}`);
  return [kind, ...owner, currency].join(':') as AccountCode;
}

/** `POSITION:<participant>:<currency>`. Like the others, throws for a part that no account may have. */
export const positionAccount = (participant: string, currency: string) =>
  code('POSITION', [participant], currency);
/** `PREFUND:<participant>:<currency>` */
export const prefundAccount = (participant: string, currency: string) =>
  code('PREFUND', [participant], currency);
/** `RAIL:<owner>:<rail>:<currency>`; the owner is an FX provider. */
export const railAccount = (owner: string, rail: string, currency: string) =>
  code('RAIL', [owner, rail], currency);
/** `RAIL_OUTSIDE:<rail>:<currency>` */
export const railOutsideAccount = (rail: string, currency: string) => code('RAIL_OUTSIDE', [rail], currency);
/** `NOSTRO:<bank>:<currency>` */
export const nostroAccount = (bank: string, currency: string) => code('NOSTRO', [bank], currency);
/** `FEE_RECEIVABLE:<participant>:<currency>` */
export const feeReceivableAccount = (participant: string, currency: string) =>
  code('FEE_RECEIVABLE', [participant], currency);
/** `FEE_REVENUE:<currency>` */
export const feeRevenueAccount = (currency: string) => code('FEE_REVENUE', [], currency);
/** `FX_LOSS:<currency>` */
export const fxLossAccount = (currency: string) => code('FX_LOSS', [], currency);
/** `FX_RECEIVABLE:<participant>:<currency>` */
export const fxReceivableAccount = (participant: string, currency: string) =>
  code('FX_RECEIVABLE', [participant], currency);
/** `FX_PAYABLE:<participant>:<currency>` */
export const fxPayableAccount = (participant: string, currency: string) =>
  code('FX_PAYABLE', [participant], currency);

/** `FEE_PAYABLE:<participant>:<currency>` */
export const feePayableAccount = (participant: string, currency: string) =>
  code('FEE_PAYABLE', [participant], currency);
/** `TAX_PAYABLE:<currency>` */
export const taxPayableAccount = (currency: string) => code('TAX_PAYABLE', [], currency);
/** `FROZEN:<participant>:<currency>` */
export const frozenAccount = (participant: string, currency: string) =>
  code('FROZEN', [participant], currency);
/** `SUSPENSE:<currency>` */
export const suspenseAccount = (currency: string) => code('SUSPENSE', [], currency);
/** `ROUNDING:<currency>` */
export const roundingAccount = (currency: string) => code('ROUNDING', [], currency);
/** `WRITE_OFF:<currency>` */
export const writeOffAccount = (currency: string) => code('WRITE_OFF', [], currency);

/** The bridge of one window and participant. */
export const settlementClearingAccount = (windowId: string, participant: string, currency: string) =>
  code('SETTLEMENT_CLEARING', [windowId, participant], currency);

/** An account's parts. */
export interface AccountName {
  readonly kind: AccountKind;
  /** Participant, rail, bank or window, outermost first; empty for accounts of the scheme. */
  readonly owner: readonly string[];
  readonly currency: string;
}

/** Reads an account code. Throws RangeError for a text that names no account. */
export function readAccount(text: string): AccountName {
  const [name = '', ...rest] = text.split(':');
  const kind = name as AccountKind;
  const owner = rest.slice(0, -1);
  if (owner.length !== OWNERS[kind]) throw new RangeError(`no account: ${text}`);
  const currency = currencyOf(text);
  code(kind, owner, currency);
  return { kind, owner, currency };
}

/** The currency at the end of an account code. */
export function currencyOf(account: string): string {
  return account.slice(account.lastIndexOf(':') + 1);
}
