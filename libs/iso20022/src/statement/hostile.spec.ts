// Statements that somebody made to do harm, or that broke on their way: whoever reads them, whole or as a stream, says why they
// are refused, and how many errors are told does not hang on how many there are.
import { describe, expect, it } from '@jest/globals';
import { writeIso } from '../iso.js';
import { readEntries } from '../stream/statement-stream.js';
import { readStatements } from './read.js';
import { believe } from './sequence.js';
import { statementOf } from './statement.testing.js';

const XML = writeIso(statementOf([{ minor: 500n, credit: true }], 0n), 'camt.053.001.08');
const [ENTRY] = /<Ntry>.*<\/Ntry>/s.exec(XML)!;
const [STATEMENT] = /<Stmt>.*<\/Stmt>/s.exec(XML)!;
const amountOf = (written: string) =>
  XML.replace('<Ntry><Amt Ccy="THB">5.00', `<Ntry><Amt Ccy="THB">${written}`);
const bookedOn = (date: string) => XML.replace('</Sts>', `</Sts><BookgDt><Dt>${date}</Dt></BookgDt>`);

/** Why it is refused, or not believed. */
function whole(bytes: Uint8Array): string[] {
  const reading = readStatements(bytes);
  if (reading.kind === 'refused') return reading.errors.map(({ code }) => code);
  const check = believe(reading.statements);
  return check.kind === 'refused' ? check.faults.map(({ code }) => code) : [];
}

async function streamed(bytes: Uint8Array): Promise<string[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 4_096)
      yield await Promise.resolve(bytes.subarray(at, at + 4_096));
  }
  for await (const event of readEntries(chunks())) {
    if (event.kind === 'refused') return event.errors.map(({ code }) => code);
    if (event.kind === 'read') return event.faults.map(({ code }) => code);
  }
  return [];
}

const HOSTILE: readonly (readonly [string, string, Uint8Array])[] = [
  ['cut off in an entry', 'not_well_formed', Buffer.from(XML.slice(0, XML.indexOf('</Ntry>')))],
  [
    'cut off in a character',
    'encoding',
    Buffer.from(XML.replace('S1', 'ស')).subarray(0, XML.indexOf('S1') + 1),
  ],
  ['in UTF-16', 'encoding', Buffer.from(`\ufeff${XML}`, 'utf16le')],
  ['nested without end', 'too_deep', Buffer.from(XML.replace('<Stmt>', '<a>'.repeat(20_000)))],
  ['with an entry nested without end', 'too_deep', Buffer.from(XML.replace('<Sts>', '<a>'.repeat(20_000)))],
  ['of a negative amount', 'min_inclusive', Buffer.from(amountOf('-5.00'))],
  ['of an amount of 40 digits', 'total_digits', Buffer.from(amountOf('9'.repeat(40)))],
  ['of an amount that is a power', 'decimal', Buffer.from(amountOf('5e2'))],
  [
    'of a sum that no amount can be',
    'balance_differs',
    Buffer.from(
      XML.replace(
        ENTRY!,
        amountOf(`${'9'.repeat(16)}.99`)
          .match(/<Ntry>.*<\/Ntry>/s)![0]
          .repeat(12),
      ),
    ),
  ],
  ['of nothing', 'balance_differs', Buffer.from(amountOf('0.00'))],
  ['of a day that does not exist', 'date', Buffer.from(bookedOn('2026-02-30'))],
  ['of a zone that does not exist', 'date', Buffer.from(bookedOn('2026-02-28+25:00'))],
  [
    'of pages in any order, one of them twice',
    'page_missing',
    Buffer.from(
      XML.replace(
        STATEMENT!,
        [2, 1, 2]
          .map((page) =>
            STATEMENT!.replace(
              '<CreDtTm>',
              `<StmtPgntn><PgNb>${page}</PgNb><LastPgInd>${page === 2}</LastPgInd></StmtPgntn><CreDtTm>`,
            ),
          )
          .join(''),
      ),
    ),
  ],
];

describe('a statement', () => {
  it.each(HOSTILE)('%s is refused: %s', async (_, code, bytes) => {
    expect(whole(bytes)).toContain(code);
    expect(await streamed(bytes)).toContain(code);
  });

  it('with more errors than anybody reads tells the first, and is not read again for each', () => {
    const wrong = STATEMENT!.replace('<Ntry><Amt Ccy="THB">5.00', '<Ntry><Amt Ccy="THB">5.001');
    const bytes = Buffer.from(XML.replace(STATEMENT!, wrong.repeat(150)));
    const reading = readStatements(bytes);
    expect(reading).toMatchObject({
      errors: Array.from({ length: 100 }, (_, index) => ({
        code: 'amount_scale',
        path: `/Document/BkToCstmrStmt/Stmt[${index + 1}]/Ntry[1]/Amt`,
      })),
    });
  });
});
