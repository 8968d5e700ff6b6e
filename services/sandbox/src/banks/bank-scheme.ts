import { readFileSync } from 'node:fs';
import { findCurrency } from '@tonle/money';
import { z } from 'zod';

const accountNumber = z.string().min(1).max(34);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** What the bank keeps in one currency. */
const bankCurrency = z.strictObject({
  /** The scheme's account: its statement is the one that is sent. */
  scheme: accountNumber,
  /** What is on it when the books are opened, minor units: what the scheme's ledger begins with. */
  schemeOpening: z
    .string()
    .regex(/^\d{1,18}$/)
    .default('0'),
  /** Accounts of participants, and what is on each when the books are opened, minor units. */
  accounts: z.record(
    accountNumber,
    z.strictObject({
      participant: z.string(),
      name: z.string().min(1).max(70),
      opening: z.string().regex(/^\d{1,18}$/),
    }),
  ),
});

/** A settlement bank as data: whoever wants another one writes an entry. */
const bankScheme = z.strictObject({
  /** Name in the control API, in faults, of the books and of its key (`<id>.key.pem`). */
  id: z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,19}$/),
  name: z.string().min(1).max(70),
  bic: z.string().length(11),
  /** Begins its references. */
  mark: z.string().regex(/^[A-Z0-9]{2}$/),
  instruction: z.enum(['pacs.009', 'pain.001', 'csv']),
  statement: z.enum(['camt.053', 'mt940', 'csv']),
  /** The local day, minutes east of UTC. */
  utcOffsetMinutes: z.number().int().min(-840).max(840),
  /** Days of the week on which it is closed; 0 is Sunday. */
  weekend: z.array(z.number().int().min(0).max(6)).max(6).default([0, 6]),
  holidays: z.array(day),
  currencies: z.record(
    z.string().refine((code) => findCurrency(code) !== undefined, { message: 'no currency' }),
    bankCurrency,
  ),
});
export type BankScheme = z.infer<typeof bankScheme>;

/** Reads a list of banks. Throws when one has a wrong form. */
export function readBanks(path: string): BankScheme[] {
  return z.array(bankScheme).parse(JSON.parse(readFileSync(path, 'utf8')));
}

const DAY_MS = 86_400_000;

/** Days as the bank has them. */
export class BankDays {
  private readonly holidays: ReadonlySet<string>;

  constructor(private readonly scheme: Pick<BankScheme, 'utcOffsetMinutes' | 'weekend' | 'holidays'>) {
    this.holidays = new Set(scheme.holidays);
  }

  /** The local day. */
  today(nowMs: number): string {
    return new Date(nowMs + this.scheme.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
  }

  isOpen(date: string): boolean {
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    return !this.scheme.weekend.includes(weekday) && !this.holidays.has(date);
  }

  after(date: string): string {
    return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  }

  /** The day itself, or the next on which the bank is open. */
  openFrom(date: string): string {
    let at = date;
    while (!this.isOpen(at)) at = this.after(at);
    return at;
  }

  /** How many days from the first to the last the bank was open. */
  countOpen(first: string, last: string): number {
    let count = 0;
    for (let at = first; at <= last; at = this.after(at)) if (this.isOpen(at)) count += 1;
    return count;
  }
}
