import type { InstructionFormat, SettlementAccount } from '@tonle/bank-files';
import { calendarBody, type CalendarBody, type Directory, type Side } from '@tonle/directory';

/** How the windows of a network are paid, by the directory. */
export interface SettlementTerms {
  readonly bank: string;
  readonly bankName: string;
  readonly bankBic?: string;
  readonly format: InstructionFormat;
  /** The scheme's account at the bank. */
  readonly schemeAccount: string;
  readonly lagDays: number;
  /** Of the network, of the home networks that it is joined to, and of the bank; each once. */
  readonly calendars: readonly CalendarBody[];
  readonly homeCalendar?: CalendarBody;
  /** By whose clock it is today at the bank. */
  readonly bankCalendar: CalendarBody;
}

/** In words for the operator, who mends the directory. */
export interface TermsMissing {
  readonly kind: 'missing';
  readonly what: string;
}

/** How the windows of a partner in a currency are paid; or what the directory lacks for it. Pure. */
export function settlementTermsOf(
  directory: Directory,
  { partner, currency }: { readonly partner: string; readonly currency: string },
): SettlementTerms | TermsMissing {
  const network = sideOfPartner(directory, partner);
  const settles = network?.settles?.[currency];
  if (network === undefined || settles === undefined)
    return missing(`the network of ${partner} names no settlement bank for ${currency} (settles)`);
  const at = directory.participantIncludingEnded(settles.bank);
  const schemeAccount = at?.bank?.accounts[currency];
  if (at?.bank === undefined || schemeAccount === undefined)
    return missing(
      `${settles.bank} is no settlement bank with an account of the scheme in ${currency} (bank.accounts)`,
    );
  const bankCalendar = calendarOf(directory, at.bank.calendar);
  if (bankCalendar === undefined) return missing(`calendar ${at.bank.calendar} of ${settles.bank}`);
  const homes = homeCalendars(directory, partner);
  const calendars = [network.calendar, ...homes, bankCalendar];
  return {
    bank: settles.bank,
    bankName: at.name,
    ...(at.bic !== undefined && { bankBic: at.bic }),
    format: at.bank.instruction,
    schemeAccount,
    lagDays: settles.lagDays,
    calendars: [...new Map(calendars.map((each) => [each.calendarId, each])).values()],
    ...(homes[0] !== undefined && { homeCalendar: homes[0] }),
    bankCalendar,
  };
}

/** A participant's account at the bank that pays a window; or what the directory lacks. */
export function settlementAccountOf(
  directory: Directory,
  participant: string,
  currency: string,
  bank: string,
): SettlementAccount | TermsMissing {
  const body = directory.participantIncludingEnded(participant);
  const account = body?.settlementAccounts?.[currency];
  if (body === undefined || account === undefined || account.bank !== bank)
    return missing(`${participant} has no ${currency} account at ${bank} (settlementAccounts)`);
  return { name: body.name, account: account.account, ...(body.bic !== undefined && { bic: body.bic }) };
}

/** Whose account at the bank is which. */
export type AccountOf = (participant: string) => SettlementAccount;

/** Everybody's account at the bank; a text says whose the directory lacks. */
export function accountsOf(
  directory: Directory,
  lines: readonly { readonly participant: string }[],
  currency: string,
  bank: string,
): AccountOf | string {
  const known = new Map<string, SettlementAccount>();
  const lacking: string[] = [];
  for (const { participant } of lines) {
    const account = settlementAccountOf(directory, participant, currency, bank);
    if (isMissing(account)) lacking.push(account.what);
    else known.set(participant, account);
  }
  if (lacking.length > 0) return lacking.join('; ');
  return (participant) => known.get(participant)!;
}

export const isMissing = (value: object): value is TermsMissing =>
  'kind' in value && value.kind === 'missing';

/** A network in service or not: what was netted while it was is paid afterwards too. */
export function sideOfPartner(directory: Directory, partner: string): Side | undefined {
  const sides = directory.corridorsIncludingEnded().flatMap(({ home, partner: away }) => [home, away]);
  return sides.find(({ participant }) => participant === partner);
}

/** By which days a settlement bank works; undefined where the directory does not say. */
export function bankCalendarOf(directory: Directory, bank: string): CalendarBody | undefined {
  const calendar = directory.participantIncludingEnded(bank)?.bank?.calendar;
  return calendar === undefined ? undefined : calendarOf(directory, calendar);
}

function homeCalendars(directory: Directory, partner: string): CalendarBody[] {
  return directory
    .corridorsIncludingEnded()
    .flatMap(({ home, partner: away }) => (away.participant === partner ? [home.calendar] : []));
}

function calendarOf(directory: Directory, id: string): CalendarBody | undefined {
  const entry = directory.entry('calendar', id);
  return entry === undefined ? undefined : calendarBody.parse(entry.body);
}

const missing = (what: string): TermsMissing => ({ kind: 'missing', what });
