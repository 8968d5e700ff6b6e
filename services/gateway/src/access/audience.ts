import type { Audience } from '@tonle/security';
import type { OwnHosts } from '../gateway.settings.js';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * For which hosts a request that came in on `port` may be signed. Listed ones are demanded; the sandbox's own machine is
 * what it is when it is told, whatever port it listens on; undefined: any, or none.
 */
export function audienceOf(own: OwnHosts, port: number | undefined): Audience | undefined {
  if (own === 'any') return undefined;
  if (own !== 'loopback') return { authorities: own, demanded: true };
  return { authorities: LOOPBACK.map((host) => `${host}:${port}`), demanded: false };
}
