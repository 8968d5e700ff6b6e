import { counted } from '@tonle/contracts';
import { moreText, readAmountOption, type CommandContext } from './command-context.js';
import { OPERATOR } from './ops.js';
import { show, showAmount, table, type ShownAmount } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';
import { queryOf, type BankListOptions } from './settlement-banks.js';

const SUSPENSE = '/v1/ops/suspense';

interface SuspensePage {
  readonly items: readonly {
    readonly itemId: string;
    readonly bank: string;
    readonly open: ShownAmount;
    readonly cause: string;
    readonly suggestion?: string;
    readonly endToEndId?: string;
    readonly counterparty?: string;
    readonly day: string;
    readonly ageDays: number;
    readonly state: string;
    readonly returnReference?: string;
    readonly approvalId?: string;
  }[];
  readonly next?: string;
}

/** `tonle settlement suspense`: money that no reference places, the oldest first. */
export async function runSuspense(
  { output, gateway, again }: CommandContext,
  options: BankListOptions,
): Promise<number> {
  const page = await gateway(OPERATOR).ask<SuspensePage>('GET', `${SUSPENSE}${queryOf(options)}`);
  show(output, page, () => {
    if (page.items.length === 0) return 'Nothing is in suspense.';
    const rows = page.items.map((item) => [
      ...[item.itemId, item.bank, showAmount(item.open), `${item.day}, ${counted(item.ageDays, 'day')}`],
      ...[item.cause.replaceAll('_', ' '), hintOf(item)],
    ]);
    const more = page.next === undefined ? [] : [moreText(again, 'settlement suspense', options, page.next)];
    return [table(rows, [2]), ...more].join('\n');
  });
  return 0;
}

function hintOf(item: SuspensePage['items'][number]): string {
  if (item.returnReference !== undefined && item.state === 'RETURNING')
    return `goes back under ${item.returnReference}`;
  if (item.approvalId !== undefined) return `approval ${item.approvalId} is open`;
  if (item.suggestion !== undefined) return `perhaps for ${item.suggestion}`;
  return [item.counterparty, item.endToEndId].filter((each) => each !== undefined).join(', ');
}

/** What is done with it. */
export interface CureOptions {
  readonly action: string;
  readonly target?: string;
  readonly amount?: string;
  readonly reason: string;
}

/** `tonle settlement cure`: what is done with money in suspense; other operators approve. */
export async function runCure(
  { output, gateway, command, participant }: CommandContext,
  itemId: string,
  { action, target, amount, reason }: CureOptions,
): Promise<number> {
  const body = {
    ...{ action: action.replaceAll('-', '_'), reason },
    ...(target !== undefined && { target }),
    ...(amount !== undefined && { amount: readAmountOption(amount, undefined) }),
  };
  const path = `${SUSPENSE}/${itemId}/cure`;
  const answer = await gateway(OPERATOR).ask<ProposedDeed>('POST', path, { body });
  show(output, answer, () => proposedText({ command, participant }, answer));
  return 0;
}
