import type { OperatorDeed } from '@tonle/contracts';
import type { ToldFact } from './story-order.decide.js';

/** Who has read its messages is no part of what happened to a payment, and would make each bundle another. */
const READING = 'payment.read-messages';

/** What operators did about a payment, wherever they did it. */
export function deedFacts(deeds: readonly OperatorDeed[]): ToldFact[] {
  const done = deeds.filter(({ action }) => action !== READING);
  return done.map(({ actionId, at, operator, action, reason, detail, evidence, subject }) => ({
    service: 'people',
    id: `deed:${actionId}`,
    at,
    kind: 'deed',
    words: `${operator}: ${action}, because "${reason.slice(0, 300)}"`,
    facts: {
      operator,
      action,
      subject,
      reason,
      ...(detail === undefined ? {} : { detail }),
      ...(evidence === undefined ? {} : { evidence }),
    },
  }));
}
