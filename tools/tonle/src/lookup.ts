import { printableValue } from '@tonle/contracts';
import { normaliseProxy } from '@tonle/emvqr';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { list, show, showAmount, table, type ShownAmount } from './output.js';
import type { ShownPartnerTerms } from './partner-terms.js';
import type { CommandContext } from './command-context.js';

/** A way to pay a payee, as the public API gives it. */
interface ShownOffer {
  readonly lookupId: string;
  readonly corridor: string;
  readonly payee: { readonly displayName: string; readonly account: string; readonly accountType: string };
  readonly currency: string;
  readonly amount?: ShownAmount;
  readonly qrExpiresAt?: string;
  readonly validUntil: string;
  readonly remittance?: string;
  readonly partnerTerms?: ShownPartnerTerms;
  readonly network?: string;
  readonly rankedBecause?: string;
  readonly price?: { readonly source?: ShownAmount; readonly totalCostPercent?: string };
}

/** A payee as the public API gives it. */
export interface ShownLookup extends ShownOffer {
  readonly offers?: readonly ShownOffer[];
  readonly notOffered?: readonly {
    readonly corridor: string;
    readonly network: string;
    readonly code: string;
    readonly detail?: string;
  }[];
}

export interface PayeeOptions {
  readonly qr?: string;
  readonly account?: string;
  readonly type?: string;
  readonly country?: string;
  readonly corridor?: string;
}

/**
 * Looks a payee up by the text of a code, or by account, type and country: the best offer, or the one of a corridor. Throws
 * UsageError without any of these, and for a corridor that does not offer it.
 */
export async function lookUp(gateway: GatewayClient, options: PayeeOptions): Promise<ShownLookup> {
  const found = await askPayee(gateway, options);
  const { corridor } = options;
  if (corridor === undefined) return found;
  const { offers = [found], notOffered } = found;
  const chosen = offers.find((offer) => offer.corridor === corridor);
  if (chosen !== undefined) return { ...chosen, offers, ...(notOffered !== undefined && { notOffered }) };
  const there = offers.map((offer) => offer.corridor).join(', ');
  throw new UsageError(`Corridor ${corridor} does not offer this payee; use one of ${there}.`);
}

async function askPayee(gateway: GatewayClient, options: PayeeOptions): Promise<ShownLookup> {
  if (options.qr !== undefined) return gateway.ask('POST', '/v1/lookups', { body: { qrText: options.qr } });
  const { account, type, country = 'TH' } = options;
  if (account === undefined || type === undefined) {
    throw new UsageError('Name the payee: --qr TEXT, or --account ACCOUNT --type TYPE [--country TH].');
  }
  const body = { account: normalAccount(account, type, country), accountType: type, country };
  return gateway.ask('POST', '/v1/lookups', { body });
}

/** People write telephone numbers in many ways; the network knows one. */
function normalAccount(account: string, type: string, country: string): string {
  if (country !== 'TH') return account;
  const normal = normaliseProxy('PROMPTPAY', type, account);
  if (normal.kind === 'refused')
    throw new UsageError(`"${account}": ${normal.detail} Of another country: --country.`);
  return normal.value;
}

/** `tonle lookup` */
export async function runLookup({ output, gateway }: CommandContext, options: PayeeOptions): Promise<number> {
  const found = await lookUp(gateway(), options);
  const text = () =>
    [printableValue(found.payee.displayName), lookupFacts(found), ...otherWays(found)].join('\n');
  show(output, found, text);
  return 0;
}

/** Every offer with its price and place, and who is not among them. */
function otherWays({ offers = [], notOffered = [] }: ShownLookup): string[] {
  if (offers.length + notOffered.length < 2) return [];
  const rows = offers.map(({ corridor, network = '', price, rankedBecause = '' }) => [
    `  ${corridor}`,
    network,
    price?.source === undefined ? '-' : showAmount(price.source),
    price?.totalCostPercent === undefined ? '-' : `${price.totalCostPercent} %`,
    rankedBecause,
  ]);
  const others = notOffered.map(({ corridor, network, code, detail }) => [
    `  ${corridor}`,
    network,
    '-',
    '-',
    detail === undefined ? code : `${code}: ${detail}`,
  ]);
  return [table([['  CORRIDOR', 'NETWORK', 'SOURCE', 'COST', ''], ...rows, ...others], [2, 3])];
}

function lookupFacts(found: ShownLookup): string {
  return list([
    ['account', `${found.payee.account} (${found.payee.accountType})`],
    ['currency', found.currency],
    ["payee's own", ownRate(found.partnerTerms)],
    ['amount', found.amount === undefined ? 'the payer enters it' : showAmount(found.amount)],
    ['remittance', found.remittance],
    ['corridor', found.corridor],
    ['QR code expires', found.qrExpiresAt],
    ['valid until', found.validUntil],
    ['lookup id', found.lookupId],
  ]);
}

/** The payee's own currency, when its network settles another. */
function ownRate({ settlementRate: told }: ShownPartnerTerms = {}): string | undefined {
  return told === undefined
    ? undefined
    : `${told.unitCurrency}, of which 1 comes to ${told.rate} ${told.quotedCurrency}`;
}
