import { bearer, httpWire, soap, type Network } from '@tonle/network';
import { readApi, readToken } from './open-api.js';
import { bakongPayees } from './payees.js';
import { bakongRail } from './rail.js';
import { bakongSettings, type BakongSettings } from './settings.js';
import { bakongStatement } from './statement.js';

const API_CONNECTIONS = 8;

/** The home network: SOAP towards the core moves money, the Open API confirms it, finds accounts and lists. */
export const bakong: Network<BakongSettings> = {
  id: 'bakong',
  settings: bakongSettings,
  wires: ({ soapUrl, apiUrl, connections, user, password, email }) => ({
    core: httpWire(
      { origin: soapUrl.origin, connections },
      soap({
        namespace: 'http://webservice.nbc.org.kh/',
        credentials: { cm_user_name: user, cm_password: password },
        documentParameter: { makeFullFundTransfer: 'iso_message', makeReverseTransaction: 'content_message' },
      }),
    ),
    api: httpWire(
      { origin: apiUrl.origin, connections: API_CONNECTIONS },
      bearer({
        renew: {
          method: 'POST',
          path: '/v1/renew_token',
          contentType: 'application/json',
          body: Buffer.from(JSON.stringify({ email })),
          operation: 'renew_token',
        },
        token: readToken,
        isRefused: (reply) => readApi(reply).kind === 'renew_token',
      }),
    ),
  }),
  rail: bakongRail,
  payees: () => bakongPayees,
  statement: () => bakongStatement,
};
