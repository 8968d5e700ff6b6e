import type { WirePart } from '@tonle/network';
import { requestHeaders, type FspiopVersion } from './headers.js';
import { readPath } from './paths.js';

/** Says every request in the version that its scheme speaks: the type of a body, and what a question accepts back. */
export function spokenIn(version: FspiopVersion): WirePart {
  return () => (next) => (request) => {
    const { method, path, headers } = request;
    const resource = readPath(path)?.resource;
    if (resource === undefined) return next(request);
    const isAnswer = method === 'PUT' || method === 'PATCH';
    return next({ ...request, headers: { ...headers, ...requestHeaders(resource, { isAnswer, version }) } });
  };
}
