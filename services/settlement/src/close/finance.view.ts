import type {
  AccruedFee,
  CloseStep,
  FxPosition,
  ListedInvoice,
  ListedPeriod,
  PublishedJournalLine,
} from '@tonle/contracts';
import type { PositionDay, PositionState } from '../fx-position/fx-position.js';
import type { Accrual } from '../invoice/invoice.js';
import type { PaidInvoice } from '../invoice/invoice.service.js';
import type { IssuedInvoice } from '../invoice/invoice.store.js';
import type { JournalLine } from '../journal/journal.store.js';
import type { CheckedStep, PeriodRow } from './close.js';

// The books as calls tell them: amounts are text.

/** A period that was never closed has no row yet. */
export function showPeriod(period: string, row: PeriodRow | undefined): ListedPeriod {
  if (row === undefined) return { period, state: 'open', version: 0 };
  const { state, version, sha256, closedAt, closedBy } = row;
  return {
    ...{ period, state, version },
    ...(sha256 === null || closedAt === null || closedBy === null
      ? {}
      : { sha256, closedAt: closedAt.toISOString(), closedBy }),
  };
}

/** A step of a kept report lacks what it may and needs: it is decided. */
export function showStep(step: CheckedStep): CloseStep {
  const { note, mayCarry = false, needsPerson = false, ...rest } = step;
  return {
    ...rest,
    ...{ mayCarry, needsPerson, problems: [...step.problems] },
    ...(note === undefined
      ? {}
      : {
          note: {
            note: note.note,
            operator: note.operator,
            participant: note.participant,
            at: note.at,
          },
        }),
  };
}

const text = (minor: bigint): string => minor.toString();

const showState = (state: PositionState): FxPosition['opening'] => ({
  quantityMinor: text(state.quantityMinor),
  costMinor: text(state.costMinor),
  earnedMinor: text(state.earnedMinor),
  unrealisedMinor: text(state.unrealisedMinor),
});

export function showPosition(position: PositionDay): FxPosition {
  const { provider, corridor, base, counter, day, opening, closing, market } = position;
  return {
    ...{ provider, corridor, base, counter, day },
    opening: showState(opening),
    closing: showState(closing),
    boughtMinor: text(position.boughtMinor),
    boughtForMinor: text(position.boughtForMinor),
    soldMinor: text(position.soldMinor),
    soldForMinor: text(position.soldForMinor),
    settledMinor: text(position.settledMinor),
    spreadMinor: text(position.spreadMinor),
    residualMinor: text(position.residualMinor),
    realisedMinor: text(position.realisedMinor),
    unrealisedChangeMinor: text(position.unrealisedChangeMinor),
    ...(market === undefined ? {} : { market }),
  };
}

/** Accruals with the invoices of their month. */
export function showFees(accruals: readonly Accrual[], invoices: readonly IssuedInvoice[]): AccruedFee[] {
  const keyOf = ({ side, counterparty, currency }: Pick<Accrual, 'side' | 'counterparty' | 'currency'>) =>
    [side, counterparty, currency].join(' ');
  const numbers = new Map(invoices.map((invoice) => [keyOf(invoice), invoice.number]));
  return accruals.map(({ amountMinor, ...accrual }) => {
    const number = numbers.get(keyOf(accrual));
    return { ...accrual, amountMinor: text(amountMinor), ...(number === undefined ? {} : { number }) };
  });
}

export function showInvoice(invoice: PaidInvoice): ListedInvoice {
  const { number, side, counterparty, currency, month, dueOn, taxName: name, taxPercent: percent } = invoice;
  const { amountMinor, taxMinor, paidMinor, issuedAt } = invoice;
  return {
    ...{ number, side, counterparty, currency, month, dueOn },
    amountMinor: text(amountMinor),
    taxMinor: text(taxMinor),
    ...(name === null || percent === null ? {} : { tax: { name, percent } }),
    paidMinor: text(paidMinor),
    issuedAt: issuedAt.toISOString(),
  };
}

export function showJournalLine(line: JournalLine): PublishedJournalLine {
  const { at, amountMinor, windowId, valueDate, ...rest } = line;
  return {
    ...rest,
    at: at.toISOString(),
    amountMinor: text(amountMinor),
    ...(windowId === null ? {} : { windowId }),
    ...(valueDate === null ? {} : { valueDate }),
  };
}
