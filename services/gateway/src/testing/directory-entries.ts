import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { CalendarBody, CorridorBody, NetworkBody, ParticipantBody } from '@tonle/directory';
import type { DirectoryEntry } from '@tonle/contracts';

const DAY_MS = 86_400_000;

function bank(id: string, domain: string, more: Partial<ParticipantBody> = {}): ParticipantBody {
  return {
    participantId: id,
    name: id,
    kind: 'bank',
    bic: `${id.slice(2, 6)}KHPPXXX`,
    country: 'KH',
    state: 'active',
    keys: [],
    scopes: ['payments'],
    railAccounts: {},
    memberOf: ['bakong'],
    railDomains: [domain],
    caps: {},
    ...more,
  };
}

const PARTICIPANTS: readonly ParticipantBody[] = [
  bank('KHMEKONG', 'mekong'),
  bank('KHANGKOR', 'angkor'),
  bank('KHPAUSED', 'paused', { state: 'paused' }),
  bank('KHSMALL', 'small', { lookups: { burst: 12, perSecond: 0.01, perPayment: 3 } }),
  bank('FXNAGA', 'naga', { kind: 'fx_provider', scopes: ['rates'] }),
  bank('OPERATOR', 'none', { kind: 'operator', scopes: ['ops'], railDomains: [] }),
  bank('OPERATOR2', 'none', { kind: 'operator', scopes: ['ops'], railDomains: [] }),
];

const NETWORKS: readonly NetworkBody[] = [
  {
    networkId: 'bakong',
    name: 'Bakong',
    side: 'home',
    participant: 'BAKONG',
    adapter: 'adapter-bakong',
    countries: ['KH'],
    schemes: ['KHQR'],
    accounts: { kinds: ['bakong'], default: 'bakong', spelling: { letterCase: 'lower' } },
    strongKey: 'partnerRef',
    settlementMode: 'GROSS_RT',
    rail: 'BAKONG',
    currencies: ['KHR', 'USD'],
    calendar: 'KH',
    state: 'active',
  },
  {
    networkId: 'thailand',
    name: 'Thai switch',
    side: 'partner',
    participant: 'THSWITCH',
    adapter: 'adapter-thailand',
    countries: ['TH'],
    schemes: ['THAI_CREDIT_TRANSFER', 'THAI_BILL_PAYMENT', 'THAI_PAYMENT_INNOVATION'],
    accounts: {
      kinds: ['MBNO', 'NIDN', 'EWLT', 'BIID', 'bank_account'],
      default: 'bank_account',
      defaultProxy: 'MBNO',
      spelling: { letterCase: 'kept', leftOut: ' ().-' },
    },
    strongKey: 'uetr',
    settlementMode: 'DEFERRED_NET',
    currencies: ['THB'],
    calendar: 'TH',
    state: 'active',
  },
];

const calendar = (calendarId: string): CalendarBody => ({
  calendarId,
  version: 1,
  utcOffsetMinutes: 420,
  cutOff: '23:00',
  holidays: [],
});

const CORRIDOR: CorridorBody = {
  corridorId: 'KH-TH',
  status: 'live',
  home: 'bakong',
  partner: 'thailand',
  open: { outbound: true, inbound: true },
  requiredPurposes: { outbound: [], inbound: [] },
  limits: { perPayment: { KHR: '1000000000' }, perDebtorDay: { KHR: '5200000000' } },
  schemeFee: { outbound: {}, inbound: {} },
  timers: {
    paymentMs: 60_000,
    payerLegMs: 10_000,
    beneficiaryLegMs: 20_000,
    creditGuardMs: 5_000,
    screeningHoldMs: 3_600_000,
    notFoundFinalAfterMs: 60_000,
    enquiryMs: [4_000],
    reviewAfterMs: 1_800_000,
    quoteMs: 600_000,
  },
};

/** A small directory: every participant with one valid key, `KHMEKONG-old` past its validity. */
export function directoryEntries(nowMs: number): { entries: DirectoryEntry[]; keys: Map<string, KeyObject> } {
  const keys = new Map<string, KeyObject>();
  const entries = PARTICIPANTS.map((participant): DirectoryEntry => {
    const id = participant.participantId;
    const { privateKey, publicKey } =
      id === 'KHANGKOR' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    keys.set(id, privateKey);
    const key = {
      keyId: `${id}-1`,
      algorithm: id === 'KHANGKOR' ? ('ed25519' as const) : ('ecdsa-p256-sha256' as const),
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      validFrom: new Date(nowMs - DAY_MS).toISOString(),
      validTo: new Date(nowMs + 365 * DAY_MS).toISOString(),
    };
    const old = { ...key, keyId: `${id}-old`, validTo: new Date(nowMs - 1).toISOString() };
    return { kind: 'participant', id, version: 1, body: { ...participant, keys: [key, old] } };
  });
  const others: DirectoryEntry[] = [
    ...NETWORKS.map((body) => ({ kind: 'network' as const, id: body.networkId, version: 1, body })),
    ...['KH', 'TH'].map((id) => ({ kind: 'calendar' as const, id, version: 1, body: calendar(id) })),
    { kind: 'corridor', id: 'KH-TH', version: 1, body: CORRIDOR },
  ];
  return { entries: [...entries, ...others], keys };
}

/** A made-up network and the open corridor to it, of the one to Thailand's terms; ids after `id`, its participant in capitals. */
export function networkTo(
  id: string,
  network: Partial<NetworkBody> = {},
  corridor: Partial<CorridorBody> = {},
): DirectoryEntry[] {
  const body: NetworkBody = {
    ...NETWORKS[1]!,
    networkId: id,
    name: id,
    participant: id.toUpperCase(),
    adapter: `adapter-${id}`,
    schemes: [],
    accounts: { kinds: ['bank_account'], default: 'bank_account', spelling: { letterCase: 'kept' } },
    ...network,
  };
  const participant: ParticipantBody = {
    ...bank(body.participant, 'none', { railDomains: [], memberOf: [], scopes: [] }),
    kind: 'network',
    bic: `${id.toUpperCase().padEnd(4, 'X')}LALAXXX`,
  };
  const corridorId = `KH-${id}`;
  return [
    { kind: 'participant', id: body.participant, version: 1, body: participant },
    { kind: 'network', id, version: 1, body },
    {
      kind: 'corridor',
      id: corridorId,
      version: 1,
      body: { ...CORRIDOR, corridorId, partner: id, ...corridor },
    },
  ];
}
