import { generateKeyPairSync } from 'node:crypto';
import type { DirectoryEntry } from '@tonle/contracts';
import type { CalendarBody, CorridorBody, NetworkBody, ParticipantBody } from './entry.schema.js';

const { publicKey } = generateKeyPairSync('ed25519');

export function keyOf(keyId: string): ParticipantBody['keys'][number] {
  return {
    keyId,
    algorithm: 'ed25519',
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    validFrom: '2020-01-01T00:00:00Z',
    validTo: '2099-12-31T00:00:00Z',
  };
}

export function participantEntry(
  id: string,
  more: Partial<ParticipantBody> = {},
  version = 1,
): DirectoryEntry {
  const body: ParticipantBody = {
    participantId: id,
    name: id,
    kind: 'bank',
    country: 'KH',
    state: 'active',
    keys: [],
    scopes: [],
    railAccounts: {},
    memberOf: [],
    railDomains: [],
    caps: {},
    ...more,
  };
  return { kind: 'participant', id, version, body };
}

export function calendarEntry(id: string, more: Partial<CalendarBody> = {}, version = 1): DirectoryEntry {
  const body = { calendarId: id, version, utcOffsetMinutes: 420, cutOff: '23:00', holidays: [], ...more };
  return { kind: 'calendar', id, version, body };
}

export function networkEntry(id: string, more: Partial<NetworkBody> = {}, version = 1): DirectoryEntry {
  const body: NetworkBody = {
    networkId: id,
    name: id,
    side: 'partner',
    participant: id.toUpperCase(),
    adapter: `adapter-${id}`,
    countries: ['TH'],
    schemes: [],
    accounts: { kinds: ['bank_account'], default: 'bank_account', spelling: { letterCase: 'kept' } },
    strongKey: 'uetr',
    settlementMode: 'DEFERRED_NET',
    currencies: ['THB'],
    calendar: 'TH',
    state: 'active',
    ...more,
  };
  return { kind: 'network', id, version, body };
}

/** The home network of the tests. */
export const HOME_NETWORK: Partial<NetworkBody> = {
  side: 'home',
  countries: ['KH'],
  schemes: ['KHQR'],
  accounts: { kinds: ['wallet'], default: 'wallet', spelling: { letterCase: 'lower' } },
  strongKey: 'partnerRef',
  settlementMode: 'GROSS_RT',
  rail: 'HOME',
  currencies: ['KHR', 'USD'],
  calendar: 'KH',
};

/** Two networks, their calendars and the corridor between them. */
export function pairOf(home: string, partner: string, more: Partial<NetworkBody> = {}): DirectoryEntry[] {
  return [
    calendarEntry('KH'),
    calendarEntry('TH'),
    networkEntry(home, HOME_NETWORK),
    networkEntry(partner, more),
    corridorEntry(`${home}-${partner}`, { home, partner }),
  ];
}

export function corridorEntry(id: string, more: Partial<CorridorBody> = {}, version = 1): DirectoryEntry {
  const body: CorridorBody = {
    corridorId: id,
    status: 'live',
    home: 'home',
    partner: 'partner',
    open: { outbound: true, inbound: true },
    requiredPurposes: { outbound: [], inbound: [] },
    limits: { perPayment: {}, perDebtorDay: {} },
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
    ...more,
  };
  return { kind: 'corridor', id, version, body };
}
