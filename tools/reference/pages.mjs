// All pages of docs/reference by file name. Pure but for the comments it reads from the sources of libs/payment.
import { descriptionsOf } from './descriptions.mjs';
import { errorsPage } from './errors.mjs';
import { eventsPage } from './events.mjs';
import { contractSources } from './sources.mjs';

export { contractsOf } from './events.mjs';
export { ASKED_BY, MESSAGES } from './messages.table.mjs';

/** From the exports of libs/payment and the OpenAPI document of the gateway. */
export function pagesOf(payment, openApi) {
  return {
    'errors.md': errorsPage(payment.REASONS),
    'events.md': eventsPage(payment, descriptionsOf(contractSources())),
    'openapi.json': `${JSON.stringify(openApi, null, 1)}\n`,
  };
}
