import { fspiopSigned, httpWire, type Network } from '@tonle/network';
import { spokenIn } from '@tonle/network-fspiop';
import { rwandaInbound } from './inbound.js';
import { rwandaPayees } from './payees.js';
import { rwandaRail } from './rail.js';
import { rwandaSettings, type RwandaSettings } from './settings.js';

/** eKash, the switch of Rwanda on Mojaloop: what is asked is answered by call-back, and quoted before it is paid. */
export const rwanda: Network<RwandaSettings> = {
  id: 'rwanda',
  settings: rwandaSettings,
  wires: ({ url, connections, tls, version, signature }) => ({
    api: httpWire({ origin: url.origin, connections, tls }, spokenIn(version), fspiopSigned(signature)),
  }),
  rail: rwandaRail,
  payees: () => rwandaPayees,
  inbound: rwandaInbound,
};
