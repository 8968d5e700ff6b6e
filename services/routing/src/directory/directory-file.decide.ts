import type { DirectoryEntry } from '@tonle/contracts';
import { checkDirectory, Directory, violationText, type StoredEntry } from '@tonle/directory';
import type { AccountCode } from '@tonle/ledger';
import { cutOffOf, windowDay } from '@tonle/payment';
import { differences } from './differences.js';
import { changesOf, type EntryChange } from './entry-change.js';
import { asTheFileSpeaks, takenOver } from './operator-set.decide.js';
import { openingAccount, type DirectoryFile } from './directory-file.js';

/** The directory as it stands, before a file is read. */
export interface FileSituation {
  /** Every version of every entry. */
  readonly stored: readonly StoredEntry[];
  /** Opening funds that were posted, minor units. */
  readonly posted: ReadonlyMap<AccountCode, bigint>;
  /** Adapters that exist, by service name. */
  readonly adapters: readonly string[];
  readonly nowMs: number;
}

/**
 * `first`: an empty directory takes everything, opening funds too. `nothing_new`: the directory has it all. `take`: it
 * takes these entries. `refused`: it takes nothing, for reasons that each say what differs and what to do.
 */
export type FileDecision =
  | { readonly kind: 'first' | 'nothing_new' }
  | {
      readonly kind: 'take';
      readonly entries: readonly DirectoryEntry[];
      readonly change: Change;
      readonly changes: readonly EntryChange[];
    }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

interface Change {
  readonly by: string;
  readonly reason: string;
}

/** A file is taken whole or not at all. Pure. */
export function decideFile(file: DirectoryFile, situation: FileSituation): FileDecision {
  const { stored } = situation;
  if (stored.length === 0) {
    const wrong = [
      ...checkDirectory(file.entries, { adapters: situation.adapters }).map(violationText),
      ...fundsWithoutHolder(file),
      ...fundsPosted(file, situation, false),
    ];
    return wrong.length === 0 ? { kind: 'first' } : { kind: 'refused', reasons: wrong };
  }
  const history = historyOf(stored);
  const news = file.entries
    .filter((entry) => isNews(entry, history))
    .map((entry) => takenOver(entry, history.get(keyOf(entry))?.newest.entry));
  const reasons = [
    ...file.entries.flatMap((entry) => edited(entry, history)),
    ...missing(file, history),
    ...fundsPosted(file, situation, true),
  ];
  reasons.push(...faultsOfNews(news, situation));
  if (news.length > 0 && file.change === undefined)
    reasons.push(
      `it changes ${news.map(nameOf).join(', ')}, but does not say by whom and why; add "change": {"by", "reason"}`,
    );
  if (reasons.length > 0) return { kind: 'refused', reasons };
  if (news.length === 0) return { kind: 'nothing_new' };
  const changes = news.flatMap((entry) => changesOf(history.get(keyOf(entry))?.newest.entry, entry));
  return { kind: 'take', entries: news, change: file.change!, changes };
}

/** Why the directory could not work with these next versions. Pure. */
export function faultsOfNews(
  news: readonly DirectoryEntry[],
  { stored, adapters, nowMs }: Pick<FileSituation, 'stored' | 'adapters' | 'nowMs'>,
): string[] {
  if (news.length === 0) return [];
  const violations = checkDirectory([...stored.map(({ entry }) => entry), ...news], { adapters });
  return violations.length > 0 ? violations.map(violationText) : reopened(news, historyOf(stored), nowMs);
}

interface History {
  readonly newest: StoredEntry;
  readonly versions: ReadonlyMap<number, StoredEntry>;
  readonly fromFile: boolean;
}

const nameOf = ({ kind, id, version }: DirectoryEntry): string => `${kind} ${id} version ${version}`;
const keyOf = ({ kind, id }: DirectoryEntry): string => `${kind}:${id}`;

function historyOf(stored: readonly StoredEntry[]): ReadonlyMap<string, History> {
  const history = new Map<string, History>();
  for (const each of stored) {
    const { newest, versions, fromFile } = history.get(keyOf(each.entry)) ?? {
      newest: each,
      versions: new Map<number, StoredEntry>(),
      fromFile: false,
    };
    history.set(keyOf(each.entry), {
      newest: each.entry.version > newest.entry.version ? each : newest,
      versions: new Map([...versions, [each.entry.version, each]]),
      fromFile: fromFile || each.change.source === 'file',
    });
  }
  return history;
}

function isNews(entry: DirectoryEntry, history: ReadonlyMap<string, History>): boolean {
  return entry.version > (history.get(keyOf(entry))?.newest.entry.version ?? 0);
}

/** A version that exists cannot say something else. What is in the history already is no news, and no harm. */
function edited(entry: DirectoryEntry, history: ReadonlyMap<string, History>): string[] {
  const known = history.get(keyOf(entry));
  if (known === undefined || isNews(entry, history)) return [];
  const { newest } = known;
  const next = `give it version ${newest.entry.version + 1}`;
  const same = known.versions.get(entry.version);
  if (same === undefined)
    return [
      `${nameOf(entry)} was never in the directory, which has version ${newest.entry.version}; ${next}`,
    ];
  const [there, said] = asTheFileSpeaks(same.entry, entry);
  const difference = differences(
    { ended: same.entry.ended ?? false, ...there },
    { ended: entry.ended ?? false, ...said },
  );
  if (difference === '') return [];
  const { by, at } = same.change;
  return [
    `${nameOf(entry)} is in the directory with other content, by ${by} at ${at}: ${difference}; ${next}`,
  ];
}

/** An entry that a file brought and that is not in it any more: left out by mistake, or meant to end? */
function missing(file: DirectoryFile, history: ReadonlyMap<string, History>): string[] {
  const inFile = new Set(file.entries.map(keyOf));
  return [...history].flatMap(([key, { newest, fromFile }]) => {
    if (inFile.has(key) || !fromFile || newest.entry.ended === true) return [];
    const { kind, id, version } = newest.entry;
    const remedy = `write it again, or end it: version ${version + 1} with "ended": true`;
    return [`${kind} ${id} is in the directory but no longer in the file; ${remedy}`];
  });
}

/** A window that was cut off is drained and netted: a later cut-off on its day would complete payments into it (I15). */
function reopened(
  news: readonly DirectoryEntry[],
  history: ReadonlyMap<string, History>,
  nowMs: number,
): string[] {
  // The newest alone: older versions may have a form that is read no more.
  const entries = [...history.values()].map(({ newest }) => newest.entry);
  const before = new Map(new Directory(entries).networks().map((side) => [side.participant, side.calendar]));
  const after = new Directory([...entries, ...news]).networks();
  return after.flatMap(({ participant, calendar }) => {
    const was = before.get(participant);
    const day = windowDay(nowMs, calendar);
    if (was === undefined || windowDay(nowMs, was) <= day) return [];
    const at = (ms: number) => new Date(ms).toISOString();
    return [
      `the window ${day} of ${participant} was cut off at ${at(cutOffOf(day, was))}, and would be open again until ` +
        `${at(cutOffOf(day, calendar))}; bring this calendar after that, so that it begins with the next window`,
    ];
  });
}

/** Opening funds that differ from what was posted. A directory with entries posts none. */
function fundsPosted(
  { openingFunds }: DirectoryFile,
  { posted }: FileSituation,
  hasEntries: boolean,
): string[] {
  return openingFunds.flatMap((funds) => {
    const code = openingAccount(funds);
    const before = posted.get(code);
    if (before === undefined ? !hasEntries : before === BigInt(funds.amountMinor)) return [];
    const there = before === undefined ? 'none were posted' : `${before} were posted`;
    const remedy = 'write them as they were, or leave them out: later money comes by statement lines';
    return [`opening funds of ${code} are ${funds.amountMinor}, but at the first start ${there}; ${remedy}`];
  });
}

/** Money needs somebody who holds it, on a rail that there is. */
function fundsWithoutHolder({ entries, openingFunds }: DirectoryFile): string[] {
  const rails = new Set(
    entries.flatMap(({ kind, body }) => {
      const { rail, currencies = [] } = body as { rail?: string; currencies?: string[] };
      return kind === 'network' ? currencies.map((currency) => `${rail}:${currency}`) : [];
    }),
  );
  const holders = new Set(entries.flatMap(({ kind, id }) => (kind === 'participant' ? [id] : [])));
  return openingFunds.flatMap((funds) => {
    const { account, participant, rail, currency } = funds;
    const of = `opening funds of ${account} ${participant} ${currency}`;
    if (!holders.has(participant))
      return [`${of}: there is no participant ${participant}; add it, or delete the funds`];
    if ((account === 'RAIL') !== (rail !== undefined))
      return [`${of}: money on a rail (RAIL) names its rail, a prefund (PREFUND) names none; correct it`];
    if (rail !== undefined && !rails.has(`${rail}:${currency}`))
      return [`${of}: no network has a rail ${rail} in ${currency}; correct rail or currency`];
    return [];
  });
}
