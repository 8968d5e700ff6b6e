import { counted } from '@tonle/contracts';
import { moreText, type CommandContext } from './command-context.js';
import type { GatewayClient } from './gateway-client.js';
import { legWords, type LegWords } from './leg-words.js';
import { list, show, showAmount, table, type ShownAmount } from './output.js';
import type { ShownPartnerTerms } from './partner-terms.js';
import { refundFacts, type ShownRefunds } from './refund-facts.js';

// What operators look at until the console stands. All of it is the public API, signed by OPERATOR unless told otherwise.

export const OPERATOR = 'OPERATOR';

export interface ShownOperatorPayment extends ShownRefunds {
  readonly paymentId: string;
  readonly uetr: string;
  readonly state: string;
  readonly isoStatus: string;
  readonly reason?: string;
  readonly direction: string;
  readonly corridor: string;
  readonly debtorAgent: string;
  readonly creditorAgent: string;
  readonly source: ShownAmount;
  readonly target: ShownAmount;
  readonly rate: string;
  readonly fxProvider?: string;
  readonly settlementBank?: string;
  readonly partnerTerms?: ShownPartnerTerms;
  readonly partnerRefs: Readonly<Record<string, string | undefined>>;
  readonly receivedAt: string;
  readonly completedAt?: string;
  readonly windows: readonly { readonly windowId: string }[];
  readonly history: readonly {
    readonly event: string;
    readonly to: string;
    readonly at: string;
    readonly times?: number;
  }[];
}

interface Leg extends LegWords {
  readonly adapter: string;
  readonly outcome?: string;
  readonly partnerReference?: string;
  readonly attempts: number;
  readonly enquiries: number;
  readonly answered?: number;
  readonly nextEnquiryAt?: string;
  readonly decided?: {
    readonly paid: boolean;
    readonly partnerReference?: string;
    readonly proposalId: string;
    readonly at: string;
  };
}

interface PaymentDetail {
  readonly payment: ShownOperatorPayment;
  readonly legs: readonly Leg[];
  readonly silentAdapters: readonly string[];
}

export interface PaymentPage {
  readonly payments: readonly ShownOperatorPayment[];
  readonly next?: string;
}

interface Break {
  readonly breakId: string;
  readonly type: string;
  readonly severity: number;
  readonly partner: string;
  readonly day: string;
  readonly state: string;
  readonly ours?: ShownAmount;
  readonly theirs?: ShownAmount;
  readonly owner?: string;
  readonly paymentId?: string;
  readonly detail: string;
  readonly proof?: { readonly lineId?: string; readonly days: readonly string[] };
}

interface Action {
  readonly at: string;
  readonly operator: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly detail?: string;
}

interface ActionPage {
  readonly actions: readonly Action[];
  readonly next?: string;
  readonly silentServices: readonly string[];
}

/** Query options by their names in the API. */
export type Filter = Readonly<Record<string, string | undefined>>;

/** What was given, as the query of a path. */
export const queryOf = (filter: Filter): string => {
  const given = Object.entries(filter).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
};

export const searchPage = (gateway: GatewayClient, filter: Filter): Promise<PaymentPage> =>
  gateway.ask('GET', `/v1/ops/payments${queryOf(filter)}`);

export const breaksOf = async (gateway: GatewayClient, filter: Filter): Promise<readonly Break[]> =>
  (await gateway.ask<{ breaks: readonly Break[] }>('GET', `/v1/ops/breaks${queryOf(filter)}`)).breaks;

/** `tonle ops payments`: whoever's payments, newest first; with --json one per line. */
export async function runOpsPayments(
  { output, gateway, again }: CommandContext,
  filter: Filter,
): Promise<number> {
  const { payments, next } = await searchPage(gateway(OPERATOR), filter);
  if (output.json) {
    for (const payment of payments) output.out(JSON.stringify(payment));
    return 0;
  }
  const rows = payments.map(({ paymentId, receivedAt, state, corridor, direction, source, target }) => [
    paymentId,
    receivedAt,
    state,
    corridor,
    direction,
    showAmount(source),
    showAmount(target),
  ]);
  output.out(rows.length === 0 ? 'No payment matches.' : table(rows, [5, 6]));
  if (next !== undefined) output.out(moreText(again, 'ops payments', filter, next));
  return 0;
}

/** `tonle ops payment`: one payment with its legs and what happened. */
export async function runOpsPayment({ output, gateway }: CommandContext, id: string): Promise<number> {
  const asked = gateway(OPERATOR);
  const { payments } = await searchPage(asked, { id, limit: '1' });
  if (payments[0] === undefined) {
    show(output, { found: false, id }, () => `No payment ${id} found.`);
    return 1;
  }
  const found = await asked.ask<PaymentDetail>('GET', `/v1/ops/payments/${payments[0].paymentId}`);
  show(output, found, () => detail(found));
  return 0;
}

function detail({ payment, silentAdapters, ...found }: PaymentDetail): string {
  const steps = payment.history.map(({ at, event, to, times }) => [
    `  ${at}`,
    to,
    times === undefined ? event : `${event} (${counted(times, 'time')})`,
  ]);
  const legs = found.legs.map(({ leg, adapter, outcome, attempts, enquiries, ...more }) => [
    `  ${leg}`,
    adapter,
    outcome ?? 'no answer yet',
    `${counted(attempts, 'attempt')}, ${counted(enquiries, 'enquiry', 'enquiries')}${
      more.answered === undefined ? '' : ` (${more.answered} answered)`
    }`,
    more.nextEnquiryAt === undefined ? (more.partnerReference ?? '') : `next enquiry ${more.nextEnquiryAt}`,
    ...(more.decided === undefined ? [] : [decidedWords(more.decided)]),
  ]);
  return [
    `${payment.paymentId}  ${payment.state} (${payment.isoStatus})`,
    list([
      ['uetr', payment.uetr],
      ['corridor', `${payment.corridor} ${payment.direction}`],
      ['from', `${payment.debtorAgent}  ${showAmount(payment.source)}`],
      ['to', `${payment.creditorAgent}  ${showAmount(payment.target)}`],
      ...refundFacts(payment),
      ['rate', `${payment.rate} (${payment.fxProvider ?? payment.settlementBank})`],
      ['reason', payment.reason],
    ]),
    ...(legs.length === 0 ? [] : [table(legs)]),
    ...silentAdapters.map((adapter) => `  ${adapter} does not answer: its legs are not shown`),
    table(steps),
    ...legWords(found.legs),
  ].join('\n');
}

/** The word of people stands beside the partner's last. */
function decidedWords({ paid, partnerReference, at }: NonNullable<Leg['decided']>): string {
  const found = paid
    ? `paid${partnerReference === undefined ? '' : ` under ${partnerReference}`}`
    : 'not paid';
  return `two operators: ${found}, ${at}`;
}

/** The line, or the days without one. */
function provenBy(proof: Break['proof']): string | undefined {
  if (proof === undefined) return undefined;
  const { lineId, days } = proof;
  return lineId === undefined ? `not in ${days.join(', ')}` : `line ${lineId} of ${days.join(', ')}`;
}

/** `tonle ops breaks`: gravest first. */
export async function runOpsBreaks({ output, gateway }: CommandContext, filter: Filter): Promise<number> {
  const breaks = await breaksOf(gateway(OPERATOR), filter);
  if (output.json) {
    for (const each of breaks) output.out(JSON.stringify(each));
    return 0;
  }
  const rows = breaks.map((each) => [
    each.breakId,
    each.type,
    `severity ${each.severity}`,
    each.partner,
    each.day,
    each.state,
    each.owner ?? '-',
    `ours ${each.ours === undefined ? '-' : showAmount(each.ours)}`,
    `theirs ${each.theirs === undefined ? '-' : showAmount(each.theirs)}`,
    [each.paymentId, provenBy(each.proof)].filter((part) => part !== undefined).join(' '),
  ]);
  output.out(rows.length === 0 ? 'No break matches.' : table(rows));
  return 0;
}

/** `tonle ops actions`: who did what, and why. */
export async function runOpsActions(
  { output, gateway, again }: CommandContext,
  filter: Filter,
): Promise<number> {
  const path = `/v1/ops/actions${queryOf(filter)}`;
  const page = await gateway(OPERATOR).ask<ActionPage>('GET', path);
  for (const service of page.silentServices)
    output.err(`${service} does not answer: what was done there is not shown`);
  if (output.json) {
    for (const action of page.actions) output.out(JSON.stringify(action));
    return 0;
  }
  const rows = page.actions.map(({ at, operator, action, subject, detail, reason }) => [
    at,
    operator,
    action,
    subject,
    detail ?? '-',
    reason,
  ]);
  output.out(rows.length === 0 ? 'No action matches.' : table(rows));
  if (page.next !== undefined) output.out(moreText(again, 'ops actions', filter, page.next));
  return 0;
}

export interface Processing {
  readonly count: number;
  readonly more: boolean;
  readonly oldestAt?: string;
}

export async function processing(gateway: GatewayClient, filter: Filter): Promise<Processing> {
  const { payments, next } = await searchPage(gateway, { ...filter, state: 'processing', limit: '500' });
  const oldest = payments.at(-1)?.receivedAt;
  return {
    count: payments.length,
    more: next !== undefined,
    ...(oldest === undefined ? {} : { oldestAt: oldest }),
  };
}

export const waits = ({ count, more, oldestAt }: Processing): string =>
  count === 0
    ? 'no payment is processing'
    : `${count}${more ? ' or more' : ''} processing, oldest ${more ? 'before' : 'of'} ${oldestAt!}`;
