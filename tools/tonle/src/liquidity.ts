import { LIQUIDITY_ALERTS } from '@tonle/contracts';
import type { Command } from 'commander';
import { readAmountOption, type Bind, type CommandContext } from './command-context.js';
import type { GatewayClient } from './gateway-client.js';
import { show, showAmount, table, type ShownAmount } from './output.js';
import { proposedOf, proposedText, type DeedAnswer } from './proposed-text.js';

const OPERATOR = 'OPERATOR';

/** What a participant holds and may owe in a currency. */
export interface ShownLiquidity {
  readonly participant: string;
  readonly prefund: ShownAmount;
  readonly cap: ShownAmount;
  readonly position: ShownAmount;
  readonly headroom: ShownAmount;
  readonly rail?: ShownAmount;
  readonly usedPercent?: number;
  readonly breachByLastHour?: string;
  readonly breachByWeekday?: string;
}

interface CapOptions {
  readonly reason: string;
  readonly evidence?: string;
}

/** All of them. */
export async function liquidityOf(gateway: GatewayClient): Promise<readonly ShownLiquidity[]> {
  return (await gateway.ask<{ accounts: readonly ShownLiquidity[] }>('GET', '/v1/ops/liquidity')).accounts;
}

/** Those that have used much: the most first. */
export function nearTheirLimit(accounts: readonly ShownLiquidity[]): readonly ShownLiquidity[] {
  return accounts
    .filter(({ usedPercent = 0 }) => usedPercent >= LIQUIDITY_ALERTS[0])
    .sort((a, b) => b.usedPercent! - a.usedPercent!);
}

/** `FXNAGA THB 79 % used, nothing is left at ...`. */
export function limitWords({ participant, cap, usedPercent, ...account }: ShownLiquidity): string {
  const breach = breachOf(account);
  const until = breach === undefined ? '' : `, nothing is left at ${breach}`;
  return `${participant} ${cap.currency} ${usedPercent} % used${until}`;
}

/** `tonle liquidity`: what participants hold and may owe, how long it lasts, and their caps. */
export function addLiquidityCommands(program: Command, bind: Bind): void {
  const liquidity = program
    .command('liquidity')
    .description('Look at what participants hold and may owe, and set how much they may.');
  liquidity
    .command('list')
    .description('List prefunds, caps and headroom, with the share that is used and how long it lasts.')
    .action(bind((context) => runLiquidity(context)));
  liquidity
    .command('cap <participant> <amount>')
    .description('Lower a cap ("1000.00 THB"), or propose to raise it; another operator decides then.')
    .requiredOption('--reason <text>', 'why')
    .option('--evidence <text>', 'where it can be seen that it was agreed')
    .action(
      bind((context, options, [participant, amount]) =>
        runCap(context, participant!, amount!, options as unknown as CapOptions),
      ),
    );
}

async function runLiquidity({ output, gateway }: CommandContext): Promise<number> {
  const accounts = await liquidityOf(gateway(OPERATOR));
  if (output.json) {
    for (const each of accounts) output.out(JSON.stringify(each));
    return 0;
  }
  if (accounts.length === 0) output.out('None.');
  else output.out(table([HEAD, ...accounts.map(cells)], [2, 3, 4, 5]));
  return 0;
}

async function runCap(
  context: CommandContext,
  participant: string,
  amount: string,
  { reason, evidence }: CapOptions,
): Promise<number> {
  const { output, gateway } = context;
  const answer = await gateway(OPERATOR).ask<DeedAnswer>(
    'POST',
    `/v1/ops/participants/${encodeURIComponent(participant)}/cap`,
    {
      body: { cap: readAmountOption(amount, undefined), reason, ...(evidence !== undefined && { evidence }) },
    },
  );
  show(output, answer, () => {
    const proposed = proposedOf(answer);
    return proposed === undefined ? 'Done: it holds now.' : proposedText(context, proposed);
  });
  return 0;
}

const HEAD = ['participant', '', 'prefund', 'cap', 'headroom', 'used', 'nothing is left'];

const cells = (account: ShownLiquidity): string[] => [
  account.participant,
  account.cap.currency,
  showAmount(account.prefund),
  showAmount(account.cap),
  showAmount(account.rail ?? account.headroom),
  account.usedPercent === undefined ? '' : `${account.usedPercent} %`,
  breachOf(account) ?? '',
];

/** The sooner of both ways to foresee it. */
function breachOf({
  breachByLastHour,
  breachByWeekday,
}: Pick<ShownLiquidity, 'breachByLastHour' | 'breachByWeekday'>): string | undefined {
  return [breachByLastHour, breachByWeekday].filter((at) => at !== undefined).sort()[0];
}
