// Pays a Thai QR code from a Bakong account: look up, quote, pay, wait. Node.js 20 or later, no packages.
//   node pay.mjs <gateway URL> <key id> <PEM file of the private key> <text of the code> [amount in baht]
import { createHash, createPrivateKey, randomBytes, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [gateway, keyId, keyFile, qrText, baht = '820.00'] = process.argv.slice(2);
const privateKey = createPrivateKey(readFileSync(keyFile));

/** Headers of an HTTP Message Signature (RFC 9421) over a request. */
function signatureOf(method, target, headers, body) {
  const [path, query] = target.split(/(?=\?)/);
  const covered = { '@method': method, '@path': path, '@authority': new URL(gateway).host };
  if (query !== undefined) covered['@query'] = query;
  const added = {};
  if (body !== undefined) {
    added['content-digest'] = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    covered['content-type'] = headers['content-type'];
    covered['content-digest'] = added['content-digest'];
  }
  if (headers['idempotency-key'] !== undefined) covered['idempotency-key'] = headers['idempotency-key'];
  const names = Object.keys(covered).map((name) => `"${name}"`);
  const created = Math.floor(Date.now() / 1000);
  const nonce = randomBytes(16).toString('base64url');
  const parameters = `(${names.join(' ')});created=${created};keyid="${keyId}";nonce="${nonce}"`;
  const lines = Object.entries(covered).map(([name, value]) => `"${name}": ${value}\n`);
  const base = Buffer.from(`${lines.join('')}"@signature-params": ${parameters}`);
  const bytes =
    privateKey.asymmetricKeyType === 'ed25519'
      ? sign(null, base, privateKey)
      : sign('sha256', base, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    ...added,
    'signature-input': `sig1=${parameters}`,
    signature: `sig1=:${bytes.toString('base64')}:`,
  };
}

async function ask(method, target, content, more = {}) {
  const body = content === undefined ? undefined : JSON.stringify(content);
  const headers = { ...more, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const signature = signatureOf(method, target, headers, body);
  const response = await fetch(gateway + target, { method, headers: { ...headers, ...signature }, body });
  const answer = await response.json();
  if (!response.ok) {
    const fields = (answer.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
    console.error(
      [`${answer.code}: ${answer.title}.`, answer.detail, ...fields, answer.remedy].filter(Boolean).join(' '),
    );
    process.exit(1);
  }
  return answer;
}

const lookup = await ask('POST', '/v1/lookups', { qrText });
console.log(`pays ${lookup.payee.displayName}`);

const amount = lookup.amount ?? { currency: lookup.currency, amount: baht };
const quote = await ask('POST', '/v1/quotes', { lookupId: lookup.lookupId, sourceCurrency: 'KHR', amount });
console.log(
  `${quote.source.amount} ${quote.source.currency} for ${quote.target.amount} ${quote.target.currency}`,
);

// The same key for every repeat: whatever happens on the way, it is one payment.
const order = {
  lookupId: lookup.lookupId,
  quoteId: quote.quoteId,
  debtor: { name: 'Sok Dara', account: 'u0000123@mekong' },
};
const key = { 'idempotency-key': randomUUID() };
let payment;
for (let attempt = 1; payment === undefined; attempt += 1) {
  payment = await ask('POST', '/v1/payments', order, { ...key, prefer: 'wait=20' }).catch((error) => {
    if (!(error instanceof TypeError) || attempt === 3) throw error; // fetch throws TypeError: no answer came
  });
}
while (payment.state === 'processing') {
  await new Promise((done) => setTimeout(done, 1000));
  payment = await ask('GET', payment.links.self);
}
console.log(`${payment.state} ${payment.isoStatus} ${payment.uetr} ${payment.problem?.code ?? ''}`);
