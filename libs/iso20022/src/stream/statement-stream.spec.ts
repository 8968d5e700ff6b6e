import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import {
  readEntries,
  readIso,
  writeIso,
  type Statement,
  type StatementEntry,
  type StatementEvent,
} from '../index.js';

const SAMPLE = readFileSync(new URL('../../samples/good/camt.053.001.08.xml', import.meta.url));
const base = (readIso(SAMPLE) as { message: Statement }).message;

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(text: string, size: number): Promise<StatementEvent[]> {
  const events: StatementEvent[] = [];
  for await (const event of readEntries(pieces(text, size))) events.push(event);
  return events;
}

const entries: StatementEntry[] = Array.from({ length: 40 }, (_, index) => ({
  ...base.entries[0]!,
  reference: `ទន្លេ-${index}`,
  amount: amount('THB', BigInt(index + 1)),
}));
const statement: Statement = {
  ...base,
  entries,
  entryCount: entries.length,
  // 0.01 + 0.02 + ... + 0.40 was paid out.
  balances: base.balances.map((each) => ({
    ...each,
    amount: amount('THB', each.type === 'OPBD' ? 0n : 820n),
    credit: each.type === 'OPBD',
  })),
};
const xml = writeIso(statement, 'camt.053.001.08');

describe('reading entries as they arrive', () => {
  it.each([1, 7, 1000, 1_000_000])(
    'gives what reading the whole gives, in pieces of %d bytes',
    async (size) => {
      const events = await all(xml, size);
      const end = events.pop();
      expect(events.map((event) => (event.kind === 'entry' ? event.entry : event))).toEqual(entries);
      expect(end).toEqual({
        kind: 'read',
        version: 'camt.053.001.08',
        statements: [{ message: { ...statement, entries: [] }, entries: 40, copy: false }],
        faults: [],
      });
    },
  );

  it('says at the end why they are not to be believed', async () => {
    const cut = { ...statement, entries: entries.slice(1), page: { number: '1', last: false } };
    const end = (await all(writeIso(cut, 'camt.053.001.08'), 500)).at(-1);
    expect(end?.kind === 'read' && end.faults.map(({ code }) => code)).toEqual([
      'page_missing',
      'balance_differs',
      'count_differs',
    ]);
  });

  it('takes prefixes, notifications and statements without entries', async () => {
    const prefixed = xml.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1p:').replace('xmlns=', 'xmlns:p=');
    expect((await all(prefixed, 500)).at(-1)).toMatchObject({ kind: 'read', statements: [{ entries: 40 }] });
    expect(await all(writeIso({ ...base, entries: [] }, 'camt.053.001.08'), 500)).toMatchObject([
      { kind: 'read', statements: [{ entries: 0 }] },
    ]);
    const notification = {
      kind: 'notification' as const,
      notificationId: 'N1',
      messageId: 'M1',
      createdAt: base.createdAt,
      account: base.account,
      entries,
    };
    expect((await all(writeIso(notification, 'camt.054.001.08'), 500)).at(-1)).toMatchObject({
      kind: 'read',
      statements: [{ message: { kind: 'notification' } }],
    });
  });

  const second = xml
    .replace(/^.*(?=<Stmt>)/s, '')
    .replace(/<\/BkToCstmrStmt>.*$/s, '')
    .replace(/<Stmt><Id>[^<]*/, '<Stmt><Id>S-2')
    .replace('<ElctrncSeqNb>318<', '<ElctrncSeqNb>319<')
    .replace(/(<Cd>OPBD.*?<Amt Ccy="THB">)0\.00(.*?)CRDT/, '$18.20$2DBIT')
    .replace(/(<Cd>CLBD.*?<Amt Ccy="THB">)8\.20/, '$116.40');
  const both = xml.replace('</Stmt>', `</Stmt>${second}`);

  it('takes several statements, each with its entries and balances', async () => {
    const events = await all(both, 777);
    const end = events.pop();
    expect(end).toMatchObject({
      kind: 'read',
      statements: [{ entries: 40 }, { entries: 40, message: { statementId: 'S-2' } }],
      faults: [],
    });
    expect(events.map((event) => event.kind === 'entry' && [event.statement, event.position])).toEqual(
      [1, 2].flatMap((of) => entries.map((_, index) => [of, index + 1])),
    );
  });

  it('believes several statements only together, and a copy beside its original', async () => {
    const endOf = async (text: string) => {
      const end = (await all(text, 777)).at(-1)!;
      return end.kind === 'read' ? end : undefined;
    };
    const repeated = await endOf(xml.replace(/(<Stmt>.*<\/Stmt>)/, '$1$1'));
    expect(repeated?.faults.map(({ code }) => code)).toContain('repeated');
    const broken = await endOf(both.replace(/(.*)<Amt Ccy="THB">0\.40/s, '$1<Amt Ccy="THB">0.41'));
    expect(broken?.faults).toMatchObject([
      { code: 'balance_differs', detail: expect.stringContaining('S-2') },
    ]);
    const copy = second
      .replace('S-2', base.statementId)
      .replace('<ElctrncSeqNb>319<', '<ElctrncSeqNb>318<')
      .replace('<Acct>', '<CpyDplctInd>DUPL</CpyDplctInd><Acct>');
    const copied = await endOf(xml.replace('</Stmt>', `</Stmt>${copy}`));
    expect([copied?.statements.map((each) => each.copy), copied?.faults]).toEqual([[false, true], []]);
  });

  it('points into the whole text', async () => {
    const spread = xml.replaceAll('<Ntry>', '\n<Ntry>').replace('0.30</Amt>', '0.301</Amt>');
    const end = (await all(spread, 100)).at(-1)!;
    if (end.kind !== 'refused') throw new Error(end.kind);
    const [error] = end.errors;
    expect(error).toMatchObject({
      code: 'amount_scale',
      path: '/Document/BkToCstmrStmt/Stmt[1]/Ntry[30]/Amt',
    });
    expect(spread.split('\n')[error!.line - 1]).toContain('0.301');
    expect(
      Buffer.from(spread)
        .subarray(error!.offset, error!.offset + 6)
        .toString(),
    ).toBe('<Ntry>');
  });

  it.each([
    ['a wrong entry', xml.replace('<CdtDbtInd>DBIT', '<CdtDbtInd>NONE'), 'enumeration'],
    [
      'an entry after the end of the list',
      xml.replace('</Stmt>', '<AddtlStmtInf>x</AddtlStmtInf><Ntry></Ntry></Stmt>'),
      'misplaced_element',
    ],
    ['an empty entry', xml.replace('</Stmt>', '<Ntry/></Stmt>'), 'missing_element'],
    ['a truncated text', xml.slice(0, -300), 'not_well_formed'],
    ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${xml}`, 'doctype'],
    ['a comment in an entry', xml.replace('<NtryRef>', '<NtryRef><!-- x -->'), 'comment'],
    ['crossed tags in an entry', xml.replace('</NtryRef>', '</NtryRefX>'), 'not_well_formed'],
    ['a missing balance', xml.replace(/<Bal>.*<\/Bal>/, ''), 'missing_element'],
    [
      'another message',
      readFileSync(new URL('../../samples/good/pacs.008.001.08-document.xml', import.meta.url), 'utf8'),
      'unsupported_message',
    ],
    ['a tag without end', `${xml}<${'a'.repeat(70_000)}`, 'not_well_formed'],
  ])('refuses %s', async (_, text, code) => {
    const end = (await all(text, 777)).at(-1)!;
    expect(end.kind === 'refused' ? end.errors.map((error) => error.code) : []).toContain(code);
  });

  it('refuses bytes that are not UTF-8', async () => {
    async function* wrong(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(xml.slice(0, 100));
      yield Uint8Array.of(0xff);
    }
    const events: StatementEvent[] = [];
    for await (const event of readEntries(wrong())) events.push(event);
    expect(events).toMatchObject([{ kind: 'refused', errors: [{ code: 'encoding' }] }]);
  });
});
