import { criticalJwsSigned, httpWire, sealedFields } from '@tonle/network';
import { payerCodes, qrcKeyExchange } from '@tonle/network-upi';
import { CODES } from './codes.js';
import { unionPayInbound } from './inbound.js';
import { unionPayPayees } from './payees.js';
import { unionPayRail } from './rail.js';
import { unionPaySettings } from './settings.js';
import { withUpop } from './upop/upop.js';

/** UnionPay International: QRC JSON both ways; UPOP for online payments and files. */
export const unionpay = withUpop({
  id: 'unionpay',
  settings: unionPaySettings,
  wires: ({ url, connections, tls, signature }) => ({
    gateway: httpWire({ origin: url.origin, connections, tls }, criticalJwsSigned(signature)),
  }),
  rail: unionPayRail,
  payees: unionPayPayees,
  codes: (settings) => payerCodes(CODES.responses, settings),
  keyExchange: qrcKeyExchange,
  inbound: (settings) => unionPayInbound(settings, sealedFields(settings.encryptionKeys)),
});
