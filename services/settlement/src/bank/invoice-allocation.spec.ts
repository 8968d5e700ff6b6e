import { describe, expect, it } from '@jest/globals';
import type { AccountCode } from '@tonle/ledger';
import fc from 'fast-check';
import { decideInvoices, type OpenInvoice } from './invoice-allocation.decide.js';

const FEE = 'FEE_RECEIVABLE:KHMEKONG:KHR' as AccountCode;
const FX = 'FX_RECEIVABLE:KHMEKONG:KHR' as AccountCode;
const invoice = (number: string, fee: bigint, fx = 0n): OpenInvoice => ({
  number,
  accounts: [
    { account: FEE, openMinor: fee },
    { account: FX, openMinor: fx },
  ],
});

describe('a line that names invoices', () => {
  it('pays the one that it names, account by account, and short', () => {
    expect(decideInvoices(100n, [invoice('INV-1', 100n)])).toEqual({
      parts: [{ number: 'INV-1', account: FEE, minor: 100n }],
    });
    expect(decideInvoices(90n, [invoice('INV-1', 60n, 40n)])).toEqual({
      parts: [
        { number: 'INV-1', account: FEE, minor: 60n },
        { number: 'INV-1', account: FX, minor: 30n },
      ],
    });
    expect(decideInvoices(-100n, [invoice('PAY-1', -100n)])?.parts).toHaveLength(1);
  });

  it('leaves over what is not open, with why', () => {
    const left = (minor: bigint, ...named: OpenInvoice[]) => decideInvoices(minor, named)?.rest;
    expect(left(130n, invoice('INV-1', 100n))).toEqual({ minor: 30n, cause: 'paid_too_much' });
    expect(left(100n, invoice('INV-1', 0n))).toEqual({ minor: 100n, cause: 'paid_twice' });
    expect(left(-100n, invoice('INV-1', 100n))).toEqual({ minor: -100n, cause: 'wrong_direction' });
    expect(left(100n, invoice('INV-1', 60n), invoice('INV-2', 41n))).toEqual({
      ...{ minor: 100n, cause: 'several_differ' },
    });
    expect(left(100n, invoice('INV-1', 60n), invoice('INV-2', 40n))).toBeUndefined();
    expect(decideInvoices(100n, [])).toBeUndefined();
  });

  it('is always whole: its parts and what is left make it, no part goes the other way, no invoice gets more than is open', () => {
    const minor = fc.bigInt(-1_000n, 1_000n);
    const named = fc.array(fc.tuple(minor, minor), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        minor.filter((line) => line !== 0n),
        named,
        (line, opens) => {
          const invoices = opens.map(([fee, fx], index) => invoice(`INV-${index}`, fee, fx));
          const { parts, rest } = decideInvoices(line, invoices)!;
          const sum = parts.reduce((total, part) => total + part.minor, 0n);
          expect(sum + (rest?.minor ?? 0n)).toBe(line);
          for (const part of parts) expect(part.minor > 0n).toBe(line > 0n);
          for (const [index, [fee, fx]] of opens.entries()) {
            const paid = parts.flatMap((part) => (part.number === `INV-${index}` ? [part.minor] : []));
            const total = paid.reduce((one, other) => one + other, 0n);
            expect(total === 0n || (total > 0n ? total <= fee + fx : total >= fee + fx)).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
