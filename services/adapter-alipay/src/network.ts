import { httpWire, keyVersionSigned, type Network } from '@tonle/network';
import { walletCodes } from '@tonle/network-aplus';
import { RESULTS } from './codes.js';
import { alipayFiles } from './files.js';
import { alipayInbound } from './inbound.js';
import { alipayPayees } from './payees.js';
import { alipayRail } from './rail.js';
import { alipaySettings, type AlipaySettings } from './settings.js';

/** Alipay+: foreign wallets pay Cambodian merchants (push mode), Cambodian payers pay merchants abroad by order code. */
export const alipay: Network<AlipaySettings> = {
  id: 'alipay',
  settings: alipaySettings,
  wires: ({ url, connections, tls, signature }) => ({
    api: httpWire(
      { origin: url.origin, connections, ...(url.protocol === 'https:' && { tls }) },
      keyVersionSigned(signature),
    ),
  }),
  rail: alipayRail,
  payees: alipayPayees,
  codes: ({ mppId }) => walletCodes(RESULTS, mppId),
  files: alipayFiles,
  inbound: alipayInbound,
};
