// A statement is believed only when it ties (decisions 30), whoever reads it: random statements in every version and format,
// one thing broken, and it is named.
import { describe, expect, it } from '@jest/globals';
import { thailand } from '@tonle/adapter-thailand';
import { readBankStatement } from '@tonle/bank-files';
import {
  believe,
  processedMessages,
  readAccounts,
  readEntries,
  writeIso,
  type EntriesMessage,
  type Statement,
} from '@tonle/iso20022';
import type { ServiceCalls } from '@tonle/messaging';
import { formatAmount } from '@tonle/money';
import type { StatementPage } from '@tonle/network';
import fc from 'fast-check';
import {
  BREAKS,
  randomEntries,
  statementOf,
  thb,
} from '../../libs/iso20022/src/statement/statement.testing.js';
import { bakongStatement } from '../../services/adapter-bakong/src/statement.js';
import { fetchStatement } from '../../services/settlement/src/reconciliation/statement-fetch.js';

const DAY = '2026-11-13';
const VERSIONS = processedMessages().filter(
  // Of the first camt.052 nothing is written.
  (version) => /^camt\.05[234]\./.test(version) && version !== 'camt.052.001.01',
);

/** A statement as what its version holds: a statement, a report, or a notification, which has no balances. */
function messageOf(
  { kind: _, statementId, balances, ...common }: Statement,
  version: string,
): EntriesMessage {
  if (version.startsWith('camt.053')) return { kind: 'statement', statementId, balances, ...common };
  return version.startsWith('camt.052')
    ? { kind: 'account_report', reportId: statementId, balances, ...common }
    : { kind: 'notification', notificationId: statementId, ...common };
}

/** Codes of what is wrong, by reading the whole. */
async function whole(bytes: Uint8Array): Promise<readonly string[]> {
  const reading = readAccounts(bytes);
  if (reading.kind === 'refused') return Promise.resolve(reading.errors.map(({ code }) => code));
  const check = believe(reading.messages);
  return Promise.resolve(check.kind === 'refused' ? check.faults.map(({ code }) => code) : []);
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 500) yield await Promise.resolve(bytes.subarray(at, at + 500));
}

async function stream(bytes: Uint8Array): Promise<readonly string[]> {
  for await (const event of readEntries(pieces(bytes))) {
    if (event.kind === 'read') return event.faults.map(({ code }) => code);
    if (event.kind === 'refused') return event.errors.map(({ code }) => code);
  }
  return ['no end'];
}

async function bankFile(bytes: Uint8Array): Promise<readonly string[]> {
  const reading = readBankStatement(bytes, 'camt.053');
  if (reading.kind === 'read') return Promise.resolve([]);
  return Promise.resolve(reading.errors.map(({ detail }) => /\((\w+)\)$/.exec(detail)?.[1] ?? detail));
}

const source = thailand.statement?.({} as never);

/** What a network's statement is refused for, in the words of its error. */
async function network(bytes: Uint8Array): Promise<readonly string[]> {
  if (source?.kind !== 'whole') throw new Error('the network gives a whole day');
  try {
    source.read({ kind: 'answered', status: 200, headers: {}, bytes }, DAY);
    return [];
  } catch (error) {
    return Promise.resolve(String(error).match(/\b[a-z]+_[a-z]+\b/g) ?? []);
  }
}

const READERS = [
  ...VERSIONS.flatMap((version) => [
    ['whole', version, whole] as const,
    ['as a stream', version, stream] as const,
  ]),
  ['as a bank file', 'camt.053.001.02', bankFile] as const,
  ['as a bank file', 'camt.053.001.13', bankFile] as const,
  ['as a network gives it', 'camt.053.001.02', network] as const,
  ['as a network gives it', 'camt.053.001.08', network] as const,
];

describe('random statements', () => {
  it.each(READERS)('read %s from %s tie, and one that is broken does not', async (_, version, read) => {
    const kind = version.slice(0, 8);
    const named = BREAKS.filter(([, code]) => {
      // Reports may be without balances, notifications are.
      if (kind === 'camt.053') return true;
      return kind === 'camt.052' ? code !== 'balance_missing' : !code.startsWith('balance');
    });
    const property = fc.asyncProperty(
      randomEntries,
      fc.bigInt(-(10n ** 12n), 10n ** 12n),
      fc.constantFrom(...named),
      async (moves, opening, [, code, breakIt]) => {
        fc.pre(moves.reduce((sum, { minor }) => sum + minor, 0n) !== 1n);
        const statement = statementOf(moves, opening);
        const bytes = (of: Statement) => Buffer.from(writeIso(messageOf(of, version), version));
        expect(await read(bytes(statement))).toEqual([]);
        expect(await read(bytes(breakIt(statement)))).toContain(code);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});

type Line = Readonly<Record<'hash' | 'currency' | 'amount' | 'externalRef', string>> & {
  readonly createdDateMs?: number;
};
interface Listing {
  readonly lines: readonly Line[];
  readonly count?: number;
  /** A JSON number as it is written. */
  readonly total?: string;
}

const PAGE = 3;
const LISTING_BREAKS: readonly (readonly [string, string, (listing: Listing) => Listing])[] = [
  ['a line is left out', 'counts', (l) => ({ ...l, lines: l.lines.slice(1) })],
  ['a line comes twice', 'counts', (l) => ({ ...l, lines: [...l.lines, l.lines[0]!] })],
  ['an amount is another', 'adds up', (l) => first(l, { amount: '99999999.99' })],
  ['a line is in another currency', 'is in USD', (l) => first(l, { currency: 'USD' })],
  ['the count is another', 'counts', (l) => ({ ...l, count: l.lines.length + 1 })],
  ['the total is another', 'adds up', (l) => ({ ...l, total: '0.01' })],
  ['the total has more digits than money', 'is no total', (l) => ({ ...l, total: '9'.repeat(400) })],
  ['an amount is negative', 'cannot be read', (l) => first(l, { amount: '-1.00' })],
  ['an amount is zero', 'cannot be read', (l) => first(l, { amount: '0.00' })],
  ['an amount has 40 digits', 'cannot be read', (l) => first(l, { amount: '9'.repeat(40) })],
  ['a line is of no time', 'no time', (l) => first(l, { createdDateMs: 1e300 })],
  ['a line is of a year that no table holds', 'no time', (l) => first(l, { createdDateMs: 8e15 })],
  ['it ends without totals', 'without totals', ({ lines }) => ({ lines })],
];

function first({ lines, ...rest }: Listing, change: Partial<Line>): Listing {
  return { ...rest, lines: lines.map((line, index) => (index === 0 ? { ...line, ...change } : line)) };
}

/** One page of the home network's listing, as it comes. */
function pageOf({ lines, count, total }: Listing, from: number): Buffer {
  const transactions = lines
    .slice(from, from + PAGE)
    .map((line) => ({ fromAccountId: 'a@x', toAccountId: 'b@y', createdDateMs: 1_763_000_000_000, ...line }));
  const next = from + PAGE;
  if (next < lines.length)
    return Buffer.from(JSON.stringify({ responseCode: 0, data: { transactions, nextCursor: `${next}` } }));
  const data = JSON.stringify({ transactions, ...(count !== undefined && { count }) });
  const totals = total === undefined ? '' : `,"total":${total}`;
  return Buffer.from(`{"responseCode":0,"data":${data.slice(0, -1)}${totals}}}`);
}

function fetched(listing: Listing): ReturnType<typeof fetchStatement> {
  const call = (_: unknown, asked: { readonly cursor?: string }): Promise<StatementPage> => {
    const bytes = pageOf(listing, Number.parseInt(asked.cursor ?? '0', 10));
    if (bakongStatement.kind !== 'paged') throw new Error('the listing has pages');
    const request = { day: DAY, currency: 'THB', cursor: asked.cursor, pageMax: PAGE };
    return Promise.resolve(
      bakongStatement.read({ kind: 'answered', status: 200, headers: {}, bytes }, request),
    );
  };
  const target = { adapter: 'adapter-bakong', currency: 'THB' };
  return fetchStatement({ call } as unknown as ServiceCalls, target, DAY, () => Promise.resolve());
}

describe('random listings', () => {
  it.each(LISTING_BREAKS)('tie, and not when %s', async (_, named, breakIt) => {
    const property = fc.asyncProperty(randomEntries, async (moves) => {
      const total = moves.reduce((sum, { minor }) => sum + minor, 0n);
      fc.pre(total !== 1n);
      const lines = moves.map(({ minor }, index): Line => {
        const hash = index.toString(16).padStart(64, '0');
        return { hash, currency: 'THB', amount: formatAmount(thb(minor)), externalRef: `R${index}` };
      });
      const listing = { lines, count: lines.length, total: formatAmount(thb(total)) };
      expect(await fetched(listing)).toMatchObject({ count: lines.length });
      await expect(fetched(breakIt(listing))).rejects.toThrow(named);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});
