// The page of transitions: every row of the state machine's table.
import { TRANSITION_TABLE, type GuardName, type TableRow } from '@tonle/payment';
import { code, NOTICE, table } from './markdown.js';

const INTRO = `Every transition of a payment, as the table of \`libs/payment/src/machine.table.ts\` has it. The first row whose condition holds
decides; an event that has no row for a state changes nothing. \`REVIEW_DEBIT\`, \`REVIEW_CREDIT\` and
\`REVIEW_REVERSAL\` are the state \`MANUAL_REVIEW\` of that leg. [Domain 6.3](../domain.md#6.3) explains the states, [domain 6.4](../domain.md#6.4) how to
read the table.`;

const WHEN: Readonly<Record<GuardName, string>> = {
  always: '',
  past_deadline: 'the deadline has come',
  in_time: 'a credit may still be started',
  payer_secured: 'the source network secured the payer',
  payer_not_secured: 'the debit is ours',
  in_time_payer_not_secured: 'the debit is ours, and a credit may still be started',
  reversal_sent: 'the reversal was sent',
  reversal_not_sent: 'the reversal was not sent',
  reversal_may_be_tried: 'the reversal was refused fewer than ten times',
};

function target(to: TableRow['to']): string {
  if (to === 'SAME') return 'stays';
  return to === 'CONTRADICTION' ? 'stays; contradicted' : code(to);
}

const list = (names: readonly string[]): string => names.map(code).join(' ');

/** docs/reference/states.md from the rows of the table. */
export function statesPage(): string {
  const cells = TRANSITION_TABLE.map(({ from, on, when, to, effects }) => [
    list(from),
    list(on),
    WHEN[when],
    target(to),
    list(effects),
  ]);
  return `# Transitions\n\n${NOTICE}\n\n${INTRO}\n\n${table(['From', 'Event', 'If', 'To', 'Due with it'], cells)}\n`;
}
