import { httpWire, keyVersionSigned, type Network } from '@tonle/network';
import { japanInbound } from './inbound.js';
import { japanPayees } from './payees.js';
import { japanRail } from './rail.js';
import { japanSettings, type JapanSettings } from './settings.js';
import { japanStatement } from './statement.js';

/** JPQR by way of an aggregator of brands: our payers pay its merchants, users of its wallets pay KHQR codes. */
export const japan: Network<JapanSettings> = {
  id: 'japan',
  settings: japanSettings,
  wires: ({ url, connections, tls, signature }) => ({
    api: httpWire(
      { origin: url.origin, connections, ...(url.protocol === 'https:' && { tls }) },
      keyVersionSigned(signature),
    ),
  }),
  rail: japanRail,
  payees: japanPayees,
  statement: () => japanStatement,
  inbound: japanInbound,
};
