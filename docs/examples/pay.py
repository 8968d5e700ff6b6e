"""Pays a Thai QR code from a Bakong account: look up, quote, pay, wait. Python 3.9 or later with `cryptography`.

python pay.py <gateway URL> <key id> <PEM file of the private key> <text of the code> [amount in baht]
"""

import base64
import hashlib
import json
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

gateway, key_id, key_file, qr_text = sys.argv[1:5]
baht = sys.argv[5] if len(sys.argv) > 5 else "820.00"
# The host as in the Host header: in lower case, without a default port.
address = urllib.parse.urlsplit(gateway)
authority = address.netloc.lower()
if address.port == {"http": 80, "https": 443}[address.scheme]:
    authority = authority.rpartition(":")[0]
with open(key_file, "rb") as pem:
    private_key = load_pem_private_key(pem.read(), password=None)


def sign_bytes(base):
    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        return private_key.sign(base)
    # ECDSA answers in DER; RFC 9421 asks for r and s of 32 bytes each.
    r, s = utils.decode_dss_signature(private_key.sign(base, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signature_of(method, target, headers, body):
    """Headers of an HTTP Message Signature (RFC 9421) over a request."""
    path, mark, query = target.partition("?")
    covered = {"@method": method, "@path": path, "@authority": authority}
    if mark:
        covered["@query"] = "?" + query
    added = {}
    if body is not None:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        added["content-digest"] = f"sha-256=:{digest}:"
        covered["content-type"] = headers["content-type"]
        covered["content-digest"] = added["content-digest"]
    if "idempotency-key" in headers:
        covered["idempotency-key"] = headers["idempotency-key"]
    names = " ".join(f'"{name}"' for name in covered)
    nonce = secrets.token_urlsafe(16)
    parameters = f'({names});created={int(time.time())};keyid="{key_id}";nonce="{nonce}"'
    lines = "".join(f'"{name}": {value}\n' for name, value in covered.items())
    base = f'{lines}"@signature-params": {parameters}'.encode()
    signature = base64.b64encode(sign_bytes(base)).decode()
    return {**added, "signature-input": f"sig1={parameters}", "signature": f"sig1=:{signature}:"}


def ask(method, target, content=None, headers=None):
    headers = dict(headers or {})
    body = None if content is None else json.dumps(content).encode()
    if body is not None:
        headers["content-type"] = "application/json"
    headers.update(signature_of(method, target, headers, body))
    request = urllib.request.Request(gateway + target, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        fields = [f"{field['path']}: {field['message']}" for field in problem.get("errors", [])]
        parts = [f"{problem['code']}: {problem['title']}.", problem.get("detail"), *fields, problem["remedy"]]
        sys.exit(" ".join(part for part in parts if part))


lookup = ask("POST", "/v1/lookups", {"qrText": qr_text})
print("pays", lookup["payee"]["displayName"])

amount = lookup.get("amount") or {"currency": lookup["currency"], "amount": baht}
quote = ask("POST", "/v1/quotes", {"lookupId": lookup["lookupId"], "sourceCurrency": "KHR", "amount": amount})
print(quote["source"]["amount"], quote["source"]["currency"], "for", quote["target"]["amount"], quote["target"]["currency"])

order = {
    "lookupId": lookup["lookupId"],
    "quoteId": quote["quoteId"],
    "debtor": {"name": "Sok Dara", "account": "u0000123@mekong"},
}
# The same key for every repeat: whatever happens on the way, it is one payment.
key = {"idempotency-key": str(uuid.uuid4()), "prefer": "wait=20"}
for attempt in range(3):
    try:
        payment = ask("POST", "/v1/payments", order, key)
        break
    except urllib.error.URLError:
        if attempt == 2:
            raise
while payment["state"] == "processing":
    time.sleep(1)
    payment = ask("GET", payment["links"]["self"])
print(payment["state"], payment["isoStatus"], payment["uetr"], payment.get("problem", {}).get("code", ""))
