import { printableValue } from '@tonle/contracts';
import { normaliseProxy } from '@tonle/emvqr';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { list, show, showAmount, type ShownAmount } from './output.js';
import type { CommandContext } from './command-context.js';

/** A payee as the public API gives it. */
export interface ShownLookup {
  readonly lookupId: string;
  readonly corridor: string;
  readonly payee: { readonly displayName: string; readonly account: string; readonly accountType: string };
  readonly currency: string;
  readonly amount?: ShownAmount;
  readonly qrExpiresAt?: string;
  readonly validUntil: string;
  readonly remittance?: string;
}

export interface PayeeOptions {
  readonly qr?: string;
  readonly account?: string;
  readonly type?: string;
  readonly country?: string;
}

/** Looks a payee up by the text of a code, or by account, type and country. Throws UsageError without either. */
export async function lookUp(gateway: GatewayClient, options: PayeeOptions): Promise<ShownLookup> {
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
  if (normal.kind === 'refused') throw new UsageError(`"${account}": ${normal.detail}`);
  return normal.value;
}

/** `tonle lookup` */
export async function runLookup({ output, gateway }: CommandContext, options: PayeeOptions): Promise<number> {
  const found = await lookUp(gateway(), options);
  show(output, found, () => `${printableValue(found.payee.displayName)}\n${lookupFacts(found)}`);
  return 0;
}

function lookupFacts(found: ShownLookup): string {
  return list([
    ['account', `${found.payee.account} (${found.payee.accountType})`],
    ['currency', found.currency],
    ['amount', found.amount === undefined ? 'the payer enters it' : showAmount(found.amount)],
    ['remittance', found.remittance],
    ['corridor', found.corridor],
    ['QR code expires', found.qrExpiresAt],
    ['valid until', found.validUntil],
    ['lookup id', found.lookupId],
  ]);
}
