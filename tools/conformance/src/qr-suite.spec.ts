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

function dataOf(file: string, content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-conformance-'));
  folders.push(folder);
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify(content));
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

  it('has nothing to say about a folder without its file', async () => {
    expect(await run('qr', dataOf('other/file.json', {}))).toEqual([]);
  });
});
