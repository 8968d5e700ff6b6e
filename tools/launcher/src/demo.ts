import { formatPayable, parseAmount } from '@tonle/money';
import { ApiClient, newIdempotencyKey } from '@tonle/tool-tonle';
import { attempt, expectOk, type Print } from './attempt.js';
import { askedAmount, askedPayee, type NetworkFlow } from './flows.js';
import type { Running } from './running.js';

const DEMO_BANK = 'KHMEKONG';
const DEMO_PAYER = 'Sok Dara';
const FX_WAIT_MS_MAX = 15_000;
const RETRY_MS = 100;

interface Money {
  readonly currency: string;
  readonly amount: string;
}

interface Quote {
  readonly quoteId: string;
  readonly source: Money;
  readonly target: Money;
  readonly rate: string;
  readonly fxProvider: string;
}

interface ShownPayment {
  readonly paymentId: string;
  readonly uetr: string;
  readonly state: string;
  readonly isoStatus: string;
  readonly problem?: { readonly title: string; readonly detail?: string };
  readonly source: Money;
  readonly target: Money;
  readonly rate?: string;
  readonly fxProvider?: string;
  readonly partnerReferences: Readonly<Record<string, string>>;
  readonly history: readonly { readonly event: string; readonly to: string; readonly at: string }[];
}

interface InboundReport {
  readonly state: string;
  readonly uetr: string;
  readonly source: { readonly currency: string; readonly amount: string };
  readonly target: { readonly currency: string; readonly amount: string };
  readonly rate: string;
  readonly reference?: string;
  readonly reason?: string;
  readonly latencyMs: number;
  readonly steps: readonly { readonly step: string; readonly ms: number; readonly detail?: string }[];
}

interface Shown {
  readonly print: Print;
  /** With all steps and references. */
  readonly steps: boolean;
}

/**
 * Pays a code of every one of these networks from a Bakong account and a KHQR code from an account of every network, through the public
 * doors, and prints what came of it, the first network's with all steps. True when all completed; what went wrong is told
 * in a line, whatever it is, and what runs goes on.
 */
export async function payBothWays(
  running: Running,
  print: Print,
  flows: readonly NetworkFlow[],
): Promise<boolean> {
  let completed = true;
  for (const flow of flows) {
    const shown = { print, steps: flow === flows[0] };
    const outbound = await attempt(`outbound payment to ${flow.place}`, print, () =>
      payAbroad(running, flow, shown),
    );
    const inbound = await attempt(`inbound payment of ${flow.visitor}`, print, () =>
      payAtHome(running, flow, shown),
    );
    completed &&= outbound && inbound;
  }
  return completed;
}

async function control<T>(running: Running, path: string, body: unknown): Promise<T> {
  const response = await fetch(`${running.controlUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the sandbox refused ${path} (${response.status}): ${text}`);
  return JSON.parse(text) as T;
}

/** Providers push their rates when they have found the gateway: the first moments may have none. */
async function firstQuote(client: ApiClient, asked: object): Promise<Quote> {
  const end = performance.now() + FX_WAIT_MS_MAX;
  for (;;) {
    const answer = await client.post<Quote & { code?: string }>('/v1/quotes', {
      ...asked,
      sourceCurrency: 'KHR',
    });
    if (answer.ok || performance.now() > end) return expectOk(Promise.resolve(answer), 'the quote');
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
}

async function payAbroad(
  running: Running,
  { network, place, outbound }: NetworkFlow,
  { print, steps }: Shown,
): Promise<boolean> {
  const client = ApiClient.forSandbox(running.home, running.gatewayUrl, DEMO_BANK);
  const asked = await askedPayee(
    outbound,
    async (code) => (await control<{ qrText: string }>(running, `/control/${network}/qr`, code)).qrText,
  );
  const lookup = await expectOk(
    client.post<{ lookupId: string; payee: { displayName: string } }>('/v1/lookups', asked),
    'the lookup',
  );
  const quote = await firstQuote(client, { lookupId: lookup.lookupId, ...askedAmount(outbound) });
  const started = performance.now();
  const debtor = { name: DEMO_PAYER, account: outbound.payer };
  const payment = await expectOk(
    client.post<ShownPayment>(
      '/v1/payments',
      { lookupId: lookup.lookupId, quoteId: quote.quoteId, debtor },
      { 'idempotency-key': newIdempotencyKey(), prefer: 'wait=20' },
    ),
    'the payment',
  );
  const tookMs = Math.round(performance.now() - started);
  const by = 'qrText' in asked ? 'by QR code' : `at ${asked.account}`;
  print(`\nOutbound: ${outbound.payer} pays ${lookup.payee.displayName} in ${place} ${by}`);
  print(`  ${money(payment.source)} at ${payment.rate} (${payment.fxProvider}) = ${money(payment.target)}`);
  if (steps) {
    printHistory(payment, print);
    printReferences({ UETR: payment.uetr, ...payment.partnerReferences }, print);
  }
  print(`  ${payment.isoStatus} ${payment.state}, ${tookMs} ms from the bank's request to its answer`);
  if (payment.problem !== undefined) print(`  ${payment.problem.title} ${payment.problem.detail ?? ''}`);
  return payment.state === 'completed';
}

async function payAtHome(
  running: Running,
  { network, visitor, inbound }: NetworkFlow,
  { print, steps }: Shown,
): Promise<boolean> {
  const { qrText } = await control<{ qrText: string }>(running, '/control/qr/khqr', inbound.code);
  const paid = await control<InboundReport>(running, `/control/${network}/pay`, { qrText });
  print(`\nInbound: ${visitor} pays ${inbound.code.account} by KHQR code`);
  print(`  ${money(paid.source)} at ${paid.rate} = ${money(paid.target)}`);
  if (steps) {
    for (const { step, ms, detail } of paid.steps)
      print(`  ${milliseconds(ms)}  ${step}${detail === undefined ? '' : `  ${detail}`}`);
    printReferences(
      { UETR: paid.uetr, ...(paid.reference === undefined ? {} : { reference: paid.reference }) },
      print,
    );
  }
  const totalMs = paid.steps.at(-1)?.ms ?? 0;
  print(
    `  ${paid.state} ${Math.round(totalMs)} ms after the scan; the payment alone, from its first byte to the final ` +
      `answer, took ${Math.round(paid.latencyMs)} ms`,
  );
  if (paid.reason !== undefined) print(`  reason ${paid.reason}`);
  return paid.state === 'completed';
}

function printHistory(payment: ShownPayment, print: Print): void {
  const first = Date.parse(payment.history[0]?.at ?? '');
  for (const { to, event, at } of payment.history)
    print(`  ${milliseconds(Date.parse(at) - first)}  ${to}  (${event})`);
}

function printReferences(references: Readonly<Record<string, string>>, print: Print): void {
  for (const [name, value] of Object.entries(references)) print(`  ${name}: ${value}`);
}

/** As its payers write it: riel without decimals. */
function money({ currency, amount }: Money): string {
  const read = parseAmount(currency, amount);
  return `${read.kind === 'ok' ? formatPayable(read.amount) : amount} ${currency}`;
}

const milliseconds = (ms: number) => `${String(Math.round(ms)).padStart(6)} ms`;
