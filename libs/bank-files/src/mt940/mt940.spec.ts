import { describe, expect, it } from '@jest/globals';
import { readBankStatement, writeBankStatement, type BankFileStatement } from '../index.js';
import { readInformation, writeInformation } from './information.js';

/** As a bank sends it: in its blocks, with a page that goes on in the next message. */
const FILE = `{1:F01VNSEVNVXAXXX0000000000}{2:I940TONLKHPPXXXXN}{4:
:20:ST261129
:21:NONREF
:25:0011002200
:28C:00333/001
:60F:C261128THB1000,00
:61:2611291129C1910,5NTRFTHB-W1-F//BK0000000001
SUPPLEMENTARY DETAILS
:86:/EREF/THB-W1-F/ORDP//NAME/Mekong Bank/REMI//WINDOW/thailand-THB-2026-11-29
:61:2611301129D910,NTRFNONREF//BK0000000002
:86:CHARGES OF THE
MONTH
:62M:C261129THB2000,50
:64:C261129THB2000,50
-}
{1:F01VNSEVNVXAXXX0000000000}{2:I940TONLKHPPXXXXN}{4:
:20:ST261129
:25:0011002200
:28C:00333/002
:60M:C261129THB2000,50
:61:261129RC2000,50FMSCOLD//BK0000000003
:62F:D261129THB0,00
:64:D261129THB0,00
:65:C261201THB5,00
:86:/RPLC/ST261128/332
-}{5:{CHK:123456789ABC}}
`;
const read = (text: string) => readBankStatement(Buffer.from(text, 'latin1'), 'mt940');
const faultsOf = (text: string): string[] => {
  const reading = read(text);
  return reading.kind === 'read' ? [] : reading.errors.map(({ code, where }) => `${code} at ${where}`);
};

describe('MT940', () => {
  it('is read by the tags of the standard, pages joined', () => {
    expect(read(FILE)).toEqual({
      kind: 'read',
      statements: [
        {
          kind: 'statement',
          id: 'ST261129/333',
          account: '0011002200',
          currency: 'THB',
          number: 333,
          from: '2026-11-29',
          to: '2026-11-29',
          openingMinor: 100_000n,
          closingMinor: 0n,
          replaces: 'ST261128/332',
          lines: [
            {
              id: 'BK0000000001',
              amountMinor: 191_050n,
              bookedAt: '2026-11-29',
              valueDate: '2026-11-29',
              endToEndId: 'THB-W1-F',
              remittance: '/WINDOW/thailand-THB-2026-11-29',
              counterparty: 'Mekong Bank',
            },
            {
              id: 'BK0000000002',
              amountMinor: -91_000n,
              bookedAt: '2026-11-29',
              valueDate: '2026-11-30',
              remittance: 'CHARGES OF THE\nMONTH',
            },
            {
              // The reversal of a credit is a debit.
              id: 'BK0000000003',
              amountMinor: -200_050n,
              bookedAt: '2026-11-29',
              valueDate: '2026-11-29',
              reversal: true,
              endToEndId: 'OLD',
            },
          ],
        },
      ],
    });
  });

  it.each([
    ['another tag', ':25:', ':26:', 'malformed at line 4, :26:'],
    ['no comma', 'C1910,5N', 'C1910N', 'amount_malformed at line 7, :61:'],
    ['decimals that no baht has', 'C1910,5N', 'C1910,505N', 'amount_malformed at line 7, :61:'],
    ['a day that is none', ':61:2611291129C', ':61:2602301129C', 'date_malformed at line 7, :61:'],
    ['a currency that is none', ':60F:C261128THB', ':60F:C261128XXX', 'currency_unknown at line 6, :60F:'],
    ['a page without the one before', ':28C:00333/002', ':28C:00333/003', 'page_missing at line 17'],
    [
      'a page that opens elsewhere',
      ':60M:C261129THB2000,50',
      ':60M:C261129THB2000,51',
      'balance_differs at line 17',
    ],
    [
      'an end that it does not make',
      ':62F:D261129THB0,00',
      ':62F:D261129THB0,01',
      'balance_differs at statement ST261129/333',
    ],
    [
      'a line twice',
      '//BK0000000002',
      '//BK0000000001',
      'id_repeated at statement ST261129/333, line BK0000000001',
    ],
    ['no reference', ':20:ST261129\n:21', ':21', 'malformed at line 2, :21:'],
    ['a sign that no text has', 'CHARGES', 'CHAR\u0000ES', 'malformed at line 11'],
    [
      'a text without end',
      'CHARGES',
      'CHARGES '.repeat(1_250),
      'malformed at statement ST261129/333, line "BK0000000002"',
    ],
    [
      'a reference without end',
      'EREF/THB-W1-F',
      `EREF/${'E'.repeat(141)}`,
      'malformed at statement ST261129/333, line "BK0000000001"',
    ],
    ['nothing after a page', /-\}\n\{1[^]*/, '-}\n', 'page_missing at line 2'],
  ])('is refused with %s', (_, from, to, fault) => {
    expect(faultsOf(FILE.replace(from, to))).toContain(fault);
  });

  it('is read bare, with any line end, and in the letters of an old bank', () => {
    const bare = FILE.replaceAll(/\{.*\{4:\n/g, '').replaceAll(/-\}.*/g, '-');
    const plain = read(FILE);
    expect(read(bare)).toEqual(plain);
    expect(read(bare.replaceAll('\n', '\r\n'))).toEqual(plain);
    expect(read(bare.replaceAll(/^-\n/gm, ''))).toEqual(plain);
    expect(read(FILE.replace('Mekong', 'Mékong'))).toMatchObject({
      statements: [{ lines: [{ counterparty: 'Mékong Bank' }, {}, {}] }],
    });
  });

  it('takes the year of an entry from its value date', () => {
    const booked = (value: string, entry: string) => {
      const reading = read(FILE.replace('2611291129C', `${value}${entry}C`));
      return reading.kind === 'read' ? reading.statements[0]!.lines[0]!.bookedAt : reading.errors;
    };
    expect(booked('270102', '1231')).toBe('2026-12-31');
    expect(booked('261231', '0102')).toBe('2027-01-02');
    expect(booked('280301', '0229')).toBe('2028-02-29');
  });

  it('gives lines without a reference of the bank the one of their place', () => {
    const reading = read(FILE.replace('//BK0000000001', '').replace('//BK0000000003', ''));
    expect(reading).toMatchObject({
      statements: [
        { lines: [{ id: '2026-11-29/333/1-1' }, { id: 'BK0000000002' }, { id: '2026-11-29/333/2-1' }] },
      ],
    });
    // A year later the bank counts from the same numbers.
    const next = read(FILE.replace('//BK0000000001', '').replaceAll(/:(6[0-9][FM]?:[CDR]{0,2})26/g, ':$127'));
    expect(next).toMatchObject({ statements: [{ lines: [{ id: '2027-11-29/333/1-1' }, {}, {}] }] });
  });

  it('breaks information where SWIFT lets it, and finds it again', () => {
    const remittance = `${'word '.repeat(11)}ends :here - and ${'x'.repeat(70)}`;
    const lines = writeInformation({ endToEndId: 'A-1', remittance });
    expect(lines.every((line) => line.length <= 65 && /^[^:\- ].*[^ ]$/.test(line))).toBe(true);
    expect(readInformation(lines)).toEqual({ endToEndId: 'A-1', remittance });
    expect(writeInformation({ remittance: '-'.repeat(300) }).filter((line) => line.startsWith('-'))).toEqual(
      [],
    );
  });

  it('writes letters that SWIFT does not have as question marks, and refuses ids with them', () => {
    const [statement] = (read(FILE) as { statements: readonly BankFileStatement[] }).statements;
    const [first] = statement!.lines;
    const named = (line: object): BankFileStatement => ({
      ...statement!,
      closingMinor: 291_050n,
      lines: [{ ...first!, ...line }],
    });
    const written = writeBankStatement([named({ counterparty: 'ธนาคาร', remittance: 'ok' })], 'mt940');
    expect(written.kind === 'written' && readBankStatement(written.bytes, 'mt940')).toMatchObject({
      statements: [{ lines: [{ counterparty: '??????' }] }],
    });
    for (const line of [{ id: 'ธ' }, { endToEndId: 'ธ' }, { endToEndId: 'A/REMI/B' }, { id: 'x'.repeat(17) }])
      expect(writeBankStatement([named(line)], 'mt940')).toMatchObject({ errors: [{ code: 'unwritable' }] });
    expect(writeBankStatement([{ ...named({}), openingMinor: 10n ** 16n }], 'mt940').kind).toBe('refused');
  });

  it('needs as many messages as it is long', () => {
    const [statement] = (read(FILE) as { statements: readonly BankFileStatement[] }).statements;
    const lines = Array.from({ length: 50 }, (_, at) => ({
      id: `BK${at}`,
      amountMinor: 1n,
      bookedAt: '2026-11-29',
      valueDate: '2026-11-29',
      remittance: 'x'.repeat(100),
    }));
    const long = { ...statement!, closingMinor: statement!.openingMinor! + 50n, lines };
    const written = writeBankStatement([long], 'mt940');
    if (written.kind === 'refused') throw new Error(JSON.stringify(written.errors));
    const text = Buffer.from(written.bytes).toString();
    const messages = text.split('\r\n-\r\n').slice(0, -1);
    expect(messages.length).toBeGreaterThan(3);
    expect(messages.every((message) => message.length <= 2_000)).toBe(true);
    expect(readBankStatement(written.bytes, 'mt940')).toEqual({ kind: 'read', statements: [long] });
  });
});
