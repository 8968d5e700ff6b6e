import { criticalJwsSigned, httpWire, sealedFields, type Network } from '@tonle/network';
import { unionPayInbound } from './inbound.js';
import { unionPayPayees } from './payees.js';
import { unionPayRail } from './rail.js';
import { unionPaySettings, type UnionPaySettings } from './settings.js';

/** UnionPay International in QRC JSON, both ways. */
export const unionpay: Network<UnionPaySettings> = {
  id: 'unionpay',
  settings: unionPaySettings,
  wires: ({ url, connections, tls, signature }) => ({
    gateway: httpWire({ origin: url.origin, connections, tls }, criticalJwsSigned(signature)),
  }),
  rail: unionPayRail,
  payees: unionPayPayees,
  inbound: (settings) => unionPayInbound(settings, sealedFields(settings.encryptionKeys)),
};
