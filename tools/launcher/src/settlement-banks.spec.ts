import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { addToDirectory } from './added-networks.js';
import { layoutOf, PORT_BASE, ROOT } from './layout.js';
import { settlementBanks } from './settlement-banks.js';
import type { SandboxDirectory } from './world.js';

interface Bank {
  readonly id: string;
  readonly mark: string;
  readonly holidays: readonly string[];
  readonly currencies: Readonly<
    Record<
      string,
      {
        readonly scheme: string;
        readonly schemeOpening: string;
        readonly accounts: Readonly<Record<string, object>>;
      }
    >
  >;
}

const directory = JSON.parse(
  readFileSync(join(ROOT, 'deploy/sandbox/directory.json'), 'utf8'),
) as SandboxDirectory;
addToDirectory(directory, layoutOf('.tonle', PORT_BASE));
const banks = settlementBanks(directory) as readonly Bank[];

describe('the settlement banks of the sandbox', () => {
  it('are those of the directory, with everybody that settles there', () => {
    const thai = banks.find(({ id }) => id === 'THSETTLE');
    expect(thai).toMatchObject({ mark: 'TH', instruction: 'pacs.009', utcOffsetMinutes: 420 });
    expect(thai!.currencies['THB']!.accounts['2000300031']).toEqual({
      participant: 'THSWITCH',
      name: 'Thai switch (sandbox)',
      opening: '100000000000',
    });
    expect(thai!.holidays).toContain('2026-12-10');
  });

  it('begin with what the ledger begins with at each of them', () => {
    const funds = directory.openingFunds as {
      account: string;
      bank?: string;
      currency: string;
      amountMinor: string;
    }[];
    const ledger = new Map<string, bigint>();
    for (const { account, bank, currency, amountMinor } of funds)
      if (account === 'PREFUND')
        ledger.set(`${bank} ${currency}`, (ledger.get(`${bank} ${currency}`) ?? 0n) + BigInt(amountMinor));
    const begun = banks.flatMap(({ id, currencies }) =>
      Object.entries(currencies).map(
        ([code, { schemeOpening }]) => [`${id} ${code}`, BigInt(schemeOpening)] as const,
      ),
    );
    expect(ledger.size).toBeGreaterThan(3);
    expect(new Map(begun.filter(([, minor]) => minor !== 0n))).toEqual(ledger);
  });

  it('keep every account that a participant names, and begin their references each with a mark of their own', () => {
    const named = directory.entries.flatMap(({ body }) =>
      Object.values(
        (body as { settlementAccounts?: Record<string, { account: string }> }).settlementAccounts ?? {},
      ),
    );
    const kept = banks.flatMap(({ currencies }) =>
      Object.values(currencies).flatMap(({ accounts }) => Object.keys(accounts)),
    );
    expect(kept.sort()).toEqual(named.map(({ account }) => account).sort());
    expect(new Set(banks.map(({ mark }) => mark)).size).toBe(banks.length);
  });
});
