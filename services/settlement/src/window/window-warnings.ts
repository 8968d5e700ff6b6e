import type { ApprovalWarning } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { isMissing, settlementAccountOf, settlementTermsOf } from '../instruction/settlement-terms.js';
import { localDate } from './value-date.decide.js';
import type { NettedWindow } from './window-life.store.js';

/** What whoever approves the payment of a window has to have looked at. Pure. */
export function paymentWarnings(
  { partner, currency, valueDate, participantsRemoved }: NettedWindow,
  nets: readonly { readonly participant: string; readonly netMinor: bigint }[],
  directory: Directory,
  nowMs: number,
): ApprovalWarning[] {
  const warnings: ApprovalWarning[] = [];
  const warn = (code: string, text: string) => warnings.push({ code, text });
  if (participantsRemoved.length > 0)
    warn('netted_without', `It is netted without ${participantsRemoved.join(', ')}, whose claims stay.`);
  const terms = settlementTermsOf(directory, { partner, currency });
  if (isMissing(terms)) {
    warn('cannot_be_instructed', `Not before the directory has it: ${terms.what}.`);
    return warnings;
  }
  const lacking = nets.flatMap(({ participant, netMinor }) => {
    const account = settlementAccountOf(directory, participant, currency, terms.bank);
    return netMinor !== 0n && isMissing(account) ? [account.what] : [];
  });
  if (lacking.length > 0)
    warn('cannot_be_instructed', `Not before the directory has it: ${lacking.join('; ')}.`);
  if (valueDate !== null && valueDate < localDate(nowMs, terms.bankCalendar))
    warn(
      'value_date_passed',
      `It was due on ${valueDate}; it will be paid on the next banking day of both countries.`,
    );
  const unknown = terms.calendars.filter(
    ({ holidaysUntil }) => valueDate !== null && holidaysUntil !== undefined && valueDate > holidaysUntil,
  );
  if (unknown.length > 0)
    warn(
      'holidays_unknown',
      `Holidays of ${unknown.map(({ calendarId }) => calendarId).join(', ')} are not known for ${valueDate}.`,
    );
  return warnings;
}
