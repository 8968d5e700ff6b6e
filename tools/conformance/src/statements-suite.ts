import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  believe,
  bookedLines,
  instantOf,
  readEntries,
  readStatements,
  referenceOf,
  writeIso,
  type BookedLine,
  type Statement,
  type StatementEntry,
} from '@tonle/iso20022';
import { formatAmount } from '@tonle/money';
import { compare, type CaseResult, type Suite } from './suite.js';

/** The partner's local time, seven hours before UTC, where an input names no zone. */
const OFFSET_MINUTES = 420;

/**
 * What a file says, in few words. A line: amount and direction, `back` for money that came back, the references that it
 * stands for, `rest` for what no part tells.
 */
interface Said {
  readonly lines: readonly (readonly string[])[];
  readonly faults: readonly string[];
  readonly bookedAt?: string;
  readonly references?: readonly string[];
}

/** The right values of inputs by name; what is not mentioned is not compared. */
const RIGHT: Readonly<Record<string, Partial<Said>>> = {
  'batch-without-amounts': { lines: [['-300.00 THB A+B']] },
  'batch-amounts-in-amtdtls': { lines: [['-200.00 THB A', '-100.00 THB B']] },
  'batch-sum-differs-by-charges': { lines: [['-1500.00 THB A', '-26.00 THB rest']] },
  reversal: { lines: [['+820.00 THB back A']] },
  'closing-differs': { faults: ['balance_differs'] },
  'two-statements': { lines: [['-820.00 THB E2E-0001'], ['-820.00 THB E2E-0001']], faults: [] },
  'F9-batch-v02': { lines: [['+329.56 EUR A-1', '+100.00 EUR A-2']] },
  'F10-mixed-directions-v04': { lines: [['+329.56 EUR A-1', '-100.00 EUR FEE-2']] },
  'F12-khr-decimals': { lines: [['+1234.56 KHR']] },
  'F13-structured-reference': { lines: [['+1.00 EUR']], references: ['RF18539007547034'] },
  'F22-reversal': { lines: [['+820.00 THB back E-0']] },
  'F23-first-page-only': { faults: ['page_missing', 'balance_missing'] },
  'F25-datetime-without-zone': { bookedAt: '2026-11-14T16:30:00.000Z' },
};

/** Statements that readers got wrong: whole and as a stream, and written again. */
export const statementsSuite: Suite = {
  name: 'statements',
  async *run(folder) {
    for (const place of ['statements', 'found'].filter((name) => existsSync(join(folder, name)))) {
      const names = readdirSync(join(folder, place)).filter((name) => name.endsWith('.xml'));
      for (const name of names) {
        const bytes = readFileSync(join(folder, place, name));
        if (bytes.includes('camt.053')) yield await runFile(`${place}/${name}`, name.slice(0, -4), bytes);
      }
    }
  },
};

async function runFile(file: string, name: string, bytes: Buffer): Promise<CaseResult> {
  const reading = readStatements(bytes);
  if (reading.kind === 'refused')
    return { file, id: name, disagreements: compare(file, name, 'read', codesOf(reading.errors)) };
  const { statements, version } = reading;
  const check = believe(statements);
  const faults = check.kind === 'refused' ? codesOf(check.faults) : [];
  const entries = statements.map((each) => each.entries);
  const streamed = await stream(bytes);
  return {
    file,
    id: name,
    disagreements: [
      ...compare(file, name, RIGHT[name] ?? {}, said(statements, faults)),
      ...compare(file, name, true, isDeepStrictEqual(streamed, { entries, faults }), 'as a stream'),
      ...statements.flatMap((each) => compare(file, name, true, comesBack(each, version), 'written again')),
    ],
  };
}

function codesOf(faults: readonly { readonly code: string }[]): string[] {
  return faults.map(({ code }) => code);
}

function said(statements: readonly Statement[], faults: readonly string[]): Said {
  const bookedAt = statements[0]?.entries[0]?.bookedAt ?? '';
  const at = instantOf(bookedAt, OFFSET_MINUTES);
  return {
    lines: statements.map(({ entries }) => entries.flatMap(bookedLines).map(shown)),
    faults,
    ...(at !== undefined && { bookedAt: new Date(at).toISOString() }),
    references: statements.flatMap(({ entries }) =>
      entries.flatMap(({ transactions }) => transactions.flatMap((each) => each.creditorReference ?? [])),
    ),
  };
}

function shown(line: BookedLine): string {
  const { amount, credit, reversal, of, transaction, entry } = line;
  const parts = of === 'entry' ? entry.transactions : [transaction];
  const references = parts.flatMap(({ endToEndId }) => referenceOf(endToEndId) ?? []).join('+');
  const words = [
    `${credit ? '+' : '-'}${formatAmount(amount)}`,
    amount.currency,
    ...(reversal ? ['back'] : []),
    ...(of === 'rest' ? ['rest'] : []),
    ...(references === '' ? [] : [references]),
  ];
  return words.join(' ');
}

/** What the stream gives: entries by statement, and what it has against them. */
async function stream(bytes: Buffer): Promise<{ entries: StatementEntry[][]; faults: string[] }> {
  const entries: StatementEntry[][] = [];
  for await (const event of readEntries(chunksOf(bytes))) {
    if (event.kind === 'refused') return { entries, faults: codesOf(event.errors) };
    if (event.kind === 'entry') (entries[event.statement - 1] ??= []).push(event.entry);
    else
      return {
        entries: event.statements.map((_, index) => entries[index] ?? []),
        faults: codesOf(event.faults),
      };
  }
  return { entries, faults: [] };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function comesBack(statement: Statement, version: string): boolean {
  const again = readStatements(Buffer.from(writeIso(statement, version)));
  return again.kind === 'read' && isDeepStrictEqual(again.statements, [statement]);
}
