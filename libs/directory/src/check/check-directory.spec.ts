import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { adapterOf, NETWORKS, type DirectoryEntry } from '@tonle/contracts';
import {
  calendarEntry,
  corridorEntry,
  HOME_NETWORK,
  keyOf,
  networkEntry,
  pairOf,
  participantEntry,
} from '../directory.testing.js';
import type { CorridorBody, NetworkBody, ParticipantBody } from '../entry.schema.js';
import { checkDirectory, violationText } from './check-directory.js';
import type { DirectoryRule } from './violation.js';

const bank = (more: Partial<ParticipantBody> = {}, version = 1) =>
  participantEntry('BANK', { bic: 'BANKKHPP', memberOf: ['home'], railDomains: ['bank'], ...more }, version);
const changer = (more: Partial<ParticipantBody> = {}) =>
  participantEntry('FX', {
    kind: 'fx_provider',
    bic: 'CHNGKHPP',
    railAccounts: { KHR: 'fx', USD: 'fx' },
    ...more,
  });
const stands = (id: string, more: Partial<ParticipantBody> = {}) =>
  participantEntry(id, { kind: 'network', bic: `${id.slice(0, 4).padEnd(4, 'X')}KHPP`, ...more });
const thai = (more: Partial<NetworkBody> = {}) =>
  networkEntry('thai', { schemes: ['THAI_BILL_PAYMENT'], ...more });
const corridor = (more: Partial<CorridorBody> = {}) =>
  corridorEntry('home-thai', { home: 'home', partner: 'thai', ...more });
const timers = (corridor().body as CorridorBody).timers;

/** A directory that can work, with one entry in another form, or with more. */
function directory(...changed: readonly DirectoryEntry[]): DirectoryEntry[] {
  const good = [
    bank(),
    changer(),
    stands('HOME'),
    stands('THAI'),
    ...pairOf('home', 'thai', { schemes: ['THAI_BILL_PAYMENT'] }),
  ];
  const isChanged = ({ kind, id }: DirectoryEntry) =>
    changed.some((each) => each.kind === kind && each.id === id);
  return [...good.filter((entry) => !isChanged(entry)), ...changed];
}

/** With a partner that settles dollars, and the bank that payments in dollars alone run through. */
function dollars(
  bankMore: Partial<ParticipantBody> = {},
  more: Partial<CorridorBody> = {},
): DirectoryEntry[] {
  const settler = participantEntry('SETTLER', {
    kind: 'settlement_bank',
    bic: 'SETTKHPP',
    railAccounts: { KHR: 'bank@home', USD: 'bank@home' },
    ...bankMore,
  });
  const settlementBanks = { USD: 'SETTLER' };
  return directory(thai({ currencies: ['USD'] }), corridor({ settlementBanks, ...more }), settler);
}

const without = (kind: string, id: string) =>
  directory().filter((entry) => entry.kind !== kind || entry.id !== id);
const found = (
  entries: readonly DirectoryEntry[],
  adapters = ['adapter-home', 'adapter-thai', 'adapter-lao'],
) => checkDirectory(entries, { adapters }).map(({ rule, entry }) => `${rule} of ${entry}`);

describe(checkDirectory, () => {
  it('has nothing to say of a directory that can work', () => {
    expect(found(directory())).toEqual([]);
    expect(found([])).toEqual([]);
  });

  it('has nothing to say of the sandbox', () => {
    const file = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
    const { entries } = JSON.parse(readFileSync(file, 'utf8')) as { entries: DirectoryEntry[] };
    expect(checkDirectory(entries, { adapters: NETWORKS.map(adapterOf) })).toEqual([]);
  });

  it('says in one sentence where what is wrong, and how to remedy it', () => {
    const [violation] = checkDirectory(directory(thai({ calendar: 'LA' })));
    expect(violationText(violation!)).toBe(
      'network thai: calendar LA does not exist or has ended; add it, or name another',
    );
  });

  it('has nothing to say of a planned corridor that says why', () => {
    expect(found(directory(corridor({ status: 'planned', note: 'Nothing is signed yet.' })))).toEqual([]);
  });

  it('has nothing to say of a corridor with a bank for payments in one currency', () => {
    expect(found(dollars())).toEqual([]);
  });

  const RULES: readonly [DirectoryRule, string, DirectoryEntry[]][] = [
    ['settlement_bank_wrong', 'corridor home-thai', dollars({ kind: 'fx_provider' })],
    ['settlement_bank_wrong', 'corridor home-thai', dollars({ bic: undefined })],
    ['settlement_bank_wrong', 'corridor home-thai', dollars({ railAccounts: { KHR: 'bank@home' } })],
    ['settlement_bank_wrong', 'corridor home-thai', dollars({ railAccounts: { USD: 'Bank@home' } })],
    ['settlement_bank_wrong', 'corridor home-thai', dollars({}, { settlementBanks: { USD: 'NOBODY' } })],
    ['settlement_bank_wrong', 'corridor home-thai', dollars({}, { settlementBanks: { KHR: 'SETTLER' } })],
    ['settlement_bank_wrong', 'corridor home-thai', dollars({}, { homeCurrencies: ['KHR'] })],
    ['form_wrong', 'participant BANK', directory({ ...bank(), body: { participantId: 'BANK' } })],
    ['form_wrong', 'participant BANK', directory(bank({ keys: [{ ...keyOf('K'), publicKeyPem: 'none' }] }))],
    [
      'field_unknown',
      'network thai',
      directory({ ...thai(), body: { ...(thai().body as object), openingHour: {} } }),
    ],
    ['text_unfit', 'participant BANK', directory(bank({ name: 'Mekong\u202eknaB' }))],
    ['text_unfit', 'network thai', directory(thai({ name: 'Thai\u0000' }))],
    ['text_unfit', 'participant BANK', directory(bank({ railDomains: ['bank\ufffe'] }))],
    ['id_differs', 'corridor home-thai', directory(corridor({ corridorId: 'home-tahi' }))],
    ['entry_twice', 'participant BANK', [...directory(), bank()]],
    ['calendar_version_differs', 'calendar TH', directory(calendarEntry('TH', { version: 1 }, 2))],
    ['holiday_wrong', 'calendar TH', directory(calendarEntry('TH', { holidays: ['2027-02-29'] }))],
    ['holiday_wrong', 'calendar TH', directory(calendarEntry('TH', { holidays: ['1 May 2027'] }))],
    ['holiday_wrong', 'calendar TH', directory(calendarEntry('TH', { holidaysUntil: '2027' }))],
    [
      'holiday_wrong',
      'calendar TH',
      directory(calendarEntry('TH', { holidays: ['2026-12-10', '2026-12-10'] })),
    ],
    [
      'holiday_wrong',
      'calendar TH',
      directory(calendarEntry('TH', { holidays: ['2027-01-01'], holidaysUntil: '2026-12-31' })),
    ],
    ['bic_wrong', 'participant BANK', directory(bank({ bic: 'BANK' }))],
    [
      'bic_missing',
      'participant BANK',
      directory({ ...bank(), body: { ...(bank().body as object), bic: undefined } }),
    ],
    ['bic_missing', 'participant THAI', directory(participantEntry('THAI', { kind: 'network' }))],
    [
      'bic_missing',
      'participant FX',
      directory(participantEntry('FX', { kind: 'fx_provider', railAccounts: { KHR: 'fx', USD: 'fx' } })),
    ],
    [
      'bic_twice',
      'participant OTHER',
      directory(participantEntry('OTHER', { kind: 'operator', bic: 'BANKKHPPXXX' })),
    ],
    [
      'key_twice',
      'participant OTHER',
      directory(
        bank({ keys: [keyOf('K')] }),
        participantEntry('OTHER', { kind: 'operator', keys: [keyOf('K')] }),
      ),
    ],
    ['key_twice', 'participant BANK', directory(bank({ keys: [keyOf('K'), keyOf('K')] }))],
    [
      'key_validity_wrong',
      'participant BANK',
      directory(bank({ keys: [{ ...keyOf('K'), validTo: '2019-01-01T00:00:00Z' }] })),
    ],
    ['rail_domain_twice', 'participant FX', directory(bank(), changer({ railDomains: ['bank'] }))],
    ['membership_wrong', 'participant BANK', directory(bank({ memberOf: [] }))],
    ['membership_wrong', 'participant BANK', directory(bank({ memberOf: ['home', 'none'] }))],
    ['membership_wrong', 'participant BANK', directory(bank({ memberOf: ['thai'] }))],
    ['membership_wrong', 'participant FX', directory(changer({ memberOf: ['home'] }))],
    ['deposit_account_missing', 'participant FX', directory(changer({ railAccounts: { KHR: 'fx' } }))],
    ['cap_wrong', 'participant FX', directory(changer({ caps: { THB: '-1' } }))],
    [
      'stop_wrong',
      'participant FX',
      directory(
        changer({ stopsAt: [{ currency: 'THB', percent: 90, corridor: 'none', direction: 'outbound' }] }),
      ),
    ],
    ['currency_unknown', 'participant FX', directory(changer({ caps: { XXQ: '1' } }))],
    ['currency_unknown', 'network thai', directory(thai({ currencies: ['THB', 'BHT'] }))],
    ['participant_missing', 'network thai', without('participant', 'THAI')],
    ['participant_missing', 'network thai', directory({ ...stands('THAI'), ended: true })],
    ['participant_missing', 'network thai', directory(thai({ participant: 'BANK' }))],
    [
      'participant_twice',
      'network thai',
      directory(networkEntry('lao'), thai({ participant: 'LAO' }), stands('LAO')),
    ],
    ['adapter_missing', 'network thai', directory(thai({ adapter: 'adapter-tahi' }))],
    ['adapter_twice', 'network thai', directory(thai({ adapter: 'adapter-home' }))],
    ['calendar_missing', 'network thai', without('calendar', 'TH')],
    ['calendar_missing', 'network thai', directory({ ...calendarEntry('TH'), ended: true })],
    ['rail_wrong', 'network home', directory(networkEntry('home', { ...HOME_NETWORK, rail: undefined }))],
    ['rail_wrong', 'network thai', directory(thai({ rail: 'THAI' }))],
    ['scheme_unknown', 'network thai', directory(thai({ schemes: ['PROMPTPAY'] }))],
    ['scheme_unknown', 'network thai', directory(thai({ codeCountries: { UNIONPAY: ['TH'] } }))],
    [
      'scheme_twice',
      'network lao',
      directory(
        networkEntry('home', { ...HOME_NETWORK, schemes: ['KHQR'] }),
        networkEntry('lao', { side: 'home', schemes: ['KHQR'] }),
        stands('LAO'),
      ),
    ],
    ['account_spelling_wrong', 'participant BANK', directory(bank({ railDomains: ['Bank'] }))],
    [
      'account_spelling_wrong',
      'participant FX',
      directory(changer({ railAccounts: { KHR: 'FX', USD: 'FX' } })),
    ],
    [
      'account_spelling_missing',
      'network thai',
      directory(thai({ accounts: { kinds: ['MBNO'], default: 'MBNO' } })),
    ],
    [
      'account_kind_wrong',
      'network thai',
      directory(thai({ accounts: { kinds: ['MBNO'], default: 'BIID', spelling: { letterCase: 'kept' } } })),
    ],
    ['network_missing', 'corridor home-thai', directory(corridor({ partner: 'tahi' }))],
    ['network_missing', 'corridor home-thai', directory({ ...thai(), ended: true })],
    ['side_wrong', 'corridor home-thai', directory(corridor({ partner: 'home' }))],
    ['note_missing', 'corridor home-thai', directory(corridor({ status: 'planned' }))],
    ['note_missing', 'corridor home-thai', directory(corridor({ status: 'pilot' }))],
    ['form_wrong', 'corridor home-thai', directory(corridor({ status: 'planned', note: ' ' }))],
    [
      'corridor_twice',
      'corridor second',
      directory(corridor(), corridorEntry('second', { home: 'home', partner: 'thai' })),
    ],
    [
      'limit_wrong',
      'corridor home-thai',
      directory(corridor({ limits: { perPayment: { LAK: '1' }, perDebtorDay: {} } })),
    ],
    [
      'limit_wrong',
      'corridor home-thai',
      directory(corridor({ limits: { perPayment: {}, perDebtorDay: { THB: '1.5' } } })),
    ],
    [
      'limit_wrong',
      'corridor home-thai',
      directory(corridor({ limits: { perPayment: { THB: '10' }, perDebtorDay: { THB: '9' } } })),
    ],
    [
      'fee_wrong',
      'corridor home-thai',
      directory(corridor({ schemeFee: { outbound: { THB: '1' }, inbound: {} } })),
    ],
    [
      'fee_wrong',
      'corridor home-thai',
      directory(corridor({ schemeFee: { outbound: {}, inbound: { THB: 'one' } } })),
    ],
    ['currency_unknown', 'corridor home-thai', directory(corridor({ homeCurrencies: ['KHR', 'LAK'] }))],
    [
      'limit_wrong',
      'corridor home-thai',
      directory(
        corridor({ homeCurrencies: ['KHR'], limits: { perPayment: { USD: '1' }, perDebtorDay: {} } }),
      ),
    ],
    ['timers_contradict', 'corridor home-thai', directory(corridor({ timers: { ...timers, quoteMs: 0 } }))],
    [
      'timers_contradict',
      'corridor home-thai',
      directory(corridor({ timers: { ...timers, enquiryMs: [] } })),
    ],
    [
      'timers_contradict',
      'corridor home-thai',
      directory(corridor({ timers: { ...timers, payerLegMs: 55_000 } })),
    ],
    [
      'timers_contradict',
      'corridor home-thai',
      directory(corridor({ timers: { ...timers, notFoundFinalAfterMs: 1_800_000 } })),
    ],
    [
      'timers_contradict',
      'corridor home-thai',
      directory(corridor({ timers: { ...timers, enquiryMs: [1_800_000] } })),
    ],
  ];

  it.each(RULES)('refuses %s of %s', (rule, entry, entries) => {
    expect(found(entries)).toContain(`${rule} of ${entry}`);
  });

  it('lets several corridors share a home network, and a code be known on either side', () => {
    const lao = [
      networkEntry('lao', { schemes: ['KHQR'] }),
      stands('LAO'),
      corridorEntry('home-lao', { home: 'home', partner: 'lao' }),
    ];
    expect(found(directory(...lao))).toEqual([]);
  });

  it('lets an adapter be any when nobody says which there are', () => {
    expect(checkDirectory(directory(thai({ adapter: 'adapter-new' })))).toEqual([]);
  });

  it('judges the newest version of each, and what ended only by its form', () => {
    expect(found([...directory(bank({ memberOf: ['none'] })), bank({}, 2)])).toEqual([]);
    const ended = { ...bank({ memberOf: ['none'] }), ended: true };
    expect(found(directory(ended))).toEqual([]);
    expect(found(directory({ ...ended, body: {} }))).toEqual(['form_wrong of participant BANK']);
  });
});
