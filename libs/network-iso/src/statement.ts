import { hash } from 'node:crypto';
import type { StatementLine } from '@tonle/contracts';
import {
  accountName,
  believe,
  bookedLines,
  closingOf,
  instantOf,
  openingOf,
  readStatements,
  referenceOf,
  type BookedLine,
  type EntriesMessage,
  type Statement,
} from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import type { StatementDay, StatementSource } from '@tonle/network';
import { legKeyOfMessageId, WIRE } from './message.js';
import type { IsoProfile } from './profile.js';

export const BYTES_MAX = 64 * 1024 * 1024;
/** Some 45,000 entries: two seconds and 300 MB. */
export const ELEMENTS_MAX = 1_000_000;
const MINUTE_MS = 60_000;
const STATUS: Readonly<Record<string, StatementLine['status']>> = { BOOK: 'booked', PDNG: 'pending' };

/** The camt.053 of a day, of `accounts` or those of the profile; undefined when the network gives none. */
export function isoStatement(profile: IsoProfile, accounts?: readonly string[]): StatementSource | undefined {
  const { statement, timeouts } = profile;
  if (statement.kind !== 'camt.053') return undefined;
  return {
    kind: 'whole',
    utcOffsetMinutes: profile.utcOffsetMinutes,
    ask: (day) => ({
      wire: WIRE,
      method: 'GET',
      path: statement.path.replaceAll('{day}', encodeURIComponent(day)),
      operation: 'camt.053',
      timeoutMs: timeouts.statementMs,
      maxBytes: BYTES_MAX,
    }),
    read: (reply, day) => {
      if (reply.kind !== 'answered' || reply.status !== 200) throw new Error(`no statement of ${day}`);
      return readDay(reply.bytes, day, profile, accounts ?? statement.accounts);
    },
  };
}

/** Canonical lines of a day. Throws when it cannot be read, does not tie, or is not the one asked for: no partial truth. */
function readDay(
  bytes: Uint8Array,
  day: string,
  profile: StatementProfile,
  accounts: readonly string[] | undefined,
): StatementDay {
  const reading = readStatements(bytes, { maxBytes: BYTES_MAX, maxElements: ELEMENTS_MAX });
  if (reading.kind === 'refused')
    throw new Error(`the statement cannot be read: ${reading.errors[0]?.detail ?? ''}`);
  return dayOf(reading.statements, day, profile, accounts);
}

type StatementProfile = Pick<IsoProfile, 'utcOffsetMinutes' | 'returns'>;

/** Canonical lines of what was said of a day. Throws when it does not tie, or is not of the day. */
export function dayOf(
  messages: readonly EntriesMessage[],
  day: string,
  { utcOffsetMinutes, returns }: StatementProfile,
  accounts: readonly string[] | undefined,
): StatementDay {
  const ours = oursOf(messages, accounts);
  const check = believe(ours);
  if (check.kind === 'refused') {
    const [first, ...others] = check.faults;
    const more = others.length === 0 ? '' : `; also ${others.map(({ code }) => code).join(', ')}`;
    throw new Error(`the statement is not believed: ${first!.code}, ${first!.detail}${more}`);
  }
  for (const each of check.statements) assertCovers(each, day, utcOffsetMinutes);
  const read = check.statements.map((each) => {
    const lines = linesOf(each, utcOffsetMinutes, returns !== undefined);
    return { lines, heads: each.kind === 'statement' ? [headOf(each, lines, utcOffsetMinutes)] : [] };
  });
  return { lines: read.flatMap(({ lines }) => lines), heads: read.flatMap(({ heads }) => heads) };
}

/** Balances are there and not ambiguous in what is believed. */
function headOf(
  { account, sequence, balances, statementId, createdAt }: Statement,
  lines: readonly StatementLine[],
  utcOffsetMinutes: number,
): StatementDay['heads'][number] {
  const currency = account.currency ?? balances[0]!.amount.currency;
  const [opening, closing] = [openingOf(balances, currency), closingOf(balances, currency)].map(String);
  const createdMs = instantOf(createdAt, utcOffsetMinutes);
  return {
    account: accountName(account),
    currency,
    ...(sequence !== undefined && /^\d{1,18}$/.test(sequence) && { number: sequence }),
    openingMinor: opening!,
    closingMinor: closing!,
    statementId,
    ...(createdMs !== undefined && { createdAt: new Date(createdMs).toISOString() }),
    digest: hash('sha256', JSON.stringify([opening, closing, lines])),
  };
}

function balanceOf(message: EntriesMessage): Statement['balances'][number] | undefined {
  return message.kind === 'statement' ? message.balances[0] : undefined;
}

/** The network's own name of what it says. */
function idOf(message: EntriesMessage): string {
  if (message.kind === 'statement') return message.statementId;
  return message.kind === 'notification' ? message.notificationId : message.reportId;
}

/** The statements of our accounts; where nobody has said which these are, there may be one a currency. */
function oursOf(
  statements: readonly EntriesMessage[],
  accounts: readonly string[] | undefined,
): readonly EntriesMessage[] {
  const names = new Map<string, string>();
  const ours = statements.filter(
    ({ account }) => accounts === undefined || accounts.includes(accountName(account)),
  );
  if (ours.length === 0) {
    const others = [...new Set(statements.map(({ account }) => accountName(account)))].join(', ');
    throw new Error(`there is no statement of our account ${accounts?.join(', ')}, only of ${others}`);
  }
  for (const each of ours) {
    const { account } = each;
    const currency = account.currency ?? balanceOf(each)?.amount.currency ?? '';
    const name = accountName(account);
    const other = names.get(currency) ?? name;
    if (accounts === undefined && other !== name)
      throw new Error(`statements of ${other} and of ${name}: the profile does not say which is ours`);
    names.set(currency, name);
  }
  return ours;
}

/** A statement that names its period has to be about the day. */
function assertCovers(message: EntriesMessage, day: string, utcOffsetMinutes: number): void {
  const { from, to } = message;
  const [first, last] = [from, to].map((text) => {
    const at = text === undefined ? undefined : instantOf(text, utcOffsetMinutes);
    return at === undefined
      ? undefined
      : new Date(at + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 10);
  });
  if ((first !== undefined && first > day) || (last !== undefined && last < day))
    throw new Error(`statement ${idOf(message)} is from ${first ?? '?'} to ${last ?? '?'}, not of ${day}`);
}

function linesOf(message: EntriesMessage, utcOffsetMinutes: number, hasReturns: boolean): StatementLine[] {
  const { createdAt, entries } = message;
  const statementId = idOf(message);
  return entries.flatMap((entry, index) => {
    const bookedAt = instantOf(entry.bookedAt ?? createdAt, utcOffsetMinutes);
    if (bookedAt === undefined)
      throw new Error(`entry ${index + 1} of ${statementId} has no time that can be read`);
    const servicer = referenceOf(entry.servicerReference);
    // A number of the entry alone is one of its statement only.
    const name = servicer ?? `${statementId}/${referenceOf(entry.reference) ?? index}`;
    const booked = bookedLines(entry);
    const own = booked.filter(({ of }) => of !== 'rest').length === 1 ? servicer : undefined;
    return booked.map((line, part) => ({
      ...lineOf(line, own),
      ...(hasReturns && returnOf(line)),
      lineId: part === 0 ? name : `${name}-${part}`,
      bookedAt: new Date(bookedAt).toISOString(),
    }));
  });
}

/**
 * Debits of our account there are what was paid out for us: money to the payee's side. `servicer`: the network's reference
 * of the entry, when it stands for this line.
 */
function lineOf(line: BookedLine, servicer: string | undefined): Omit<StatementLine, 'lineId' | 'bookedAt'> {
  const { transaction, entry, of } = line;
  const instructionId = referenceOf(transaction.instructionId);
  return {
    uetr: transaction.uetr,
    endToEndId: referenceOf(transaction.endToEndId),
    legKey: instructionId === undefined ? undefined : legKeyOfMessageId(instructionId),
    partnerRef: referenceOf(transaction.servicerReference) ?? (of === 'rest' ? undefined : servicer),
    externalRef: instructionId,
    amount: amountToJson(line.amount),
    leg: line.reversal ? 'reversal' : line.credit ? 'debit' : 'credit',
    status: STATUS[entry.status] ?? 'pending',
  };
}

/**
 * Of a return that is a payment of its own: it goes by the id of its pacs.004, since its UETR is that of what it gives back. What
 * came back under our own id is none: that undoes our payment.
 */
function returnOf({ transaction, credit, reversal }: BookedLine): Partial<StatementLine> {
  const id = reversal ? referenceOf(transaction.instructionId) : undefined;
  if (id === undefined) return {};
  const isOurs = legKeyOfMessageId(id) !== undefined;
  if (isOurs && credit) return {};
  const leg = credit ? 'debit' : 'credit';
  return { leg, uetr: undefined, ...(!isOurs && { externalRef: undefined, messageId: id }) };
}
