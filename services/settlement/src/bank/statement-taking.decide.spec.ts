import { describe, expect, it } from '@jest/globals';
import type { BankFileLine, BankFileStatement } from '@tonle/bank-files';
import fc from 'fast-check';
import { bankLineOf } from './bank-line.js';
import {
  decideStatements,
  type KnownAccount,
  type StatementVerdict,
  type TakenStatement,
} from './statement-taking.decide.js';

const ACCOUNT = {
  bank: 'THSETTLE',
  currency: 'THB',
  account: '2000300001',
  calendar: {
    calendarId: 'TH',
    version: 1,
    utcOffsetMinutes: 420,
    cutOff: '23:00',
    holidays: ['2026-11-26'],
  },
};
const line = (id: string, amountMinor: bigint, more: Partial<BankFileLine> = {}): BankFileLine => ({
  ...{ id, amountMinor, valueDate: '2026-11-25', bookedAt: '2026-11-25', endToEndId: 'E1' },
  ...more,
});
/** Of Wednesday 25 November, after one that closed with 100. */
const statement = (more: Partial<BankFileStatement> = {}): BankFileStatement => ({
  ...{ kind: 'statement', id: 'S2', account: '2000300001', currency: 'THB', number: 2 },
  ...{
    from: '2026-11-25',
    to: '2026-11-25',
    openingMinor: 100n,
    closingMinor: 160n,
    lines: [line('2', 60n)],
  },
  ...more,
});
const BEFORE: TakenStatement = {
  ...{ statementId: 'id-1', bankId: 'S1', number: 1, from: '2026-11-24', to: '2026-11-24' },
  ...{ openingMinor: 0n, closingMinor: 100n },
};
const TOLD = { ...bankLineOf(ACCOUNT, line('1', 100n), '2026-11-24'), statementId: 'id-1' };
const KNOWN: KnownAccount = { today: '2027-01-31', statements: [BEFORE], lines: [TOLD] };
const EMPTY: KnownAccount = { today: '2027-01-31', statements: [], lines: [] };
const AFTER = { ...BEFORE, statementId: 'id-2', bankId: 'S2', number: 2 };
const later: TakenStatement = {
  ...{ ...AFTER, from: '2026-11-25', to: '2026-11-25' },
  ...{ openingMinor: 100n, closingMinor: 160n },
};

const decide = (statements: readonly BankFileStatement[], known: KnownAccount = KNOWN) =>
  decideStatements(ACCOUNT, statements, known);
const codes = (verdict: StatementVerdict) =>
  verdict.kind === 'refused' ? verdict.faults.map(({ code }) => code) : verdict.kind;

describe(decideStatements, () => {
  it('takes one that ties and follows, and the first of all whatever it begins with', () => {
    expect(decide([statement()])).toMatchObject({
      kind: 'taken',
      statements: [{ lines: [{ lineId: 'THSETTLE:THB:2' }] }],
    });
    expect(codes(decide([statement({ number: 812 })], EMPTY))).toBe('taken');
    expect(codes(decide([statement({ lines: [], closingMinor: 100n })]))).toBe('taken');
  });

  it.each<[string, BankFileStatement]>([
    ['account_differs', statement({ account: '2000300002' })],
    ['account_differs', statement({ currency: 'USD' })],
    ['balance_missing', statement({ openingMinor: undefined })],
    ['totals_differ', statement({ closingMinor: 161n })],
    ['opening_differs', statement({ openingMinor: 101n, closingMinor: 161n })],
    ['number_gap', statement({ number: 3 })],
    ['number_repeated', statement({ number: 1 })],
    ['day_repeated', statement({ from: '2026-11-24' })],
    ['replaces_unknown', statement({ replaces: 'S9' })],
    ['line_repeated', statement({ lines: [line('2', 30n), line('2', 30n)] })],
    ['line_repeated', statement({ lines: [line('1', 100n)], closingMinor: 200n })],
    ['line_changed', statement({ lines: [line('1', 60n)] })],
  ])('refuses %s', (code, refused) => {
    expect(codes(decide([refused]))).toContain(code);
  });

  it('begins numbers anew with the year', () => {
    const day = { from: '2027-01-04', to: '2027-01-04' };
    expect(codes(decide([statement({ ...day, number: 1 })]))).toBe('taken');
  });

  it('of a bank without numbers wants each banking day', () => {
    const known = { ...KNOWN, statements: [{ ...BEFORE, number: undefined }] } as KnownAccount;
    const of = (day: string) => codes(decide([statement({ number: undefined, from: day, to: day })], known));
    expect(of('2026-11-25')).toBe('taken');
    expect(of('2026-11-27')).toEqual(['number_gap']);
    const holiday = {
      ...BEFORE,
      from: '2026-11-25',
      to: '2026-11-25',
      number: undefined,
    } as unknown as TakenStatement;
    const friday = statement({ number: undefined, from: '2026-11-27', to: '2026-11-27' });
    expect(codes(decide([friday], { ...EMPTY, statements: [holiday] }))).toBe('taken');
  });

  it('refuses what is of a day that has not come at the bank, which nothing could follow', () => {
    const today = { ...KNOWN, today: '2026-11-25' };
    expect(codes(decide([statement()], today))).toBe('taken');
    expect(codes(decide([statement({ to: '2026-11-26' })], today))).toEqual(['day_ahead']);
    const ahead = line('2', 60n, { bookedAt: '2062-11-25T10:00:00+07:00' });
    expect(codes(decide([statement({ lines: [ahead] })], today))).toEqual(['day_ahead']);
    const notified = { kind: 'notification', openingMinor: undefined, closingMinor: undefined } as const;
    expect(codes(decide([statement({ ...notified, to: '2026-11-26' })], today))).toBe('taken');
  });

  it('tells of a file with no end of faults a hundred', () => {
    const known = { ...KNOWN, statements: [{ ...BEFORE, from: '1900-01-01', to: '1900-01-01' }] };
    const first = { ...known.statements[0]!, number: undefined } as unknown as TakenStatement;
    expect(codes(decide([statement()], { ...known, statements: [first] }))).toHaveLength(100);
    const repeated = Array.from({ length: 300 }, () => line('2', 1n));
    expect(codes(decide([statement({ lines: repeated })]))).toHaveLength(100);
  });

  it('takes a file whole or not at all', () => {
    const second = statement({
      id: 'S3',
      number: 3,
      from: '2026-11-27',
      to: '2026-11-27',
      openingMinor: 160n,
      closingMinor: 160n,
      lines: [],
    });
    expect(codes(decide([statement(), second]))).toBe('taken');
    expect(codes(decide([statement(), { ...second, number: 4 }]))).toEqual(['number_gap']);
    expect(codes(decide([statement(), { ...second, lines: [line('2', 60n)], closingMinor: 220n }]))).toEqual([
      'line_repeated',
    ]);
  });

  describe('after entries were notified', () => {
    const notified = { ...bankLineOf(ACCOUNT, line('2', 60n), '2026-11-25') };
    const known = { ...KNOWN, lines: [TOLD, notified] };

    it('has them in the statement, and does not count them again', () => {
      expect(decide([statement()], known)).toMatchObject({
        kind: 'taken',
        statements: [{ lines: [], notified: ['THSETTLE:THB:2'] }],
      });
    });

    it('refuses one that leaves them out or has them otherwise', () => {
      const none = statement({ lines: [], closingMinor: 100n });
      expect(codes(decide([none], known))).toEqual(['line_gone']);
      const other = statement({ lines: [line('2', 61n)], closingMinor: 161n });
      expect(codes(decide([other], known))).toEqual(['line_changed']);
    });

    it('takes the same notification with more in it', () => {
      const more: BankFileStatement = {
        ...{ kind: 'notification', id: 'N2', account: '2000300001', currency: 'THB' },
        ...{ from: '2026-11-25', to: '2026-11-25', lines: [line('2', 60n), line('3', -10n)] },
      };
      expect(decide([more], known)).toMatchObject({
        statements: [{ lines: [{ lineId: 'THSETTLE:THB:3' }] }],
      });
    });
  });

  describe('a correction', () => {
    const told = [TOLD, { ...bankLineOf(ACCOUNT, line('2', 60n), '2026-11-25'), statementId: 'id-2' }];
    const known: KnownAccount = { ...KNOWN, statements: [BEFORE, later], lines: told };
    const corrected = statement({
      ...{ id: 'S2a', replaces: 'S2', closingMinor: 165n, lines: [line('2', 60n), line('4', 5n)] },
    });

    it('says what it replaces, and keeps what money has moved by', () => {
      expect(decide([corrected], known)).toMatchObject({
        kind: 'taken',
        statements: [{ replaces: 'id-2', lines: [{ lineId: 'THSETTLE:THB:4' }] }],
      });
      const without = { ...corrected, closingMinor: 105n, lines: [line('4', 5n)] };
      expect(codes(decide([without], known))).toEqual(['line_gone']);
      expect(codes(decide([{ ...corrected, to: '2026-11-27' }], known))).toContain('day_repeated');
    });

    it('fits between those around it, or comes with them', () => {
      const next: TakenStatement = {
        ...later,
        statementId: 'id-3',
        bankId: 'S3',
        number: 3,
        from: '2026-11-27',
        to: '2026-11-27',
        openingMinor: 160n,
        closingMinor: 160n,
      };
      const three = { ...known, statements: [BEFORE, later, next] };
      expect(codes(decide([corrected], three))).toEqual(['closing_differs']);
      const both = statement({
        id: 'S3a',
        replaces: 'S3',
        number: 3,
        from: '2026-11-27',
        to: '2026-11-27',
        openingMinor: 165n,
        closingMinor: 165n,
        lines: [],
      });
      expect(codes(decide([corrected, both], three))).toBe('taken');
    });
  });

  it('does not go through all that is known for each of many statements', () => {
    const day = '2026-11-25';
    const notified = Array.from({ length: 1_000 }, (_, index): BankFileStatement => ({
      ...{ kind: 'notification', id: `N${index}`, account: '2000300001', currency: 'THB' },
      ...{ from: day, to: day, lines: [line(`N${index}`, 1n)] },
    }));
    let looks = 0;
    const { lineId, ...rest } = bankLineOf(ACCOUNT, line('1', 1n), day);
    const told = {
      ...rest,
      get lineId() {
        looks += 1;
        return lineId;
      },
    };
    expect(codes(decide(notified, { ...EMPTY, lines: [told] }))).toBe('taken');
    expect(looks).toBeLessThan(10);
  });

  it('takes any run of days that follow, in one file or in many, with the same lines', () => {
    const amounts = fc.array(
      fc.bigInt({ min: -1_000n, max: 1_000n }).filter((each) => each !== 0n),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(amounts, { minLength: 1, maxLength: 5 }), (days) => {
        let balance = 0n;
        let id = 0;
        const statements = days.map((moves, index): BankFileStatement => {
          const lines = moves.map((amountMinor) => line(`L${(id += 1)}`, amountMinor));
          const openingMinor = balance;
          balance += moves.reduce((sum, each) => sum + each, 0n);
          const day = `2026-12-${String(index + 1).padStart(2, '0')}`;
          return statement({
            id: `D${index}`,
            number: index + 1,
            from: day,
            to: day,
            openingMinor,
            closingMinor: balance,
            lines,
          });
        });
        const whole = decide(statements, EMPTY);
        expect(codes(whole)).toBe('taken');
        if (days.length < 3) return;
        const [first, , third] = statements;
        expect(codes(decide([first!, third!], EMPTY))).toContain('number_gap');
      }),
    );
  });
});
