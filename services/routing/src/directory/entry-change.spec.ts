import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import { sandboxDirectory } from '../payment/directory.testing.js';
import { changeWarnings, shownChanges } from './change-proposal.decide.js';
import { changesOf } from './entry-change.js';

const ENTRIES = sandboxDirectory().entries as DirectoryEntry[];
const entryOf = (kind: string, id: string): DirectoryEntry =>
  structuredClone(ENTRIES.find((entry) => entry.kind === kind && entry.id === id)!);
const pem = (): string =>
  generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
const KEY = {
  keyId: 'KHMEKONG-1',
  algorithm: 'ed25519',
  publicKeyPem: pem(),
  validFrom: '2026-01-01T00:00:00Z',
  validTo: '2027-01-01T00:00:00Z',
};
const HOLD = { kind: 'pause', since: '2026-11-20T02:00:00Z', by: 'DARA', reason: 'a test' };
const PAUSE = { since: '2026-11-20T02:00:00Z', by: 'DARA', reason: 'a test' };

type Body = Record<string, unknown>;

/** What an entry with `was` becomes by `is`, and whether one side may do it alone. */
function change(kind: string, id: string, was: Body, is: Body, more: Partial<DirectoryEntry> = {}) {
  const entry = entryOf(kind, id);
  const [before, after] = [was, is].map((body) => ({ ...entry, body: { ...(entry.body as Body), ...body } }));
  return changesOf(before, { ...after!, version: entry.version + 1, ...more });
}
const isAlone = (...args: Parameters<typeof change>): boolean => {
  const changes = change(...args);
  expect(changes).not.toEqual([]);
  return changes.every(({ restricts }) => restricts);
};

describe('what one side may change alone', () => {
  it.each<[string, string, string, Body, Body]>([
    ['a participant is paused', 'participant', 'KHMEKONG', {}, { state: 'paused' }],
    ['it may only send', 'participant', 'KHMEKONG', {}, { state: 'send_only' }],
    ['an operator pauses it', 'participant', 'KHMEKONG', {}, { pause: PAUSE }],
    ['a lower cap', 'participant', 'KHMEKONG', { caps: { USD: '500' } }, { caps: { USD: '499' } }],
    ['no cap', 'participant', 'KHMEKONG', { caps: { USD: '500' } }, { caps: {} }],
    ['a key goes', 'participant', 'KHMEKONG', { keys: [KEY] }, { keys: [] }],
    [
      'a key ends before',
      'participant',
      'KHMEKONG',
      { keys: [KEY] },
      { keys: [{ ...KEY, validTo: '2026-06-01T00:00:00Z' }] },
    ],
    ['a scope goes', 'participant', 'KHMEKONG', {}, { scopes: [] }],
    ['a corridor is closed', 'corridor', 'KH-TH', {}, { open: { outbound: false, inbound: false } }],
    ['a note', 'corridor', 'KH-TH', {}, { status: 'pilot', note: 'for some' }],
    [
      'a lower limit',
      'corridor',
      'KH-TH',
      {},
      {
        limits: {
          perPayment: { KHR: '1', USD: '1', THB: '1' },
          perDebtorDay: { KHR: '1', USD: '1', THB: '1' },
        },
      },
    ],
    [
      'a limit where none was',
      'corridor',
      'KH-TH',
      { limits: { perPayment: {}, perDebtorDay: {} } },
      { limits: { perPayment: { THB: '9' }, perDebtorDay: {} } },
    ],
    ['a network is paused', 'network', 'thailand', {}, { state: 'paused' }],
    ['a network is held', 'network', 'thailand', {}, { switches: { outbound: { hold: HOLD } } }],
  ])('%s', (_what, kind, id, was, is) => {
    expect(isAlone(kind, id, was, is)).toBe(true);
  });

  it('an entry ends', () => {
    expect(isAlone('corridor', 'KH-TH', {}, {}, { ended: true })).toBe(true);
  });
});

describe('what needs others', () => {
  it.each<[string, string, string, Body, Body]>([
    ['a participant is active again', 'participant', 'KHMEKONG', { state: 'paused' }, { state: 'active' }],
    [
      'it only receives, and only sent',
      'participant',
      'KHMEKONG',
      { state: 'send_only' },
      { state: 'receive_only' },
    ],
    ['a pause ends', 'participant', 'KHMEKONG', { pause: PAUSE }, { pause: undefined }],
    [
      'a pause gets an end',
      'participant',
      'KHMEKONG',
      { pause: PAUSE },
      { pause: { ...PAUSE, until: '2026-11-20T03:00:00Z' } },
    ],
    ['a higher cap', 'participant', 'KHMEKONG', { caps: { USD: '500' } }, { caps: { USD: '501' } }],
    [
      'a cap with a digit more',
      'participant',
      'KHMEKONG',
      { caps: { USD: '900' } },
      { caps: { USD: '1000' } },
    ],
    ['a cap where none was', 'participant', 'KHMEKONG', { caps: {} }, { caps: { USD: '1' } }],
    ['a key comes', 'participant', 'KHMEKONG', { keys: [] }, { keys: [KEY] }],
    [
      'a key has another content',
      'participant',
      'KHMEKONG',
      { keys: [KEY] },
      { keys: [{ ...KEY, publicKeyPem: pem() }] },
    ],
    [
      'a key has another name',
      'participant',
      'KHMEKONG',
      { keys: [KEY] },
      { keys: [{ ...KEY, keyId: 'KHMEKONG-2' }] },
    ],
    [
      'a key lasts longer',
      'participant',
      'KHMEKONG',
      { keys: [KEY] },
      { keys: [{ ...KEY, validTo: '2028-01-01T00:00:00Z' }] },
    ],
    ['a scope comes', 'participant', 'KHMEKONG', { scopes: ['payments'] }, { scopes: ['ops', 'payments'] }],
    [
      'another account',
      'participant',
      'KHMEKONG',
      {},
      { settlementAccounts: { USD: { bank: 'KHSETTLE', account: '666' } } },
    ],
    ['another rail account', 'participant', 'FXNAGA', {}, { railAccounts: { USD: 'x@y', KHR: 'x@y' } }],
    ['another name', 'participant', 'KHMEKONG', {}, { name: 'Somebody' }],
    ['banks in another order', 'participant', 'KHMEKONG', { memberOf: ['a', 'b'] }, { memberOf: ['b', 'a'] }],
    [
      'a corridor opens',
      'corridor',
      'KH-TH',
      { open: { outbound: false, inbound: true } },
      { open: { outbound: true, inbound: true } },
    ],
    [
      'a higher limit',
      'corridor',
      'KH-TH',
      { limits: { perPayment: { THB: '9' }, perDebtorDay: {} } },
      { limits: { perPayment: { THB: '10' }, perDebtorDay: {} } },
    ],
    [
      'a limit goes',
      'corridor',
      'KH-TH',
      { limits: { perPayment: { THB: '9' }, perDebtorDay: {} } },
      { limits: { perPayment: {}, perDebtorDay: {} } },
    ],
    [
      'a limit that is none',
      'corridor',
      'KH-TH',
      { limits: { perPayment: { THB: '9' }, perDebtorDay: {} } },
      { limits: { perPayment: { THB: '0x1' }, perDebtorDay: {} } },
    ],
    ['another fee', 'corridor', 'KH-TH', {}, { schemeFee: { outbound: { KHR: '1' }, inbound: {} } }],
    [
      'a hold goes',
      'network',
      'thailand',
      { switches: { outbound: { hold: HOLD } } },
      { switches: undefined },
    ],
    ['another bank', 'network', 'thailand', {}, { settles: { THB: { bank: 'KHSETTLE', lagDays: 1 } } }],
    ['a holiday', 'calendar', 'TH', {}, { holidays: [] }],
  ])('%s', (_what, kind, id, was, is) => {
    expect(isAlone(kind, id, was, is)).toBe(false);
  });

  it('a new entry, and one that comes back', () => {
    const entry = entryOf('calendar', 'TH');
    expect(changesOf(undefined, entry).some(({ restricts }) => restricts)).toBe(false);
    const back = changesOf({ ...entry, ended: true }, { ...entry, version: entry.version + 1 });
    expect(back).toEqual([{ kind: 'calendar', id: 'TH', path: 'ended', before: 'true', restricts: false }]);
  });

  it('together with what restricts', () => {
    expect(
      isAlone('participant', 'KHMEKONG', { caps: { USD: '5' } }, { caps: { USD: '6' }, state: 'paused' }),
    ).toBe(false);
  });
});

describe('a change, for people', () => {
  it('has amounts with their currency, and fingerprints that are to be compared', () => {
    const changes = change(
      'participant',
      'KHMEKONG',
      { caps: { USD: '500' }, keys: [] },
      { caps: { USD: '123456' }, keys: [KEY], scopes: ['ops', 'payments'] },
    );
    const { before, after } = shownChanges(changes);
    expect(before).toMatchObject({
      'participant KHMEKONG': { 'caps.USD': '5.00 USD', 'scopes.ops': 'none' },
    });
    expect(after).toMatchObject({ 'participant KHMEKONG': { 'caps.USD': '1234.56 USD' } });
    const warnings = changeWarnings(changes);
    expect(warnings.map(({ code }) => code)).toEqual(['operator:KHMEKONG', 'key:KHMEKONG-1']);
    expect(warnings[1]!.text).toMatch(/fingerprint [0-9a-f]{64}: compare it/);
  });

  it('warns of many keys together, and of none that goes', () => {
    const keys = Array.from({ length: 51 }, (_, n) => ({ ...KEY, keyId: `KHMEKONG-${n}` }));
    const many = change('participant', 'KHMEKONG', { keys: [] }, { keys });
    expect(changeWarnings(many).map(({ code }) => code)).toEqual(['keys']);
    expect(changeWarnings(change('participant', 'KHMEKONG', { keys }, { keys: [] }))).toEqual([]);
  });

  it('says what is left out when it is long', () => {
    const caps = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`X${n}`, '1']));
    const { after } = shownChanges(change('participant', 'KHMEKONG', { caps: {} }, { caps }));
    expect(after).toMatchObject({ more: '100 more fields: see what is proposed' });
  });
});
