import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readQr } from '@tonle/emvqr';
import { readIso, writeIso, type CanonicalMessage } from '@tonle/iso20022';
import { formatAmount } from '@tonle/money';
import { algorithmOf, verifyRequest, type ReceivedRequest, type RegisteredKey } from '@tonle/security';
import { compare, type CaseResult, type Disagreement, type Suite } from './suite.js';

const FOLDER = 'found';

interface SignedRequest {
  readonly nowMs: number;
  readonly request: ReceivedRequest;
  /** `verified`, or by which signature; or the reason of a refusal. */
  readonly expect: string;
}

/** RFC 9421 B.1.4. */
const PUBLIC_KEY = createPublicKey({
  key: Buffer.from('MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=', 'base64'),
  format: 'der',
  type: 'spki',
});

/** The right values of codes by name. */
const CODES: Readonly<Record<string, unknown>> = {
  'F1-pix-no-town-no-name-no-category': {
    kind: 'read',
    findings: ['MERCHANT_CATEGORY_TAG_REQUIRED', 'MERCHANT_NAME_REQUIRED', 'MERCHANT_CITY_TAG_REQUIRED'],
  },
  'F18-fps-timed-out': { kind: 'read', expired: true },
  'F21-khqr-three-stars': { kind: 'read', asked: ['billNumber', 'terminalLabel'], additional: [] },
};
/** The right values of payments by name. */
const PAYMENTS: Readonly<Record<string, unknown>> = {
  'F13-pacs008-structured-reference': { creditorReference: 'RF18539007547034', again: true },
  'F15-pacs008-amount-plus': { amount: '820.00', again: true },
};

/** Small inputs that failed once: signed requests, codes, payments. */
export const foundSuite: Suite = {
  name: 'found',
  *run(folder) {
    if (!existsSync(join(folder, FOLDER))) return;
    for (const name of readdirSync(join(folder, FOLDER))) {
      const bytes = readFileSync(join(folder, FOLDER, name));
      const file = `${FOLDER}/${name}`;
      const id = name.replace(/\.[^.]*$/, '');
      const disagreements = judge(file, id, bytes);
      if (disagreements !== undefined) yield { file, id, disagreements } satisfies CaseResult;
    }
  },
};

/** Undefined: this input is another suite's. */
function judge(file: string, id: string, bytes: Buffer): Disagreement[] | undefined {
  if (file.endsWith('.json')) {
    const { expect, ...given } = JSON.parse(bytes.toString()) as SignedRequest;
    return compare(file, id, expect.split(' ')[0], verdictOf(given));
  }
  if (file.endsWith('.txt')) return compare(file, id, CODES[id] ?? {}, readCode(bytes.toString().trim()));
  return file.endsWith('.xml') && bytes.includes('pacs.008')
    ? compare(file, id, PAYMENTS[id] ?? {}, readPayment(bytes))
    : undefined;
}

function verdictOf({ request, nowMs }: Omit<SignedRequest, 'expect'>): string {
  const key: RegisteredKey = {
    publicKey: PUBLIC_KEY,
    algorithm: algorithmOf(PUBLIC_KEY),
    validFrom: 0,
    validTo: Number.MAX_SAFE_INTEGER,
  };
  const keys = new Map([
    ['test-key-ed25519', key],
    ['old-key', { ...key, validTo: nowMs - 1_000 }],
  ]);
  const verification = verifyRequest(request, (keyId) => keys.get(keyId), nowMs);
  return verification.kind === 'verified' ? verification.kind : verification.reason;
}

function readCode(text: string): unknown {
  const reading = readQr(text, Date.now());
  if (reading.kind === 'refused') return { kind: reading.outcome };
  const { kind, expired, asked, additional, findings } = reading;
  return {
    kind,
    expired,
    asked,
    additional: Object.keys(additional),
    findings: findings.map(({ outcome }) => outcome),
  };
}

function readPayment(bytes: Buffer): unknown {
  const reading = readIso(bytes);
  if (reading.kind === 'refused') return { kind: reading.errors[0]?.code };
  const { message, version } = reading;
  return { ...saidBy(message), again: comesBack(message, version) };
}

function saidBy(message: CanonicalMessage): object {
  if (message.kind !== 'payment') return {};
  const { creditorReference, settlementAmount } = message;
  return { creditorReference, amount: formatAmount(settlementAmount) };
}

function comesBack(message: CanonicalMessage, version: string): boolean {
  const again = readIso(Buffer.from(writeIso(message, version)));
  return again.kind === 'read' && compare('', '', message, again.message).length === 0;
}
