// All pages of docs/reference by file name. Pure but for the comments it reads from the sources of libs/contracts.
import { descriptionsOf } from './descriptions.js';
import { errorsPage } from './errors.js';
import { eventsPage } from './events.js';
import { operationsPage } from './operations.js';
import { contractSources } from './sources.js';
import { statesPage } from './states.js';

/** From libs/contracts, the table of the state machine, and the OpenAPI document of the gateway. */
export function pagesOf(openApi: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return {
    'errors.md': errorsPage(),
    'events.md': eventsPage(descriptionsOf(contractSources())),
    'operations.md': operationsPage(openApi),
    'states.md': statesPage(),
    'openapi.json': `${JSON.stringify(openApi, null, 1)}\n`,
  };
}
