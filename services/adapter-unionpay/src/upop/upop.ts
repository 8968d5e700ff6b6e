import {
  httpWire,
  parametersDoor,
  parametersSigned,
  signedByPath,
  type Inbound,
  type Network,
} from '@tonle/network';
import type { UnionPaySettings } from '../settings.js';
import { upopFiles } from './files.js';
import { notifications, NOTIFY_PATH } from './inbound.js';
import { withUpopRefunds } from './refund.js';

const FILE_CONNECTIONS = 2;
const CONNECTIONS = 16;

type UnionPay = Network<UnionPaySettings>;

/** The network with its second dialect: notifications of online payments, their refunds, files. */
export function withUpop(qrc: UnionPay & Required<Pick<UnionPay, 'rail' | 'inbound'>>): UnionPay {
  return {
    ...qrc,
    wires: (settings) => {
      const { acp, tls } = settings;
      const wire = (origin: string, connections: number) =>
        httpWire({ origin, connections, tls }, parametersSigned(acp.signature));
      return {
        ...qrc.wires(settings),
        acp: wire(acp.url.origin, FILE_CONNECTIONS),
        upop: wire(acp.gateway.origin, CONNECTIONS),
      };
    },
    rail: (settings) => withUpopRefunds(qrc.rail(settings), settings.acp),
    files: upopFiles,
    inbound: (settings) => withNotifications(qrc.inbound(settings), settings),
  };
}

/** The notification is signed as the ACP gateway signs, all else as before. */
function withNotifications({ listener, routes, ...inbound }: Inbound, { acp }: UnionPaySettings): Inbound {
  const signature = signedByPath({ [NOTIFY_PATH]: parametersDoor(acp.signature) }, listener.signature);
  return {
    ...inbound,
    listener: { ...listener, signature },
    routes: { ...routes, [NOTIFY_PATH]: notifications(acp) },
  };
}
