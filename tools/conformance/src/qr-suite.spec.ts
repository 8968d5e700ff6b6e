import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SUITES } from './suites.js';
import type { CaseResult } from './suite.js';

const OWN_DATA = join(import.meta.dirname, '../data');
const folders: string[] = [];

async function run(name: string, folder: string): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for await (const result of SUITES.find((suite) => suite.name === name)!.run(folder)) results.push(result);
  return results;
}

const dataOf = (file: string, content: unknown): string => textOf(file, JSON.stringify(content));

function textOf(file: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-conformance-'));
  folders.push(folder);
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), content);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('conformance', () => {
  it.each(['qr', 'partners'])('%s agrees with the own set', async (name) => {
    const results = await run(name, OWN_DATA);
    expect(results.length).toBeGreaterThan(0);
    expect(
      results.flatMap(({ disagreements, leftOut }) => [
        ...disagreements,
        ...(leftOut === undefined ? [] : [leftOut]),
      ]),
    ).toEqual([]);
  });

  it('tells what it sees otherwise', async () => {
    const payload = '00020101021129150011dara@angkor5204599953031165802KH5904Dara6006Kampot63040BA9';
    const folder = dataOf('qr/emvqr.json', {
      vectors: [
        { id: 'a', valid: true, payload, expect: { merchantName: 'Eve', merchantAccounts: [] } },
        { id: 'b', valid: false, payload, expectError: 'CRC_MISMATCH' },
        { id: 'c', valid: true, payload: `${payload}0`, expect: {} },
      ],
      semanticRejections: [
        { id: 'd', vector: 'a', rule: 'EXPIRED', expectError: 'KHQR_EXPIRED' },
        { id: 'e', vector: 'z', rule: 'EXPIRED', expectError: 'KHQR_EXPIRED' },
      ],
      consumerPresented: [{ id: 'f', payload: 'hQVDUFYwMQ==', expect: [] }],
    });
    const results = await run('qr', folder);
    expect(
      results.map(({ id, disagreements }) => [id, disagreements.map(({ what, got }) => [what, got])]),
    ).toEqual([
      [
        'a',
        [
          ['merchantName', 'Dara'],
          ['merchantAccounts', [expect.objectContaining({ scheme: 'KHQR' })]],
        ],
      ],
      ['b', [['', 'valid']]],
      ['c', [['', 'TLV_TRUNCATED']]],
      ['d', [['EXPIRED', []]]],
      ['e', []],
      ['f', [['', 'APPLICATION_MISSING']]],
    ]);
    expect(results[4]).toMatchObject({ leftOut: 'the data has no vector z' });
  });

  it('reads a statement whole, as a stream and as it was written, and tells what it sees otherwise', async () => {
    const balance = (type: string, amount: string) =>
      `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp><Amt Ccy="THB">${amount}</Amt>` +
      `<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-13</Dt></Dt></Bal>`;
    const created = '<CreDtTm>2026-11-14T09:30:00+07:00</CreDtTm>';
    const statement = (closing: string) =>
      `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>` +
      `<GrpHdr><MsgId>1</MsgId>${created}</GrpHdr><Stmt><Id>1</Id>${created}` +
      `<Acct><Id><Othr><Id>A</Id></Othr></Id><Ccy>THB</Ccy></Acct>` +
      `${balance('OPBD', '0.00')}${balance('CLBD', closing)}</Stmt></BkToCstmrStmt></Document>`;
    const folder = textOf('statements/closing-differs.xml', statement('1.00'));
    expect(await run('statements', folder)).toMatchObject([{ id: 'closing-differs', disagreements: [] }]);
    const right = await run('statements', textOf('found/closing-differs.xml', statement('0.00')));
    expect(right).toMatchObject([{ disagreements: [{ what: 'faults', got: [] }] }]);
    const cut = await run('statements', textOf('found/F9.xml', statement('0.00').slice(0, -20)));
    expect(cut).toMatchObject([{ disagreements: [{ expected: 'read', got: ['not_well_formed'] }] }]);
  });

  it('has the right values of codes and signatures by name', async () => {
    const code = textOf('found/F18-fps-timed-out.txt', '00020101021129150011dara@angkor6304');
    expect(await run('found', code)).toMatchObject([
      { disagreements: [{ what: 'kind', got: 'TLV_TRUNCATED' }, { what: 'expired' }] },
    ]);
    const request = { method: 'GET', url: '/', headers: {} };
    const signed = dataOf('found/a.json', { nowMs: 0, request, expect: 'verified by the first' });
    expect(await run('found', signed)).toMatchObject([{ disagreements: [{ got: 'signature_missing' }] }]);
  });

  it('has nothing to say about a folder without its file', async () => {
    for (const { name } of SUITES) expect(await run(name, dataOf('other/file.json', {}))).toEqual([]);
  });
});
