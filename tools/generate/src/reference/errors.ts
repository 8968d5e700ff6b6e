// The page of reasons: one row per code of the registry in libs/contracts.
import { REASONS, type ReasonEntry } from '@tonle/contracts';
import { code, NOTICE, table } from './markdown.js';

const RETRY: Readonly<Record<ReasonEntry['retry'], string>> = {
  never: 'no: the same request fails again',
  later: 'yes, the same request, later',
  new_lookup: 'yes, with a new lookup',
  new_quote: 'yes, with a new quote',
  new_payment: 'yes, as a new payment',
  lower_amount: 'yes, with a smaller amount',
  ask_status: 'ask for the status first',
  confirm: 'yes, the same request, with the confirmation that it asks for',
};

const INTRO = `Every refusal has one of these codes. Match on the code; titles and texts may change. It is in \`code\` of a problem
document (RFC 9457, type \`urn:tonle:problem:<code>\`), in \`problem.code\` of a payment that failed after it was accepted, and in the
additional information of a pacs.002, beside the ISO 20022 external status reason code of the third column. A partner's own refusal is
\`partner_rejected\` with the ISO code that the partner's code means.`;

/** docs/reference/errors.md from the registry. */
export function errorsPage(): string {
  const rows = Object.entries(REASONS).map(([name, { http, iso, retry, title, remedy }]) => [
    `<a id="${name}"></a>${code(name)}`,
    http,
    code(iso),
    title,
    remedy,
    RETRY[retry],
  ]);
  const head = ['Code', 'HTTP', 'ISO', 'What it means', 'What to do', 'Try again'];
  return `# Errors\n\n${NOTICE}\n\n${INTRO}\n\n${table(head, rows)}\n`;
}
