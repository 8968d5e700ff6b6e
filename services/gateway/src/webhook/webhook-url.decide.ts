import { isIP } from 'node:net';
import { refusedField, type Refusal } from '@tonle/contracts';
import { isPublicAddress } from './public-address.decide.js';

/**
 * The URL as it is kept, or why nothing is sent there. `anywhere`: http, and hosts that are not public, as in a sandbox. What a name
 * means is looked at when a connection is made.
 */
export function webhookUrl(
  text: string,
  anywhere: boolean,
): { readonly kind: 'ok'; readonly url: string } | Refusal {
  const wrong = (message: string): Refusal => refusedField('schema_invalid', '/url', message);
  if (!URL.canParse(text)) return wrong('Must be a URL such as https://bank.example/tonle/events.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(anywhere && url.protocol === 'http:'))
    return wrong(anywhere ? 'Must begin with https:// or http://.' : 'Must begin with https://.');
  if (url.username !== '' || url.password !== '') return wrong('Must have no user or password in it.');
  if (url.hash !== '') return wrong('Must have no fragment.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!anywhere && isIP(host) !== 0 && !isPublicAddress(host))
    return wrong('Must be on a host of the public internet.');
  return { kind: 'ok', url: url.href };
}
