import { describe, expect, it } from '@jest/globals';
import { adapterOf, NETWORKS, type DirectoryEntry } from '@tonle/contracts';
import type { DirectoryChange, StoredEntry } from '@tonle/directory';
import type { AccountCode } from '@tonle/ledger';
import { sandboxDirectory } from '../payment/directory.testing.js';
import { decideFile, type FileSituation } from './directory-file.decide.js';
import { directoryFile, openingAccount, type DirectoryFile } from './directory-file.js';

const FILE = directoryFile.parse(sandboxDirectory());
const SET = { since: '2026-11-20T02:00:00Z', by: 'DARA', reason: 'a test' };
const CHANGE = { by: 'SOPHEAP', reason: 'new terms' };

const kept = (entry: DirectoryEntry, source: DirectoryChange['source'] = 'file'): StoredEntry => ({
  entry,
  change: { source, by: 'DARA', reason: 'a test', at: '2026-11-20T03:00:00.000Z' },
});
const situation = (more: Partial<FileSituation> = {}): FileSituation => ({
  stored: FILE.entries.map((entry) => kept(entry)),
  posted: new Map(FILE.openingFunds.map((funds) => [openingAccount(funds), BigInt(funds.amountMinor)])),
  adapters: NETWORKS.map(adapterOf),
  nowMs: Date.parse('2026-11-20T03:00:00Z'),
  ...more,
});
const EMPTY: Partial<FileSituation> = { stored: [], posted: new Map() };

const entryOf = (kind: string, id: string): DirectoryEntry =>
  FILE.entries.find((entry) => entry.kind === kind && entry.id === id)!;
/** The file with entries in another form, or with more. */
function fileWith(changed: readonly DirectoryEntry[], more: Partial<DirectoryFile> = {}): DirectoryFile {
  const isChanged = ({ kind, id }: DirectoryEntry) =>
    changed.some((each) => each.kind === kind && each.id === id);
  const entries = [...FILE.entries.filter((entry) => !isChanged(entry)), ...changed];
  return { ...FILE, change: CHANGE, entries, ...more };
}
function edited(kind: string, id: string, body: object, version?: number): DirectoryEntry {
  const entry = entryOf(kind, id);
  return { ...entry, version: version ?? entry.version, body: { ...(entry.body as object), ...body } };
}
/** The next version of an entry. */
function nextOf(kind: string, id: string, more: Partial<DirectoryEntry>): DirectoryEntry {
  const entry = entryOf(kind, id);
  return { ...entry, version: entry.version + 1, ...more };
}
const pausedNext = (id: string): DirectoryEntry =>
  edited('participant', id, { state: 'paused' }, entryOf('participant', id).version + 1);
const SINGHA_NEXT = entryOf('participant', 'FXSINGHA').version + 1;
function reasonsOf(file: DirectoryFile, more?: Partial<FileSituation>): readonly string[] {
  const decision = decideFile(file, situation(more));
  return decision.kind === 'refused' ? decision.reasons : [];
}

describe('a directory file', () => {
  it('is what an empty directory starts from', () => {
    expect(decideFile(FILE, situation(EMPTY))).toEqual({ kind: 'first' });
  });

  it('has nothing new when it is the same, in whatever order its fields are', () => {
    const turned = FILE.entries.map((entry) => ({
      ...entry,
      body: Object.fromEntries(Object.entries(entry.body as object).reverse()),
    }));
    expect(decideFile({ ...FILE, change: undefined, entries: turned.reverse() }, situation())).toEqual({
      kind: 'nothing_new',
    });
  });

  it.each([
    ['participant', 'KHMEKONG', 'pause', SET],
    ['corridor', 'KH-TH', 'switches', { outbound: { hold: { kind: 'pause', ...SET } } }],
    ['network', 'thailand', 'switches', { inbound: { throttle: { perSecond: 1, ...SET } } }],
  ])('leaves what operators have set on a %s, unless it says something of it', (kind, id, field, set) => {
    const { version } = entryOf(kind, id);
    const byOperator = edited(kind, id, { [field]: set }, version + 1);
    const stored = [...FILE.entries.map((entry) => kept(entry)), kept(byOperator, 'operator')];
    const takes = (body: object) =>
      decideFile(fileWith([edited(kind, id, body, version + 2)]), situation({ stored }));
    const bodyOf = (decision: ReturnType<typeof takes>) =>
      decision.kind === 'take' ? decision.entries[0]?.body : decision;
    const silent = takes({});
    expect(bodyOf(silent)).toMatchObject({ [field]: set });
    const ended = takes({ [field]: null });
    expect(ended.kind).toBe('take');
    expect(bodyOf(ended)).not.toHaveProperty(field);
    // Taken once, the file is the same at every start.
    for (const [file, decision] of [
      [{}, silent],
      [{ [field]: null }, ended],
    ] as const) {
      const entries = decision.kind === 'take' ? decision.entries : [];
      const after = situation({ stored: [...stored, ...entries.map((entry) => kept(entry))] });
      const again = fileWith([edited(kind, id, file, version + 2)]);
      expect(decideFile(again, after)).toEqual({ kind: 'nothing_new' });
    }
  });

  it('brings next versions, new entries and ends, all together', () => {
    const paused = pausedNext('KHMEKONG');
    const calendar = edited('calendar', 'TH', { calendarId: 'LG' });
    const added = { ...calendar, id: 'LG' };
    const ended = nextOf('participant', 'FXSINGHA', { ended: true });
    expect(decideFile(fileWith([paused, added, ended]), situation())).toMatchObject({
      kind: 'take',
      entries: [paused, added, ended],
      change: CHANGE,
    });
  });

  it('opens no window again that was cut off', () => {
    const { cutOff } = entryOf('calendar', 'TH').body as { cutOff: string };
    expect(cutOff).toBe('23:00');
    const later = fileWith([edited('calendar', 'TH', { cutOff: '23:30', version: 3 }, 3)]);
    // 23:00 in Bangkok is 16:00 UTC.
    const at = (time: string) => reasonsOf(later, { nowMs: Date.parse(`2026-11-20T${time}Z`) });
    expect(at('15:59:59.999')).toEqual([]);
    expect(at('16:00:00')).toEqual([
      expect.stringContaining(
        'was cut off at 2026-11-20T16:00:00.000Z, and would be open again until 2026-11-20T16:30:00.000Z',
      ),
    ]);
    expect(at('16:29:59.999')).toHaveLength(1);
    expect(at('16:30:00')).toEqual([]);
    const earlier = fileWith([edited('calendar', 'TH', { cutOff: '22:30', version: 3 }, 3)]);
    expect(reasonsOf(earlier, { nowMs: Date.parse('2026-11-20T15:45:00Z') })).toEqual([]);
  });

  it('reads no version that has a next one: it may have the form of an earlier release', () => {
    const corridor = entryOf('corridor', 'KH-TH');
    const before = { ...corridor, version: 0, body: { ...(corridor.body as object), home: {}, partner: {} } };
    const paused = pausedNext('KHMEKONG');
    const stored = [before, ...FILE.entries].map((entry) => kept(entry));
    expect(decideFile(fileWith([paused]), situation({ stored }))).toMatchObject({ kind: 'take' });
  });

  it('changes nothing without a word by whom and why', () => {
    const paused = pausedNext('KHMEKONG');
    expect(reasonsOf(fileWith([paused], { change: undefined }))).toEqual([
      `it changes participant KHMEKONG version ${paused.version}, but does not say by whom and why; ` +
        'add "change": {"by", "reason"}',
    ]);
  });

  it('is refused whole when a version that exists says something else', () => {
    const better = pausedNext('KHANGKOR');
    const slip = edited('corridor', 'KH-TH', { open: { outbound: false, inbound: true } });
    expect(reasonsOf(fileWith([better, slip]))).toEqual([
      'corridor KH-TH version 3 is in the directory with other content, by DARA at 2026-11-20T03:00:00.000Z: ' +
        'open.outbound is true there and false in the file; give it version 4',
    ]);
  });

  it('says when only the end of an entry differs', () => {
    const [reason] = reasonsOf(fileWith([{ ...entryOf('participant', 'FXSINGHA'), ended: true }]));
    expect(reason).toContain(`ended is false there and true in the file; give it version ${SINGHA_NEXT}`);
  });

  it('may be older than what operators did since, and is refused when that older version was edited', () => {
    const closed = edited('corridor', 'KH-TH', { open: { outbound: false, inbound: true } }, 4);
    const since = { stored: [...situation().stored, kept(closed, 'operator')] };
    expect(decideFile(FILE, situation(since))).toEqual({ kind: 'nothing_new' });
    const slip = edited('corridor', 'KH-TH', { open: { outbound: true, inbound: false } });
    expect(reasonsOf(fileWith([slip]), since)[0]).toMatch(/corridor KH-TH version 3 .* give it version 5/);
    const never = edited('corridor', 'KH-TH', {}, 1);
    expect(reasonsOf(fileWith([never]), since)).toEqual([
      'corridor KH-TH version 1 was never in the directory, which has version 4; give it version 5',
    ]);
  });

  it('is refused when an entry that a file brought is gone from it, not when somebody else brought it', () => {
    const file = { ...FILE, entries: FILE.entries.filter(({ id }) => id !== 'FXSINGHA') };
    expect(reasonsOf(file)).toEqual([
      'participant FXSINGHA is in the directory but no longer in the file; ' +
        `write it again, or end it: version ${SINGHA_NEXT} with "ended": true`,
    ]);
    const others = {
      stored: situation().stored.map(({ entry }) =>
        kept(entry, entry.id === 'FXSINGHA' ? 'operator' : 'file'),
      ),
    };
    expect(decideFile(file, situation(others))).toEqual({ kind: 'nothing_new' });
    const ended = nextOf('participant', 'FXSINGHA', { ended: true });
    expect(decideFile(file, situation({ stored: [...situation().stored, kept(ended)] }))).toEqual({
      kind: 'nothing_new',
    });
  });

  it('posts opening funds at the first start only', () => {
    const [first] = FILE.openingFunds;
    const more = { ...first!, currency: 'KHR' };
    expect(reasonsOf({ ...FILE, openingFunds: [...FILE.openingFunds, more] })).toEqual([
      'opening funds of PREFUND:FXNAGA:KHR are 500000000000, but at the first start none were posted; ' +
        'write them as they were, or leave them out: later money comes by statement lines',
    ]);
    const other = { ...first!, amountMinor: '1' };
    expect(reasonsOf({ ...FILE, openingFunds: [other] })[0]).toContain(
      'are 1, but at the first start 500000000000 were posted',
    );
    expect(decideFile({ ...FILE, openingFunds: [] }, situation())).toEqual({ kind: 'nothing_new' });
    // A first start that was interrupted is still the first: what it had posted stays.
    const begun = {
      ...EMPTY,
      posted: new Map([[openingAccount(first!), 5n]]) as ReadonlyMap<AccountCode, bigint>,
    };
    expect(reasonsOf(FILE, begun)[0]).toContain('at the first start 5 were posted');
  });

  it('is refused when the directory could not work with it, first or later', () => {
    const unknown = edited(
      'network',
      'thailand',
      { adapter: 'adapter-tahiti' },
      entryOf('network', 'thailand').version + 1,
    );
    const adapters = NETWORKS.map(adapterOf).join(', ');
    const sentence = `network thailand: there is no adapter adapter-tahiti; use one of ${adapters}`;
    expect(reasonsOf(fileWith([unknown]), EMPTY)).toEqual([sentence]);
    expect(reasonsOf(fileWith([unknown]))).toEqual([sentence]);
  });

  it('is refused when its opening funds have no holder, or no rail', () => {
    const funds = {
      account: 'RAIL',
      participant: 'FXNAGA',
      rail: 'BAKONG',
      currency: 'KHR',
      amountMinor: '1',
    } as const;
    const wrong = [
      { ...funds, participant: 'FXNONE' },
      { ...funds, rail: undefined },
      { ...funds, account: 'PREFUND' as const },
      { ...funds, currency: 'THB' },
    ];
    expect(wrong.map((each) => reasonsOf({ ...FILE, openingFunds: [each] }, EMPTY)[0])).toEqual([
      'opening funds of RAIL FXNONE KHR: there is no participant FXNONE; add it, or delete the funds',
      'opening funds of RAIL FXNAGA KHR: money on a rail (RAIL) names its rail, a prefund (PREFUND) names none; correct it',
      'opening funds of PREFUND FXNAGA KHR: money on a rail (RAIL) names its rail, a prefund (PREFUND) names none; correct it',
      'opening funds of RAIL FXNAGA THB: no network has a rail BAKONG in THB; correct rail or currency',
    ]);
  });
});
