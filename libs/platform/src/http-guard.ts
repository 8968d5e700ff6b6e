/** A whole request, body too: who sends more slowly is cut off, however little it sends. */
const REQUEST_MS_MAX = 10_000;

/** What every answer says to browsers: read as what it is called, shown in no frame, kept nowhere, told to no other site. */
export const ANSWER_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** Settings of a Node server that give the bytes of a request `requestMs` to come, by default 10 s. */
export function requestDeadlines(requestMs = REQUEST_MS_MAX) {
  // Node looks at its deadlines every 30 s, and takes the longer of the two for bodies, unless told otherwise.
  return {
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: Math.ceil(requestMs / 4),
  };
}
