import { refused, type Deed, type LedgerEntry, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { feeReceivableAccount, taxPayableAccount } from '@tonle/ledger';
import { minorText } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { recordDeeds, type Platform } from '@tonle/platform';
import { endOfAccountingDay, firstDayOf, lastDayOf, startOfAccountingDay } from '../close/accounting-day.js';
import { isClosed, lockPeriods } from '../close/close.store.js';
import { paidByName } from '../bank/invoice-allocation.store.js';
import type { ProvenLedger } from '../journal/proven-ledger.js';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { accrualsBetween, paidSums, type PaidSum } from './accrual.store.js';
import { allocatePaid, draftInvoices, type TaxOf } from './invoice.decide.js';
import { INVOICE_DUE_DAYS, TAX_TRANSFER, type Accrual } from './invoice.js';
import {
  findInvoice,
  invoicesOf,
  invoicesOfMonth,
  issueInvoices,
  linesOf,
  listInvoices,
  type InvoiceFilter,
  type IssuedInvoice,
  type NumberedInvoice,
} from './invoice.store.js';
import type { TaxPolicy } from './tax-policy.js';

const DAY_MS = 86_400_000;

export interface PaidInvoice extends IssuedInvoice {
  readonly paidMinor: bigint;
}

interface IssueRequest {
  readonly month: string;
  readonly operator: string;
  readonly participant: string;
  readonly reason: string;
}

/** Invoices of months that are over: what was accrued, by whom it is owed, what is paid of it. */
export class InvoiceService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly ledger: ProvenLedger,
    private readonly entries: Pick<LedgerEntries, 'post'>,
    private readonly taxes: TaxPolicy,
    private readonly directory: Pick<Directory, 'participant'>,
  ) {}

  /**
   * Issues what the month lacks; asked again it issues nothing. Refuses `period_not_over`, `ledger_not_known_yet` and `period_closed`,
   * when there is something to issue in a month that is closed.
   */
  async issue({ month, operator, participant, reason }: IssueRequest): Promise<string[] | Refusal> {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const end = endOfAccountingDay(lastDayOf(month));
    if (nowMs < end.getTime()) return refused('period_not_over', `${month} ends at ${end.toISOString()}.`);
    if (!(await this.ledger.reaches(database, end))) return refused('ledger_not_known_yet');
    const drafts = draftInvoices(await this.accruals(database, month), this.taxOf(month));
    return database.transaction(async (transaction) => {
      await lockPeriods(transaction);
      const known = await invoicesOfMonth(transaction, month);
      if (known.length < drafts.length && (await isClosed(transaction, month)))
        return refused('period_closed', `${month} is closed.`);
      const of = { month, dueOn: dueOn(month), at: new Date(nowMs), operator };
      const issued = await issueInvoices(transaction, drafts, of);
      if (issued.length === 0) return [];
      const numbers = issued.map(({ number }) => number);
      await this.entries.post(transaction, issued.flatMap(taxEntryOf));
      const deed: Deed = {
        atMs: nowMs,
        actor: { kind: 'operator', name: operator, participant },
        action: 'invoice.issue',
        object: month,
        after: { numbers },
        reason,
      };
      await recordDeeds(transaction, 'settlement', [deed]);
      return numbers;
    });
  }

  /** Which tax is on the services of a month. */
  private taxOf(month: string): TaxOf {
    return (id) => this.taxes.taxOf({ id, country: this.directory.participant(id)?.country }, month);
  }

  /** What was accrued in a month. */
  accruals(database: Queryable, month: string): Promise<Accrual[]> {
    return accrualsBetween(
      database,
      startOfAccountingDay(firstDayOf(month)),
      endOfAccountingDay(lastDayOf(month)),
    );
  }

  async list(filter: InvoiceFilter): Promise<PaidInvoice[]> {
    return this.withPaid(await listInvoices(this.platform.database, filter));
  }

  async find(number: string) {
    const { database } = this.platform;
    const found = await findInvoice(database, number);
    if (found === undefined) return undefined;
    const [invoice] = await this.withPaid([found]);
    return { ...invoice!, lines: await linesOf(database, number) };
  }

  /** What of the accruals of a month is not on its invoices, or is not as it is there. */
  async uninvoiced(database: Queryable, month: string): Promise<string[]> {
    const issued = new Map(
      (await invoicesOfMonth(database, month)).map((invoice) => [
        keyOf(invoice),
        invoice.amountMinor - invoice.taxMinor,
      ]),
    );
    const drafts = draftInvoices(await this.accruals(database, month));
    return drafts
      .filter((draft) => issued.get(keyOf(draft)) !== draft.amountMinor)
      .map((draft) => {
        const there = issued.get(keyOf(draft));
        const said =
          there === undefined ? 'no invoice' : `the invoice says ${minorText(there, draft.currency)}`;
        return `${keyOf(draft)}: accrued ${minorText(draft.amountMinor, draft.currency)}, ${said}`;
      });
  }

  private async withPaid(invoices: readonly IssuedInvoice[]): Promise<PaidInvoice[]> {
    const { database } = this.platform;
    const all = await invoicesOf(database, [...new Set(invoices.map(({ counterparty }) => counterparty))]);
    const named = await paidByName(
      database,
      all.map(({ number }) => number),
    );
    const paid = new Map<string, bigint>();
    for (const sum of groupsOf(all, await paidSums(database)))
      for (const [number, minor] of allocatePaid(sum.invoices, sum.paidMinor, named).paid)
        paid.set(number, minor);
    return invoices.map((invoice) => ({ ...invoice, paidMinor: paid.get(invoice.number)! }));
  }
}

/** What an invoice's payer owes to the authority through us. */
function taxEntryOf({ number, counterparty, currency, taxMinor }: NumberedInvoice): LedgerEntry[] {
  if (taxMinor === 0n) return [];
  const [payer, authority] = [feeReceivableAccount(counterparty, currency), taxPayableAccount(currency)];
  const isBack = taxMinor < 0n;
  return [
    {
      entryId: `tax:${number}`,
      kind: TAX_TRANSFER,
      currency,
      debit: isBack ? authority : payer,
      credit: isBack ? payer : authority,
      minor: (isBack ? -taxMinor : taxMinor).toString(),
      reason: `the tax of ${number}`,
    },
  ];
}

const keyOf = ({ side, counterparty, currency }: Pick<Accrual, 'side' | 'counterparty' | 'currency'>) =>
  [side, counterparty, currency].join(' ');

function groupsOf(invoices: readonly IssuedInvoice[], sums: readonly PaidSum[]) {
  const paid = new Map(sums.map((sum) => [keyOf(sum), sum.paidMinor]));
  const keys = [...new Set(invoices.map(keyOf))];
  return keys.map((key) => ({
    invoices: invoices.filter((invoice) => keyOf(invoice) === key),
    paidMinor: paid.get(key) ?? 0n,
  }));
}

function dueOn(month: string): string {
  return new Date(Date.parse(`${lastDayOf(month)}T00:00:00Z`) + INVOICE_DUE_DAYS * DAY_MS)
    .toISOString()
    .slice(0, 10);
}
