import { randomUUID } from 'node:crypto';
import { moreText, type CommandContext } from './command-context.js';
import { UsageError } from './gateway-client.js';
import { list, show, showAmount, type ShownAmount } from './output.js';
import { findPayment } from './payment.js';

interface ShownRecall {
  readonly recallId: string;
  readonly paymentId: string;
  readonly uetr: string;
  readonly corridor: string;
  readonly direction: string;
  readonly asker: string;
  readonly answerer: string;
  readonly caseId?: string;
  readonly reason: string;
  readonly isoReason: string;
  readonly text?: string;
  readonly amount: ShownAmount;
  readonly state: string;
  readonly answer?: { readonly refusedBecause?: string; readonly isoReason?: string; readonly text?: string };
  readonly receivedAt: string;
  readonly deadline: string;
  readonly endedAt?: string;
  readonly byPeople?: boolean;
  readonly moneyDue?: string;
  readonly moneyMissing?: boolean;
  readonly refunds: readonly {
    readonly paymentId: string;
    readonly state: string;
    readonly amount: ShownAmount;
  }[];
  readonly history: readonly {
    readonly at: string;
    readonly event: string;
    readonly by: string;
    readonly detail?: string;
  }[];
}

export interface RecallOptions {
  readonly reason: string;
  readonly text?: string;
  readonly key?: string;
}

export interface RecallFilter {
  readonly role?: string;
  readonly state?: string;
  readonly dueBefore?: string;
  readonly moneyMissing?: string;
  readonly participant?: string;
  readonly cursor?: string;
  readonly limit?: string;
}

export interface RecallAnswerOptions {
  readonly because?: string;
  readonly text?: string;
  /** Of operators. */
  readonly reason?: string;
  readonly evidence?: string;
}

const isOperator = (participant: string): boolean => participant.startsWith('OPERATOR');
const word = (text: string): string => text.replaceAll('-', '_');

/** `tonle recall ask`: asks a payment back that was sent. */
export async function runRecallAsk(
  context: CommandContext,
  id: string,
  { reason, text, key }: RecallOptions,
): Promise<number> {
  const gateway = context.gateway();
  const payment = await findPayment(gateway, id);
  if (payment === undefined) throw new UsageError(`No payment ${id} found.`);
  const { paymentId } = payment;
  const body = { paymentId, reason: word(reason), ...(text !== undefined && { text }) };
  const recall = await gateway.ask<ShownRecall>('POST', '/v1/recalls', {
    body,
    idempotencyKey: key ?? randomUUID(),
  });
  show(context.output, recall, () => recallText(recall));
  return 0;
}

/** `tonle recall list`: of a bank what it asked or has to answer, of an operator everybody's. */
export async function runRecallList(context: CommandContext, filter: RecallFilter): Promise<number> {
  const { output, gateway, participant, again } = context;
  const query = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const base = isOperator(participant) ? '/v1/ops/recalls' : '/v1/recalls';
  const path = query.size === 0 ? base : `${base}?${query}`;
  const page = await gateway().ask<{ recalls: readonly ShownRecall[]; next?: string }>('GET', path);
  for (const recall of page.recalls) show(output, recall, () => recallText(recall));
  if (output.json) return 0;
  if (page.recalls.length === 0) output.out('No recalls.');
  if (page.next !== undefined) output.out(moreText(again, 'recall list', filter, page.next));
  return 0;
}

/** `tonle recall show`. */
export async function runRecallShow({ output, gateway }: CommandContext, recallId: string): Promise<number> {
  const recall = await gateway().ask<ShownRecall>('GET', `/v1/recalls/${recallId}`);
  show(output, recall, () => recallText(recall, true));
  return 0;
}

/** `tonle recall accept`, `refuse` and `pending`: as the bank that has to answer, or what a network told an operator. */
export async function runRecallAnswer(
  { output, gateway, participant }: CommandContext,
  answer: 'accepted' | 'refused' | 'pending',
  recallId: string,
  { because, text, reason, evidence }: RecallAnswerOptions,
): Promise<number> {
  const path = isOperator(participant)
    ? `/v1/ops/recalls/${recallId}/answer`
    : `/v1/recalls/${recallId}/answer`;
  const body = {
    answer,
    ...(because !== undefined && { refusedBecause: word(because) }),
    ...(text !== undefined && { text }),
    ...(isOperator(participant) && { reason: reason ?? '', evidence: evidence ?? '' }),
  };
  const recall = await gateway().ask<ShownRecall>('POST', path, { body });
  show(output, recall, () => recallText(recall));
  return 0;
}

function recallText(recall: ShownRecall, whole = false): string {
  const { answer, refunds, history } = recall;
  const said = [answer?.refusedBecause, answer?.text].filter((each) => each !== undefined).join(': ');
  const head = `${recall.recallId}  ${recall.state}, ${showAmount(recall.amount)}, ${recall.corridor} ${recall.direction}`;
  const asks = recall.byPeople === true ? `${recall.answerer} (asked by people)` : recall.answerer;
  return [
    head,
    list([
      ['payment', recall.paymentId],
      ['uetr', recall.uetr],
      ['asked by', recall.asker],
      ['asked of', asks],
      ['case', recall.caseId],
      [
        'reason',
        `${recall.reason} (${recall.isoReason})${recall.text === undefined ? '' : `: ${recall.text}`}`,
      ],
      ['answer', said === '' ? undefined : said],
      ['received', recall.receivedAt],
      recall.endedAt === undefined ? ['deadline', recall.deadline] : ['ended', recall.endedAt],
      [
        'money due',
        recall.moneyDue && `${recall.moneyDue}${recall.moneyMissing === true ? ', MISSING' : ''}`,
      ],
      ...refunds.map((each): [string, string] => [
        'refund',
        `${each.paymentId}  ${each.state} ${showAmount(each.amount)}`,
      ]),
      ...(whole
        ? history.map(({ at, event, by, detail }): [string, string] => [
            'step',
            `${at} ${event} by ${by}${detail === undefined ? '' : `: ${detail}`}`,
          ])
        : []),
    ]),
  ].join('\n');
}
