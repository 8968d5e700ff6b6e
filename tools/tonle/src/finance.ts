import { moreText, type CommandContext } from './command-context.js';
import { OPERATOR, queryOf } from './ops.js';
import { list, show, showAmount, table, type ShownAmount } from './output.js';
import { proposedOf, proposedText, type DeedAnswer } from './proposed-text.js';

interface ShownPosition {
  readonly provider: string;
  readonly corridor: string;
  readonly bought: ShownAmount;
  readonly sold: ShownAmount;
  readonly settled: ShownAmount;
  readonly closing: ShownAmount;
  readonly averageRate?: string;
  readonly market?: {
    readonly rate: string;
    readonly sourceCurrency: string;
    readonly targetCurrency: string;
  };
  readonly spread: ShownAmount;
  readonly residual: ShownAmount;
  readonly realised: ShownAmount;
  readonly unrealised: ShownAmount;
  readonly closingResult: ShownAmount;
  readonly exposure?: { readonly usedPercent: string };
}

interface ShownInvoice {
  readonly number: string;
  readonly counterparty: string;
  readonly month: string;
  readonly amount: ShownAmount;
  readonly tax?: { readonly name: string; readonly percent: string; readonly levied: ShownAmount };
  readonly paid: ShownAmount;
  readonly due: ShownAmount;
  readonly dueOn: string;
}

interface ShownInvoiceLine {
  readonly feeType: string;
  readonly corridor: string;
  readonly count: number;
  readonly amount: ShownAmount;
}

type ShownFee = ShownInvoiceLine & {
  readonly counterparty: string;
  readonly side: string;
  readonly number?: string;
};

/** An amount that may be below zero. */
function signed({ currency, amount }: ShownAmount): string {
  return amount.startsWith('-')
    ? `-${showAmount({ currency, amount: amount.slice(1) })}`
    : showAmount({ currency, amount });
}

/** `tonle fx-position`: what each FX provider holds and earns. */
export async function runFxPosition(
  { output, gateway }: CommandContext,
  { day }: { readonly day?: string },
): Promise<number> {
  const { positions, ...of } = await gateway(OPERATOR).ask<{ day: string; positions: ShownPosition[] }>(
    'GET',
    `/v1/ops/fx-positions${queryOf({ day })}`,
  );
  if (output.json) for (const position of positions) output.out(JSON.stringify({ ...of, ...position }));
  else if (positions.length === 0) output.out(`Nothing was converted until ${of.day}.`);
  else output.out([`At the end of ${of.day}:`, ...positions.map(positionText)].join('\n'));
  return 0;
}

function positionText(position: ShownPosition): string {
  const { provider, corridor, market, exposure } = position;
  const money = (name: string, amount: ShownAmount) => [name, signed(amount)] as const;
  return [
    `${provider} in ${corridor}`,
    list([
      money('Bought', position.bought),
      money('Sold', position.sold),
      money('Settled', position.settled),
      money('Holds', position.closing),
      ['At, on average', position.averageRate],
      [
        'Market',
        market === undefined
          ? 'no rate'
          : `${market.rate} ${market.targetCurrency} for one ${market.sourceCurrency}`,
      ],
      money('Spread', position.spread),
      money('Residual', position.residual),
      money('Realised', position.realised),
      money('Unrealised', position.unrealised),
      money('Result so far', position.closingResult),
      ['Exposure now', exposure === undefined ? undefined : `${exposure.usedPercent} %`],
    ]),
  ].join('\n');
}

/** `tonle fx-rate`: what positions of a day are to be valued by. */
export async function runFxRate(
  context: CommandContext,
  rate: {
    readonly day: string;
    readonly sourceCurrency: string;
    readonly targetCurrency: string;
    readonly rate: string;
  },
  { reason }: { readonly reason: string },
): Promise<number> {
  const body = { ...rate, reason };
  const answer = await context.gateway(OPERATOR).ask<DeedAnswer>('POST', '/v1/ops/reference-rates', { body });
  const proposed = proposedOf(answer);
  const words = `${rate.day}: one ${rate.sourceCurrency} is ${rate.rate} ${rate.targetCurrency}.`;
  show(context.output, { ...rate, ...answer }, () =>
    proposed === undefined ? `So it is already. ${words}` : `${words}\n${proposedText(context, proposed)}`,
  );
  return 0;
}

/** `tonle fees`: what was accrued in a month. */
export async function runFees(
  { output, gateway }: CommandContext,
  { month }: { readonly month: string },
): Promise<number> {
  const { fees } = await gateway(OPERATOR).ask<{ fees: ShownFee[] }>(
    'GET',
    `/v1/ops/fees${queryOf({ month })}`,
  );
  if (output.json) for (const fee of fees) output.out(JSON.stringify(fee));
  else if (fees.length === 0) output.out(`Nothing was accrued in ${month}.`);
  else
    output.out(
      table(
        [
          ['COUNTERPARTY', 'SIDE', 'TYPE', 'CORRIDOR', 'COUNT', 'AMOUNT', 'INVOICE'],
          ...fees.map((fee) => [
            ...[fee.counterparty, fee.side, fee.feeType, fee.corridor, fee.count.toString()],
            ...[signed(fee.amount), fee.number ?? '-'],
          ]),
        ],
        [4, 5],
      ),
    );
  return 0;
}

type InvoiceFilter = Partial<Record<'month' | 'counterparty' | 'cursor' | 'limit', string>>;

/** `tonle invoices list`. */
export async function runInvoiceList(
  { output, gateway, again }: CommandContext,
  filter: InvoiceFilter,
): Promise<number> {
  const { invoices, next } = await gateway(OPERATOR).ask<{ invoices: ShownInvoice[]; next?: string }>(
    'GET',
    `/v1/ops/invoices${queryOf(filter)}`,
  );
  if (output.json) for (const invoice of invoices) output.out(JSON.stringify(invoice));
  else if (invoices.length === 0) output.out('There are no invoices.');
  else
    output.out(
      table(
        [
          ['INVOICE', 'MONTH', 'COUNTERPARTY', 'AMOUNT', 'PAID', 'DUE', 'UNTIL'],
          ...invoices.map((one) => [
            ...[one.number, one.month, one.counterparty],
            ...[signed(one.amount), signed(one.paid), signed(one.due), one.dueOn],
          ]),
        ],
        [3, 4, 5],
      ),
    );
  if (next !== undefined) output.err(moreText(again, 'invoices list', filter, next));
  return 0;
}

/** `tonle invoices show`. */
export async function runInvoiceShow({ output, gateway }: CommandContext, number: string): Promise<number> {
  const invoice = await gateway(OPERATOR).ask<ShownInvoice & { lines: ShownInvoiceLine[] }>(
    'GET',
    `/v1/ops/invoices/${encodeURIComponent(number)}`,
  );
  show(output, invoice, () =>
    [
      `${invoice.number} of ${invoice.month} to ${invoice.counterparty}`,
      list([
        ['Amount', signed(invoice.amount)],
        ...(invoice.tax === undefined
          ? []
          : [
              [`${invoice.tax.name} ${invoice.tax.percent} % in it`, signed(invoice.tax.levied)] as [
                string,
                string,
              ],
            ]),
        ['Paid', signed(invoice.paid)],
        ['Due', `${signed(invoice.due)} until ${invoice.dueOn}`],
      ]),
      table(
        invoice.lines.map(({ feeType, corridor, count, amount }) => [
          ...[`  ${feeType}`, corridor, count.toString(), signed(amount)],
        ]),
        [2, 3],
      ),
    ].join('\n'),
  );
  return 0;
}

/** `tonle invoices issue`. */
export async function runInvoiceIssue(
  { output, gateway }: CommandContext,
  month: string,
  { reason }: { readonly reason: string },
): Promise<number> {
  const issued = await gateway(OPERATOR).ask<{ numbers: string[] }>('POST', '/v1/ops/invoices', {
    body: { month, reason },
  });
  show(output, issued, () =>
    issued.numbers.length === 0
      ? `Everything of ${month} was invoiced already, or nothing was accrued.`
      : `Issued: ${issued.numbers.join(', ')}.`,
  );
  return 0;
}
