// What happened in a step of a payment, for people. `{leg}` is the leg that the event speaks of.

/** By the type of the event, without its leg. */
const STEP_WORDS: Readonly<Record<string, string>> = {
  received: 'routing took the payment',
  validated: 'the checks were passed',
  refused: 'the payment was refused',
  deadline_passed: 'its time had passed',
  screening_hit: 'a name is on the screening list: the payment is held',
  screening_cleared: 'an operator cleared the hold',
  screening_confirmed: 'an operator confirmed the hold',
  hold_limit_passed: 'nobody decided about the hold in time',
  partner_down: 'a network does not answer: the payment waits, and nothing is debited',
  wait_passed: 'the network did not answer in time',
  reserved: 'the funds were reserved',
  payer_secured: "the payer's side was secured by the network that sent it",
  send_debit: "the payer's network is asked to debit",
  send_credit: "the payee's network is asked to credit",
  leg_accepted: 'the {leg} was accepted',
  leg_rejected: 'the {leg} was refused',
  leg_not_sent: 'the {leg} was not sent',
  leg_not_received: 'the {leg} never reached its network',
  leg_unknown: 'the network did not say what became of the {leg}: it may have been done',
  leg_exhausted: 'asking did not end the {leg}: people decide',
  leg_blocked: 'the {leg} was accepted and its money is blocked',
  leg_conflicting: 'the network contradicts itself about the {leg}',
  decided_paid: 'two operators found the {leg} done',
  decided_not_paid: 'two operators found the {leg} not done',
  decided_reverse: 'two operators had the {leg} sent once more',
};

/** The words of an event as the history names it: `leg_accepted:credit`. */
export function stepWords(event: string): string {
  const [type = '', leg = 'leg'] = event.split(':');
  return (STEP_WORDS[type] ?? type.replaceAll('_', ' ')).replace('{leg}', leg);
}
