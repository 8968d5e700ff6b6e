import { json, type HttpCall, type HttpReply } from '../kit/listener.js';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
/** Browsers say where a request comes from; `none` is a person who typed the address. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Why a request is not for us: it was made by a page of another site in the browser of whoever runs the sandbox (its
 * origin, or a name that was made to lead here), or its body is what any page may send without being asked.
 */
export function strangerRefusal({ headers, body }: HttpCall): HttpReply | undefined {
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  if (!LOOPBACK.test(host)) return json(421, { error: `the control interface does not serve ${host}` });
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return json(403, { error: `the control interface takes nothing from ${origin}` });
  if (typeof site === 'string' && !OWN_SITES.has(site))
    return json(403, { error: 'the control interface takes nothing from other sites' });
  if (body.length > 0 && !JSON_TYPE.test(headers['content-type'] ?? ''))
    return json(415, { error: 'send the body as application/json' });
  return undefined;
}
