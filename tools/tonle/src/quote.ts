import { UsageError, type GatewayClient } from './gateway-client.js';
import { lookUp, type PayeeOptions, type ShownLookup } from './lookup.js';
import { list, show, showAmount, table, type ShownAmount } from './output.js';
import { readAmountOption, type CommandContext } from './command-context.js';

interface ShownCandidate {
  readonly provider: string;
  readonly chosen: boolean;
  readonly rate?: string;
  readonly source?: ShownAmount;
  readonly target?: ShownAmount;
  readonly totalCostPercent?: string;
  readonly lostBecause?: string;
}

/** A quote as the public API gives it. */
export interface ShownQuote {
  readonly quoteId: string;
  readonly corridor: string;
  readonly fixed: 'source' | 'target';
  readonly source: ShownAmount;
  readonly target: ShownAmount;
  readonly rate: string;
  readonly midRate?: string;
  readonly fxProvider?: string;
  readonly settlementBank?: string;
  readonly fees: readonly { readonly kind: string; readonly payer: string; readonly amount: ShownAmount }[];
  readonly expiresAt: string;
  readonly candidates: readonly ShownCandidate[];
}

export interface QuoteOptions extends PayeeOptions {
  readonly lookup?: string;
  readonly amount?: string;
  /** Currency of the payer. */
  readonly from?: string;
  /** Currency of the payee. */
  readonly to?: string;
}

/** A quote for a looked-up payee; the amount may be absent when the code carries one. */
export function quoteFor(
  gateway: GatewayClient,
  found: ShownLookup,
  amount?: string,
  sourceCurrency?: string,
): Promise<ShownQuote> {
  const body = {
    lookupId: found.lookupId,
    ...(amount !== undefined && { amount: readAmountOption(amount, currencyOf(found)) }),
    ...(sourceCurrency !== undefined && { sourceCurrency }),
  };
  return gateway.ask('POST', '/v1/quotes', { body });
}

/** What people read at the till: the payee's own currency, where its network has told what that comes to. */
function currencyOf({ currency, partnerTerms }: ShownLookup): string {
  return partnerTerms?.settlementRate?.unitCurrency ?? currency;
}

/** `tonle quote` */
export async function runQuote({ output, gateway }: CommandContext, options: QuoteOptions): Promise<number> {
  const quote = await askQuote(gateway(), options);
  show(output, quote, () => quoteText(quote));
  return 0;
}

async function askQuote(gateway: GatewayClient, options: QuoteOptions): Promise<ShownQuote> {
  if (options.qr !== undefined || options.account !== undefined) {
    return quoteFor(gateway, await lookUp(gateway, options), options.amount, options.from);
  }
  if (options.lookup === undefined && options.to === undefined) {
    throw new UsageError(
      'Name the payee or the target currency: --qr TEXT, --lookup ID, or --to THB --amount "820.00 THB".',
    );
  }
  const body = {
    ...(options.lookup !== undefined && { lookupId: options.lookup }),
    ...(options.to !== undefined && { targetCurrency: options.to }),
    ...(options.from !== undefined && { sourceCurrency: options.from }),
    ...(options.corridor !== undefined && { corridor: options.corridor }),
    ...(options.amount !== undefined && { amount: readAmountOption(options.amount, options.to) }),
  };
  return gateway.ask('POST', '/v1/quotes', { body });
}

function quoteText(quote: ShownQuote): string {
  const facts = list([
    [
      'rate',
      `1 ${quote.source.currency} = ${quote.rate} ${quote.target.currency} by ${quote.fxProvider ?? quote.settlementBank}`,
    ],
    ['mid rate', quote.midRate],
    ['fees', quote.fees.map((fee) => `${fee.kind} ${showAmount(fee.amount)} (${fee.payer})`).join(', ')],
    ['fixed', quote.fixed],
    ['corridor', quote.corridor],
    ['expires', quote.expiresAt],
    ['quote id', quote.quoteId],
  ]);
  return `${showAmount(quote.source)} -> ${showAmount(quote.target)}\n${facts}\n${candidatesText(quote.candidates)}`;
}

/** Every provider that was considered, its total cost against mid, and why it was not chosen. */
function candidatesText(candidates: readonly ShownCandidate[]): string {
  const rows = candidates.map((candidate) => [
    `  ${candidate.provider}`,
    candidate.rate ?? '-',
    candidate.source === undefined ? '-' : showAmount(candidate.source),
    candidate.target === undefined ? '-' : showAmount(candidate.target),
    candidate.totalCostPercent === undefined ? '-' : `${candidate.totalCostPercent} %`,
    candidate.chosen ? 'chosen' : (candidate.lostBecause ?? ''),
  ]);
  return table([['  PROVIDER', 'RATE', 'SOURCE', 'TARGET', 'COST', ''], ...rows], [1, 2, 3, 4]);
}
