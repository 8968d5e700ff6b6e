import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { directoryEntry, lookupAnswer } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { writeKhqr, writeThaiQr, type QrWriting } from '@tonle/emvqr';
import { createTestTelemetry, type TestTelemetry } from '@tonle/telemetry';
import type { WireReply } from './exchange.js';
import type { Evidence } from './leg.js';
import type { FoundPayee, Payees, WantedPayee, WireRequest } from './network.js';
import { LookupHealth } from './lookup-health.js';
import { ACCOUNT_LOOKUP_MS, PayeeLookup } from './payee-lookup.js';

// The home side of the sandbox's corridor; the network knows everybody unless a test says otherwise.

const NOW = Date.parse('2026-11-22T10:00:00Z');
const file = JSON.parse(
  readFileSync(new URL('../../../deploy/sandbox/directory.json', import.meta.url), 'utf8'),
) as {
  entries: unknown[];
};
const directory = new Directory(file.entries.map((entry) => directoryEntry.parse(entry)));
const quoteMs = directory.corridor('KH-TH')!.timers.quoteMs;
const request: WireRequest = { wire: 'w', method: 'POST', path: '/', operation: 'who' };
const silence = (because: string): WireReply => ({ kind: 'ambiguous', because });
const answer: WireReply = { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from('yes') };

let replies: WireReply[];
let asked: WantedPayee[];
let kept: Evidence[];
let found: Partial<FoundPayee>;
let railDomain: string | undefined;

const payees: Payees = {
  ask: (wanted) => {
    asked.push(wanted);
    return { kind: 'ask', request, railDomain };
  },
  read: (reply) =>
    reply.kind === 'answered'
      ? {
          kind: 'found',
          name: 'Sok Dara',
          account: 'a@mekong',
          accountType: 'bakong',
          currency: 'KHR',
          ...found,
        }
      : { kind: 'refused', reason: 'partner_silent' },
};
let nowMs = NOW;
let timeouts: (number | undefined)[];
const clock = { now: () => nowMs };
let telemetry: TestTelemetry;
let lookup: PayeeLookup;
const open = () =>
  new PayeeLookup({
    payees,
    health: new LookupHealth('bakong', clock, telemetry),
    directory,
    service: 'adapter-bakong',
    clock,
    evidence: { keep: (each) => void kept.push(each) },
    wires: {
      ask: (_request, { subject, timeoutMs }) => {
        timeouts.push(timeoutMs);
        const reply = replies.shift() ?? answer;
        const evidence: Evidence = {
          subject,
          direction: 'out',
          at: NOW,
          operation: 'who',
          bytes: Buffer.from(''),
        };
        return Promise.resolve({ reply, evidence: [evidence] });
      },
    },
  });

function lookUp(more: object = { account: 'a@mekong' }) {
  const lookupId = '0193b0a0-0000-7000-8000-000000000001';
  return lookup.lookUp({ lookupId, participant: 'THSWITCH', corridor: 'KH-TH', ...more });
}

function textOf(writing: QrWriting): string {
  if (writing.kind === 'refused') throw new Error(writing.detail);
  return writing.text;
}
const payee = { bakongAccountId: 'shop@angkor', payeeName: 'Shop', currency: 'KHR' } as const;
const still = textOf(writeKhqr(payee));
const dated = (expiresAtMs: number) => textOf(writeKhqr({ ...payee, amount: '100', expiresAtMs }));

beforeEach(() => {
  [replies, asked, kept, timeouts, found, railDomain] = [[], [], [], [], {}, 'mekong'];
  nowMs = NOW;
  telemetry = createTestTelemetry('payees');
  lookup = open();
});

it('an account holds for two minutes, its bank is the one that has the domain', async () => {
  expect(await lookUp()).toEqual({
    kind: 'found',
    creditor: { name: 'Sok Dara', account: 'a@mekong', accountType: 'bakong', country: 'KH' },
    displayName: 'Sok Dara',
    creditorAgent: 'KHMEKONG',
    currency: 'KHR',
    validUntil: new Date(NOW + ACCOUNT_LOOKUP_MS).toISOString(),
  });
  expect(asked).toMatchObject([
    { account: 'a@mekong', currencies: ['KHR', 'USD'], network: { kind: 'network' }, at: NOW },
  ]);
});

it('a code holds as long as a quote on it, never longer than itself', async () => {
  expect(await lookUp({ qrText: still })).toMatchObject({
    kind: 'found',
    validUntil: new Date(NOW + quoteMs).toISOString(),
  });
  found = { codeExpiresMs: NOW + 5_000 };
  const until = new Date(NOW + 5_000).toISOString();
  expect(await lookUp({ qrText: dated(NOW + 5_000) })).toMatchObject({
    validUntil: until,
    qrExpiresAt: until,
  });
  expect(asked[0]?.code).toMatchObject({ scheme: 'KHQR', text: still });
});

it('reads of a code with several accounts the one that this network pays', async () => {
  const qrText = textOf(
    writeKhqr({
      bakongAccountId: 'a@mekong',
      currency: 'KHR',
      payeeName: 'Sok Dara',
      unionPayAccount: '1974011600520446ANGK00000000001',
    }),
  );
  await lookUp({ qrText });
  expect(asked[0]?.code).toMatchObject({ scheme: 'KHQR', account: { account: 'a@mekong' } });
  const home = directory.entry('network', 'bakong')!;
  const cards = { ...home, version: 1_000, body: { ...(home.body as object), schemes: ['UNIONPAY'] } };
  directory.take([cards]);
  expect(await lookUp({ qrText })).toMatchObject({ kind: 'found', creditor: { country: 'KH' } });
  directory.become(file.entries.map((entry) => directoryEntry.parse(entry)));
  expect(asked[1]?.code).toMatchObject({
    scheme: 'UNIONPAY',
    account: { fields: { acquirerIin: '19740116', merchantId: 'ANGK00000000001' } },
  });
});

it('what no stage could carry is not passed on: names are shown as far as they go, accounts are no answer', async () => {
  found = { name: 'Sok\u0000Dara', displayName: '\ufffe', remittance: `INV\u202e${'1'.repeat(200)}` };
  expect(await lookUp()).toMatchObject({
    creditor: { name: 'Sok Dara' },
    displayName: 'a@mekong',
    remittance: `INV ${'1'.repeat(136)}`,
  });
  found = { codeExpiresMs: Date.parse('9999-12-31T23:59:00-05:00') };
  expect(lookupAnswer.safeParse(await lookUp({ qrText: still })).success).toBe(true);
  for (const wrong of [{ account: 'a\u0000@mekong' }, { account: '' }, { accountType: 'x'.repeat(36) }]) {
    found = wrong;
    expect(await lookUp()).toMatchObject({ kind: 'refused', reason: 'partner_silent' });
  }
});

it.each<[string, object, string]>([
  ['another corridor', { corridor: 'KH-XX', account: 'a@mekong' }, 'corridor_unknown'],
  ['a text that is no code', { qrText: 'hello' }, 'qr_unreadable'],
  ['a changed code', { qrText: `${still.slice(0, -4)}0000` }, 'qr_tampered'],
  ['a code that has expired', { qrText: dated(NOW - 1) }, 'qr_expired'],
  [
    'a code of another scheme',
    { qrText: textOf(writeThaiQr({ payeeName: 'S', billerId: '010555500000012', reference1: 'R1' })) },
    'qr_not_served',
  ],
])('refuses %s and asks nobody', async (_name, more, reason) => {
  expect(await lookUp(more)).toMatchObject({ kind: 'refused', reason });
  expect(asked).toEqual([]);
});

describe('what the network knows', () => {
  it('is not asked for an account whose bank is not here', async () => {
    railDomain = 'elsewhere';
    expect(await lookUp()).toMatchObject({ kind: 'refused', reason: 'participant_unknown' });
    expect(kept).toEqual([]);
  });

  it('is the agent itself when accounts have no domain', async () => {
    railDomain = undefined;
    expect(await lookUp()).toMatchObject({ kind: 'found', creditorAgent: 'BAKONG' });
  });

  it('is no payee in a currency that the corridor does not pay in', async () => {
    found = { currency: 'THB' };
    expect(await lookUp()).toMatchObject({ kind: 'refused', reason: 'payee_not_eligible' });
  });

  it.each<[string, WireReply[], string, number]>([
    ['again when nothing was said', [silence('reset')], 'found', 2],
    ['not again after its time', [silence('timeout')], 'refused', 1],
    ['not a third time', [silence('reset'), silence('reset')], 'refused', 2],
  ])('is asked %s, each time with evidence', async (_name, words, kind, times) => {
    replies = words;
    expect((await lookUp()).kind).toBe(kind);
    expect(kept).toHaveLength(times);
  });
});

describe('a network that does not answer', () => {
  const silent = async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      replies = [silence('timeout')];
      nowMs += 1_000;
      await lookUp({ account: `a${n}@mekong` });
    }
  };

  it('about one payee is asked on: it may be that payee alone', async () => {
    for (let n = 0; n < 10; n += 1) {
      replies = [silence('timeout')];
      nowMs += 1_000;
      await lookUp();
    }
    expect(await lookUp({ account: 'b@mekong' })).toMatchObject({ kind: 'found' });
  });

  it('is asked no more, callers hear it at once, and the first answer ends that', async () => {
    await silent(5);
    const askedBefore = kept.length;
    expect(await lookUp()).toMatchObject({
      kind: 'refused',
      reason: 'partner_silent',
      detail: 'The network has not answered lookups lately: it is asked again within 5 seconds.',
    });
    expect(kept).toHaveLength(askedBefore);
    nowMs += 5_000;
    expect(await lookUp()).toMatchObject({ kind: 'found' });
    expect(await lookUp()).toMatchObject({ kind: 'found' });
  });

  it('is shown to people, without anything of who was asked about', async () => {
    await silent(5);
    await lookUp();
    const [lookups, open] = await Promise.all([
      telemetry.registry.getSingleMetricAsString('tonle_partner_lookups_total'),
      telemetry.registry.getSingleMetricAsString('tonle_partner_lookup_breaker_open'),
    ]);
    expect(lookups).toMatch(/partner="bakong",outcome="silent"[^}]*\} \d+/);
    expect(lookups).toMatch(/partner="bakong",outcome="not_asked"[^}]*\} \d+/);
    expect(open).toMatch(/partner="bakong"[^}]*\} 1/);
    expect(lookups).not.toContain('mekong');
    nowMs += 5_000;
    await lookUp();
    expect(await telemetry.registry.getSingleMetricAsString('tonle_partner_lookup_breaker_open')).toMatch(
      /partner="bakong"[^}]*\} 0/,
    );
  });

  it('but says no, or what only this question makes nothing of, is there', async () => {
    found = { account: '' };
    for (let n = 0; n < 10; n += 1) {
      nowMs += 1_000;
      expect(await lookUp()).toMatchObject({ reason: 'partner_silent' });
    }
    found = {};
    expect(await lookUp()).toMatchObject({ kind: 'found' });
  });

  it('keeps nobody longer than a batch of lookups is waited for, with its retry', async () => {
    replies = [silence('reset')];
    await lookUp();
    expect(timeouts).toEqual([4_000, 4_000]);
  });
});
