import { MESSAGES, type MessageType } from './decode.js';

/** The services of all networks. */
export const ADAPTERS = 'adapter-*';

/** Which services send which messages: a record that another one has sealed is not believed. */
export const PRODUCERS: Readonly<Record<MessageType, readonly string[]>> = {
  'payment.submit': ['gateway', ADAPTERS],
  'leg.command': ['routing'],
  'leg.result': [ADAPTERS],
  'leg.decided': ['routing'],
  'payment.event': ['routing'],
  'payment.outcome': ['routing'],
  'window.drained': ['routing'],
  'directory.entry': ['routing'],
};

/** Whether a service sends messages of this type. Those that this version does not know may be anybody's: nobody reads them. */
export function mayProduce(service: string, type: string): boolean {
  if (!Object.hasOwn(MESSAGES, type)) return true;
  const producers = PRODUCERS[type as MessageType];
  return producers.includes(service.startsWith('adapter-') ? ADAPTERS : service);
}
