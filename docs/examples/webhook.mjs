// Takes webhooks of a Tonle switch: verifies each, and tells of each event once. Node.js 20 or later, no packages.
//   node webhook.mjs <port> <key of the switch, whpk_...> [the key that it changes to]
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';

const [port, ...keyTexts] = process.argv.slice(2);
if (keyTexts.length === 0 || !keyTexts.every((text) => /^whpk_[\w+/]{43}=$/.test(text))) {
  console.error(
    'Usage: node webhook.mjs <port> whpk_... [whpk_...]; the keys are those of `tonle webhooks add`.',
  );
  process.exit(2);
}
const keys = keyTexts.map((text) => {
  const x = Buffer.from(text.replace(/^whpk_/, ''), 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
});

/** Is this body, byte for byte, what the switch signed in the last five minutes? (Standard Webhooks, v1a) */
function isGenuine(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300)) return false;
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return signatures.split(' ').some((each) => {
    const [version, base64 = ''] = each.split(',');
    return version === 'v1a' && keys.some((key) => verify(null, signed, key, Buffer.from(base64, 'base64')));
  });
}

/** An event in one line; a pacs.002 call-back as it is. */
function toldBy(text) {
  if (text.startsWith('<')) return text;
  const { type, subject, data } = JSON.parse(text);
  return [type, subject, JSON.stringify(data)].join(' ');
}

const seen = new Set(); // In a real one: a unique column in the transaction that does what the event asks for.
createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  if (!isGenuine(request.headers, body)) return response.writeHead(401).end();
  const id = request.headers['webhook-id'];
  if (!seen.has(id)) {
    console.log(toldBy(body.toString()));
  }
  seen.add(id);
  response.writeHead(204).end(); // Only now: what is not answered 2xx comes again, under the same id.
}).listen(Number(port), '127.0.0.1', function () {
  console.log(`listens on ${this.address().port}`);
});
