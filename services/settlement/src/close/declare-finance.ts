import type { KeyObject } from 'node:crypto';
import { financeCalls, refused } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Service } from '@tonle/platform';
import { signManifest } from '@tonle/security';
import type { FxPositionService } from '../fx-position/fx-position.service.js';
import type { ReferenceRateChange } from '../fx-position/reference-rate.kind.js';
import type { InvoiceService } from '../invoice/invoice.service.js';
import { invoicesOfMonth } from '../invoice/invoice.store.js';
import type { ProvenLedger } from '../journal/proven-ledger.js';
import { journalPage } from '../journal/journal.store.js';
import { endOfAccountingDay } from './accounting-day.js';
import type { CloseService } from './close.service.js';
import { listPeriods, readReport } from './close.store.js';
import {
  showFees,
  showInvoice,
  showJournalLine,
  showPeriod,
  showPosition,
  showStep,
} from './finance.view.js';
import type { PeriodReopening } from './period-reopening.js';

const RATES_EVERY_MS = 60_000;

/** What answers about the books. */
export interface FinanceParts {
  readonly database: Database;
  readonly ledger: ProvenLedger;
  readonly close: CloseService;
  readonly reopening: PeriodReopening;
  readonly positions: FxPositionService;
  readonly rates: ReferenceRateChange;
  readonly invoices: InvoiceService;
  /** Signs reports of closed periods, when there is a key. */
  readonly key: KeyObject | undefined;
}

/** Answers the calls of finance, and takes the reference rates of each day that ends. */
export function declareFinance(service: Service, parts: FinanceParts): void {
  declareClose(service, parts);
  declarePositions(service, parts);
  declareInvoices(service, parts);
}

function declareClose(service: Service, { database, ledger, close, reopening, key }: FinanceParts): void {
  service.call(financeCalls.periods, async ({ before = null, ...filter }) => {
    const rows = await listPeriods(database, { ...filter, before });
    return { periods: rows.map((row) => showPeriod(row.period, row)) };
  });
  service.call(financeCalls.checklist, async ({ period }) => {
    const { row, steps } = await close.checklist(period);
    return { ...showPeriod(period, row), steps: steps.map(showStep) };
  });
  service.call(financeCalls.signStep, async (request) => (await close.sign(request)) ?? { kind: 'done' });
  service.call(financeCalls.closePeriod, (request) => close.close(request));
  service.call(financeCalls.proposeReopening, (request) => reopening.propose(request));
  service.call(financeCalls.closeReport, async ({ period, version }) => {
    const kept = await readReport(database, period, version);
    if (kept === undefined) return refused('not_found');
    const { report, sha256, closedAt, operator, reopenedAt } = kept;
    return {
      kind: 'found',
      ...{ period, version: kept.version, report, sha256, closedBy: operator },
      closedAt: closedAt.toISOString(),
      ...(key === undefined ? {} : { signature: signManifest(Buffer.from(report), key).toString('base64') }),
      ...(reopenedAt === null ? {} : { reopenedAt: reopenedAt.toISOString() }),
    } as const;
  });
  service.call(financeCalls.journal, async ({ day, after, limit }) => {
    const lines = await journalPage(database, day, after, limit);
    if (lines === undefined) return refused('not_found', `There is no line ${after}.`);
    const complete = lines.length < limit && (await ledger.reaches(database, endOfAccountingDay(day)));
    return { kind: 'page', lines: lines.map(showJournalLine), complete } as const;
  });
}

function declarePositions(service: Service, { database, positions, rates }: FinanceParts): void {
  service.call(financeCalls.fxPositions, async ({ day }) => ({
    positions: (await positions.positions(database, day)).map(showPosition),
    exposures: await positions.exposures(),
  }));
  service.call(financeCalls.setReferenceRate, (request) => rates.propose(request));
  service.job('take-reference-rates', RATES_EVERY_MS, positions.takeRates, { firstAfterMs: RATES_EVERY_MS });
}

function declareInvoices(service: Service, { database, invoices }: FinanceParts): void {
  service.call(financeCalls.fees, async ({ month }) => ({
    fees: showFees(await invoices.accruals(database, month), await invoicesOfMonth(database, month)),
  }));
  service.call(financeCalls.issueInvoices, async (request) => {
    const numbers = await invoices.issue(request);
    return 'kind' in numbers ? numbers : ({ kind: 'issued', numbers } as const);
  });
  service.call(financeCalls.invoices, async ({ month, counterparty, before, limit }) => ({
    invoices: (await invoices.list({ month, counterparty, before, limit })).map(showInvoice),
  }));
  service.call(financeCalls.invoice, async ({ number }) => {
    const found = await invoices.find(number);
    if (found === undefined) return refused('not_found');
    const lines = found.lines.map((line) => ({
      ...line,
      amountMinor: line.amountMinor.toString(),
      taxMinor: line.taxMinor.toString(),
    }));
    return { kind: 'found', invoice: { ...showInvoice(found), lines } } as const;
  });
}
