import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { refused, type PaymentCodeRequest } from '@tonle/contracts';
import { TryLater } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import type { WireReply } from '../exchange.js';
import { CALLING_NETWORK_DATABASE } from '../host.js';
import type { PayeeRefusal, WireRequest } from '../network.js';
import { CodeIssuer } from './code-issuer.js';
import type { IssuedCode } from './payment-code.js';
import { codeNamed } from './payment-code.store.js';

// Real: PostgreSQL. The network that issues codes is played by the test.

const NOW = Date.parse('2026-11-22T09:30:00Z');
const LIFETIME_MS = 60_000;

const telemetry = createTestTelemetry('code-issuer', { TONLE_LOG_LEVEL: 'silent' });
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('code_issuer');
  await test.database.openOrm(CALLING_NETWORK_DATABASE);
});
afterAll(() => test.drop());

const kept: unknown[] = [];
const reply: WireReply = { kind: 'answered', status: 200, headers: {}, bytes: Buffer.alloc(0) };

function issuer(said: IssuedCode | PayeeRefusal, isLoaded = true): CodeIssuer {
  return new CodeIssuer({
    codes: {
      lifetimeMs: LIFETIME_MS,
      ask: ({ codeId }) => ({ operation: `getPaymentCode ${codeId}` }) as WireRequest,
      read: () => said,
    },
    wires: {
      ask: (_asked, { subject }) => Promise.resolve({ reply, evidence: [subject as never] }),
    },
    evidence: { keep: (each) => kept.push(each) },
    database: test.database,
    directory: {
      assertLoaded: () => {
        if (!isLoaded) throw new TryLater('not yet');
      },
      corridor: (id) => (id === 'KH-AP' ? ({} as never) : undefined),
    },
    clock: { now: () => NOW },
    telemetry,
    partner: 'alipay',
  });
}

let codes = 0;
const request = (more: Partial<PaymentCodeRequest> = {}): PaymentCodeRequest => ({
  codeId: `01990000-0000-7000-8000-${String((codes += 1)).padStart(12, '0')}`,
  participant: 'KHMEKONG',
  corridor: 'KH-AP',
  debtor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
  most: { currency: 'KHR', minor: '20000000' },
  ...more,
});
const inMs = (ms: number) => new Date(NOW + ms).toISOString();

it.each<[string, Partial<IssuedCode>, number]>([
  ['as long as the network says', { expiresMs: NOW + 30_000 }, 30_000],
  ['never longer than its kind of codes', { expiresMs: NOW + 3_600_000 }, LIFETIME_MS],
  ['so long, where the network says nothing', {}, LIFETIME_MS],
])('a code is good %s', async (name, more, ms) => {
  const asked = request();
  const answer = await issuer({ kind: 'issued', text: `shown ${name}`, barcode: name, ...more }).issue(asked);
  expect(answer).toEqual({ kind: 'issued', code: `shown ${name}`, barcode: name, expiresAt: inMs(ms) });
  // Kept by what drawings name, before it was told; the question and its answer are evidence.
  for (const form of [name, `shown ${name}`])
    expect(await codeNamed(test.database, form)).toEqual({ ...asked, expiresMs: NOW + ms, isUsed: false });
  expect(kept).toContain(asked.codeId);
});

it('what the network refuses is told, and nothing is kept', async () => {
  const [said, missing] = [refused('partner_silent', 'timeout'), refused('corridor_unknown')];
  expect(await issuer({ ...said, unmapped: 'result NEVER_SEEN' }).issue(request())).toEqual(said);
  const counted = await telemetry.registry.getSingleMetric('tonle_partner_unmapped_codes_total')!.get();
  expect(counted.values).toMatchObject([{ value: 1, labels: { partner: 'alipay' } }]);
  expect(await issuer(said).issue(request())).toEqual(said);
  expect(await issuer(said).issue(request({ corridor: 'KH-XX' }))).toEqual(missing);
  await expect(issuer(said, false).issue(request())).rejects.toThrow(TryLater);
});

it('a code that was issued before is given to nobody: its payer would be another', async () => {
  const again = issuer({ kind: 'issued', text: '28000' });
  expect(await again.issue(request())).toMatchObject({ kind: 'issued' });
  expect(await again.issue(request())).toMatchObject({ kind: 'refused', reason: 'partner_silent' });
});
