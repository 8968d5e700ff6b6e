import { criticalJwsSigned, httpWire, parametersSigned, sealedFields, type Network } from '@tonle/network';
import { unionPayInbound } from './inbound.js';
import { unionPayPayees } from './payees.js';
import { unionPayRail } from './rail.js';
import { upopFiles } from './upop/files.js';
import { unionPaySettings, type UnionPaySettings } from './settings.js';

/** UnionPay International in QRC JSON, both ways. */
export const unionpay: Network<UnionPaySettings> = {
  id: 'unionpay',
  settings: unionPaySettings,
  wires: ({ url, connections, tls, signature, acp }) => ({
    gateway: httpWire({ origin: url.origin, connections, tls }, criticalJwsSigned(signature)),
    acp: httpWire({ origin: acp.url.origin, connections: 2, tls }, parametersSigned(acp.signature)),
  }),
  rail: unionPayRail,
  payees: unionPayPayees,
  files: upopFiles,
  inbound: (settings) => unionPayInbound(settings, sealedFields(settings.encryptionKeys)),
};
