import { REASON_TEXT_MAX, shortenedText, type LegCommand } from '@tonle/contracts';
import type { Return } from '@tonle/iso20022';
import { amountText } from '@tonle/money';
import type { LegAnswer } from '@tonle/network';
import { messageIdOf } from './message.js';

/**
 * A pacs.004: the network gives back money that it had taken for a payee. It contradicts an acceptance, before or after it:
 * a payment that is final stays so, and people see what came back and why. Pure and total.
 */
export function readReturn(told: Return, command: Pick<LegCommand, 'legKey' | 'uetr'>): LegAnswer {
  const { originalUetr, originalMessageId, returnedAmount, reason, reasonText = [] } = told;
  if (originalUetr !== undefined && originalUetr !== command.uetr)
    return { kind: 'ambiguous', because: 'a return of another payment' };
  if (originalMessageId !== messageIdOf(command.legKey))
    return { kind: 'ambiguous', because: 'a return of another message' };
  const what = `returned ${amountText(returnedAmount)}`;
  const why = [reason, ...reasonText].filter((text) => text !== undefined && text !== '').join(' ');
  return {
    kind: 'conflicting',
    reasonText: shortenedText(why === '' ? what : `${what}: ${why}`, REASON_TEXT_MAX),
  };
}
