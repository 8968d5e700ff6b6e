import {
  auditDayOf,
  type AccruedFee,
  type CloseStep,
  type financeCalls,
  type FxPosition,
  type ListedInvoice,
  type PublishedJournalLine,
  type WholeInvoice,
} from '@tonle/contracts';
import { amount, divideRounded, formatRate, magnitude, rateBetween } from '@tonle/money';
import type { z } from 'zod';
import { showAmount, type PublicAmount } from '../http/public-amount.js';
import type {
  PublicChecklist,
  PublicFees,
  PublicInvoice,
  PublicInvoices,
  PublicJournal,
  PublicPositions,
} from './finance.schema.js';

type Exposure = z.infer<typeof financeCalls.fxPositions.response>['exposures'][number];

const RATE_FRACTIONS = 8;

const money = (currency: string, minor: string | bigint): PublicAmount =>
  showAmount({ currency, minor: minor.toString() });

export function showStep({ findingSha256, ...step }: CloseStep): PublicChecklist['steps'][number] {
  return { ...step, finding: findingSha256 };
}

/** Postings of payments are of the day on which they were booked. */
export function showJournalLine(line: PublishedJournalLine): PublicJournal['lines'][number] {
  const { currency, amountMinor, valueDate, ...rest } = line;
  return {
    ...rest,
    valueDate: valueDate ?? auditDayOf(Date.parse(line.at)),
    amount: money(currency, amountMinor),
  };
}

export function showPosition(
  position: FxPosition,
  exposures: readonly Exposure[],
): PublicPositions['positions'][number] {
  const { provider, corridor, base, counter, opening, closing, market } = position;
  const exposure = exposures.find((each) => each.provider === provider && each.currency === base);
  const average = averageRate(position);
  const inBase = (minor: string) => money(base, minor);
  const inCounter = (minor: string | bigint) => money(counter, minor);
  return {
    ...{ provider, corridor },
    opening: inBase(opening.quantityMinor),
    bought: inBase(position.boughtMinor),
    boughtFor: inCounter(position.boughtForMinor),
    sold: inBase(position.soldMinor),
    soldFor: inCounter(position.soldForMinor),
    settled: inBase(position.settledMinor),
    closing: inBase(closing.quantityMinor),
    cost: inCounter(closing.costMinor),
    ...(average === undefined ? {} : { averageRate: average }),
    ...(market === undefined ? {} : { market }),
    openingResult: inCounter(BigInt(opening.earnedMinor) + BigInt(opening.unrealisedMinor)),
    spread: inCounter(position.spreadMinor),
    residual: inCounter(position.residualMinor),
    realised: inCounter(position.realisedMinor),
    unrealisedChange: inCounter(position.unrealisedChangeMinor),
    unrealised: inCounter(closing.unrealisedMinor),
    closingResult: inCounter(BigInt(closing.earnedMinor) + BigInt(closing.unrealisedMinor)),
    ...(exposure === undefined ? {} : { exposure: showExposure(exposure) }),
  };
}

/** What a unit of what is held has cost. */
function averageRate({ base, counter, closing }: FxPosition): string | undefined {
  const [quantity, cost] = [BigInt(closing.quantityMinor), BigInt(closing.costMinor)];
  if (quantity === 0n) return undefined;
  return formatRate(
    rateBetween(amount(base, magnitude(quantity)), amount(counter, magnitude(cost)), RATE_FRACTIONS),
  );
}

function showExposure({ currency, limitMinor, usedMinor }: Exposure) {
  const limit = BigInt(limitMinor);
  const hundredths = limit === 0n ? 0n : divideRounded(BigInt(usedMinor) * 10_000n, limit, 'half_even');
  const digits = hundredths.toString().padStart(3, '0');
  return {
    limit: money(currency, limitMinor),
    used: money(currency, usedMinor),
    usedPercent: `${digits.slice(0, -2)}.${digits.slice(-2)}`,
  };
}

export function showFee({ currency, amountMinor, ...fee }: AccruedFee): PublicFees['fees'][number] {
  return { ...fee, amount: money(currency, amountMinor) };
}

export function showInvoice(invoice: ListedInvoice): PublicInvoices['invoices'][number] {
  const { currency, amountMinor, taxMinor, tax, paidMinor, ...rest } = invoice;
  return {
    ...rest,
    amount: money(currency, amountMinor),
    ...(tax !== undefined && { tax: { ...tax, levied: money(currency, taxMinor) } }),
    paid: money(currency, paidMinor),
    due: money(currency, BigInt(amountMinor) - BigInt(paidMinor)),
  };
}

export function showWholeInvoice({ lines, ...invoice }: WholeInvoice): PublicInvoice {
  return {
    ...showInvoice(invoice),
    lines: lines.map(({ amountMinor, taxMinor, ...line }) => ({
      ...line,
      amount: money(invoice.currency, amountMinor),
      levied: money(invoice.currency, taxMinor),
    })),
  };
}
