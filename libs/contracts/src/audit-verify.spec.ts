import { describe, expect, it } from '@jest/globals';
import { canonicalJson, chained, GENESIS, type AuditHead, type Deed } from './audit-log.js';
import { spanLine, verifyExport } from './audit-verify.js';

const deedAt = (at: string): Deed => ({
  atMs: Date.parse(at),
  actor: { kind: 'operator', name: 'OPERATOR-1', participant: 'OPERATOR' },
  action: 'corridor.close.outbound',
  object: 'KH-TH',
  reason: 'maintenance',
});
const NOWHERE: AuditHead = { service: 'routing', day: '2026-11-27', number: 0, hash: GENESIS };
const ENTRIES = chained(
  NOWHERE,
  ['2026-11-28T02:00Z', '2026-11-28T03:00Z', '2026-11-28T18:00Z', '2026-11-28T16:59Z'].map(deedAt),
);
const [first, second, third, fourth] = ENTRIES.map((entry) => JSON.stringify(entry)) as [
  string,
  string,
  string,
  string,
];
const head = (day: string, number: number): AuditHead => ({
  service: 'routing',
  day,
  number,
  hash: ENTRIES[number - 1]!.hash,
});
const SPAN = { service: 'routing', since: NOWHERE, until: head('2026-11-29', 4) };
const whats = (...lines: string[]) =>
  verifyExport(lines.map((text, i) => ({ where: `f:${i + 1}`, text }))).faults;

describe('the chain', () => {
  it('files an entry under its day in Phnom Penh, and never under one before the last', () => {
    expect(ENTRIES.map(({ number, day }) => [number, day])).toEqual([
      [1, '2026-11-28'],
      [2, '2026-11-28'],
      [3, '2026-11-29'],
      [4, '2026-11-29'],
    ]);
  });

  it('hashes what RFC 8785 makes of an entry', () => {
    expect(canonicalJson({ b: ['\u00e9', null, { y: 1, 10: true, 9: false }], a: 'x' })).toBe(
      '{"a":"x","b":["\u00e9",null,{"10":true,"9":false,"y":1}]}',
    );
  });
});

describe('verifyExport says which', () => {
  const begin = spanLine(SPAN);
  const altered = second.replace('maintenance', 'holiday');

  it.each([
    [
      'was altered',
      [begin, first, altered, third, fourth],
      'f:3 entry 2 of routing was altered: its content has another hash',
    ],
    ['is missing', [begin, first, third, fourth], 'f:3 entry 2 of routing is missing'],
    ['were missing', [begin, first, fourth], 'f:3 entries 2 to 3 of routing are missing'],
    ['was cut off', [begin, first, second, third], 'f:1 entry 4 of routing is missing'],
    ['was moved', [begin, first, third, second, fourth], 'f:4 entry 2 of routing stands behind entry 3'],
    [
      'is there twice',
      [begin, first, second, second, third, fourth],
      'f:4 entry 2 of routing is there twice, or was put in',
    ],
    [
      'has no beginning',
      [first, second],
      'f:1 entry 1 of routing is not behind the beginning of the log of its service',
    ],
    [
      'is nothing',
      [begin, first, second, third, fourth, '{"a":1}'],
      'f:6 is neither an entry nor the beginning of a log',
    ],
  ])('%s', (_what, lines, told) => {
    expect(whats(...lines).map(({ where, what }) => `${where} ${what}`)).toContain(told);
  });

  it('an export of several days goes on where the one before it ended', () => {
    const one = [spanLine({ ...SPAN, until: head('2026-11-28', 2) }), first, second];
    const two = [spanLine({ ...SPAN, since: head('2026-11-28', 2) }), third, fourth];
    expect(whats(...one, ...two)).toEqual([]);
    const other = chained(NOWHERE, [deedAt('2026-11-28T02:00Z'), deedAt('2026-11-28T04:00Z')]);
    const forged = { ...head('2026-11-28', 2), hash: other[1]!.hash };
    const lines = [spanLine({ ...SPAN, until: forged }), ...other.map((entry) => JSON.stringify(entry))];
    expect(whats(...lines, ...two)).toEqual([
      { where: 'f:4', what: 'the log of routing does not go on from entry 2 of f:1' },
    ]);
  });

  it('a whole log is missing, by a head of a day that is told of', () => {
    const lines = [begin, first, second, third, fourth].map((text, i) => ({ where: `f:${i + 1}`, text }));
    const faultsBy = (...kept: AuditHead[]) => verifyExport(lines, kept).faults.map(({ what }) => what);
    const other = { ...head('2026-11-28', 2), service: 'gateway' };
    expect(faultsBy(head('2026-11-29', 4), other, { ...other, day: '2026-11-29', number: 3 })).toEqual([
      'the log of gateway is missing, which on 2026-11-29 ended with entry 3',
    ]);
    const quiet = { ...other, number: 0, hash: GENESIS };
    expect(faultsBy(quiet, { ...other, day: '2026-11-27' }, { ...other, day: '2026-11-30' })).toEqual([]);
  });

  it('is empty where no log is', () => {
    expect(whats()).toEqual([{ where: 'export', what: 'no log of any service is in it' }]);
  });
});
