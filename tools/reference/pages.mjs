// All pages of docs/reference by file name. Pure but for the comments it reads from the sources of libs/contracts.
import { descriptionsOf } from './descriptions.mjs';
import { errorsPage } from './errors.mjs';
import { eventsPage } from './events.mjs';
import { contractSources } from './sources.mjs';

export { contractsOf } from './events.mjs';
export { ASKED_BY, MESSAGES } from './messages.table.mjs';

/** From the exports of libs/contracts and the OpenAPI document of the gateway. */
export function pagesOf(contracts, openApi) {
  return {
    'errors.md': errorsPage(contracts.REASONS),
    'events.md': eventsPage(contracts, descriptionsOf(contractSources())),
    'openapi.json': `${JSON.stringify(openApi, null, 1)}\n`,
  };
}
