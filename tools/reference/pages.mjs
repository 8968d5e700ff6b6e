// All pages of docs/reference by file name. Pure but for the comments it reads from the sources of libs/contracts.
import { descriptionsOf } from './descriptions.mjs';
import { errorsPage } from './errors.mjs';
import { eventsPage } from './events.mjs';
import { contractSources } from './sources.mjs';
import { statesPage } from './states.mjs';

export { contractsOf } from './events.mjs';
export { ASKED_BY, MESSAGES } from './messages.table.mjs';

/** From the exports of libs/contracts, the table of the state machine, and the OpenAPI document of the gateway. */
export function pagesOf(contracts, transitions, openApi) {
  return {
    'errors.md': errorsPage(contracts.REASONS),
    'events.md': eventsPage(contracts, descriptionsOf(contractSources())),
    'states.md': statesPage(transitions),
    'openapi.json': `${JSON.stringify(openApi, null, 1)}\n`,
  };
}
