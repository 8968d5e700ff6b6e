import { describe, expect, it } from '@jest/globals';
import { amount } from '@tonle/money';
import { writeIso } from '../iso.js';
import type { Statement } from '../model-account.js';
import { readStatements } from './read.js';
import { believe } from './sequence.js';
import { statementOf } from './statement.testing.js';

describe('statements that came together', () => {
  const moves = [{ minor: 5n, credit: true }];
  const first = { ...statementOf(moves, 0n), sequence: '7' };
  const second = { ...statementOf(moves, 5n), statementId: 'S2', sequence: '8' };
  const codesOf = (...statements: Statement[]) => {
    const check = believe(statements);
    return check.kind === 'refused' ? check.faults.map(({ code }) => code) : check.statements.length;
  };

  it('follow each other without a gap', () => {
    expect(codesOf(second, first)).toBe(2);
    expect(codesOf(first, { ...second, sequence: '9' })).toEqual(['sequence_gap']);
    const elsewhere = { ...statementOf(moves, 6n), statementId: 'S2', sequence: '8' };
    expect(codesOf(first, elsewhere)).toEqual(['chain_differs']);
    const account = { id: 'OTHER', currency: 'THB' };
    expect(codesOf(first, { ...elsewhere, account })).toBe(2);
    const dollars = {
      ...statementOf([], 0n),
      sequence: '30',
      account: { ...first.account, currency: 'USD' },
    };
    const inDollars = dollars.balances.map((each) => ({ ...each, amount: amount('USD', 0n) }));
    expect(codesOf(first, { ...dollars, balances: inDollars })).toBe(2);
  });

  it('are one when they are its pages, and all are here', () => {
    const whole = statementOf([moves[0]!, { minor: 7n, credit: false }], 3n);
    const pages = whole.entries.map((each, index) => ({
      ...whole,
      entries: [each],
      balances: [whole.balances[index]!],
      page: { number: `${index + 1}`, last: index === 1 },
    }));
    const check = believe([pages[1]!, pages[0]!]);
    expect(check).toMatchObject({ kind: 'believed', statements: [{ entries: whole.entries }] });
    expect(codesOf(pages[0]!)).toContain('page_missing');
    expect(codesOf(pages[1]!)).toContain('page_missing');
    expect(codesOf(pages[0]!, pages[0]!, pages[1]!)).toContain('page_missing');
  });

  it('are one when each page ends where the next begins, with totals of its own', () => {
    const page = (minor: bigint, opening: bigint, number: number) => ({
      ...statementOf([{ minor, credit: true }], opening),
      page: { number: `${number}`, last: number === 3 },
    });
    const pages = [page(5n, 3n, 1), page(7n, 8n, 2), page(9n, 15n, 3)];
    expect(codesOf(...pages)).toBe(1);
    expect(codesOf(pages[0]!, page(7n, 9n, 2), pages[2]!)).toContain('balance_ambiguous');
    expect(codesOf(pages[0]!, { ...pages[1]!, entries: [] }, pages[2]!)).toContain('balance_differs');
  });

  it('are each there once; a copy counts for nothing', () => {
    expect(codesOf(first, { ...first, copy: 'DUPL' })).toBe(1);
    expect(codesOf({ ...first, copy: 'COPY' })).toEqual(['copy']);
    expect(codesOf(first, first)).toContain('repeated');
    const whole = { ...first, page: { number: '1', last: true } };
    expect(codesOf(whole, whole)).toContain('repeated');
    expect(codesOf(first, { ...second, sequence: '7' })).toEqual(['repeated']);
    expect(codesOf(first, { ...first, statementId: 'S2' })).toBe(2);
  });
});

describe('several statements in one message', () => {
  const two = (second: Statement): Buffer => {
    const [a, b] = [statementOf([{ minor: 5n, credit: true }], 0n), second].map((each) =>
      writeIso(each, 'camt.053.001.08'),
    );
    const inner = /<Stmt>.*<\/Stmt>/s.exec(b!)![0];
    return Buffer.from(a!.replace('</Stmt>', `</Stmt>${inner}`));
  };

  it('are all read', () => {
    const second = { ...statementOf([{ minor: 7n, credit: false }], 5n), statementId: 'S2' };
    expect(readStatements(two(second))).toMatchObject({
      kind: 'read',
      statements: [{ statementId: 'S1' }, { statementId: 'S2', balances: [{ amount: { minor: 5n } }, {}] }],
    });
  });

  it('are refused together, with the place of what is wrong', () => {
    const bytes = two(statementOf([{ minor: 7n, credit: false }], 5n)).toString();
    const at = bytes.lastIndexOf('<Amt Ccy="THB">0.07');
    const wrong = `${bytes.slice(0, at)}<Amt Ccy="THB">0.075${bytes.slice(at + '<Amt Ccy="THB">0.07'.length)}`;
    expect(readStatements(Buffer.from(wrong))).toMatchObject({
      kind: 'refused',
      errors: [{ code: 'amount_scale', path: expect.stringContaining('/Stmt[2]/Ntry[1]/Amt') }],
    });
  });

  it('other messages are none', () => {
    expect(readStatements(Buffer.from('<a/>')).kind).toBe('refused');
  });
});
