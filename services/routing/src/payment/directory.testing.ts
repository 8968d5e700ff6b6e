import { readFileSync } from 'node:fs';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';

const FILE = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);

export interface DirectoryJson {
  entries: { kind: string; id: string; version: number; body: Record<string, never> }[];
  openingFunds: { account: string; participant: string; currency: string; amountMinor: string }[];
}

/** The sandbox's directory, edited by `change`. */
export function sandboxDirectory(
  change: (directory: DirectoryJson) => void = () => undefined,
): DirectoryJson {
  const directory = JSON.parse(readFileSync(FILE, 'utf8')) as DirectoryJson;
  change(directory);
  return directory;
}

/**
 * Makes corridor KH-LA one that settles dollars net with DOLLARNET, as networks of cards and wallets do: payments in dollars
 * alone run through SETTLER, those from and to riel through FX providers that may owe dollars.
 */
export function withDollars(directory: DirectoryJson): void {
  const change = (id: string, more: object) => {
    const entry = directory.entries.find((each) => each.id === id && each.kind !== 'calendar')!;
    Object.assign(entry.body, more);
  };
  const like = (id: string, more: { participantId: string } & object) => {
    const { kind, body } = directory.entries.find((each) => each.id === id)!;
    directory.entries.push({
      kind,
      id: more.participantId,
      version: 1,
      body: { ...body, scopes: [], keys: [], railDomains: [], ...more } as never,
    });
  };
  like('THSWITCH', {
    participantId: 'DOLLARNET',
    bic: 'DOLLSGSGXXX',
    caps: { USD: '100000000000' },
    settlementAccounts: { USD: { bank: 'KHSETTLE', account: '1000200038' } },
  } as never);
  like('FXNAGA', {
    participantId: 'SETTLER',
    kind: 'settlement_bank',
    bic: 'STLRKHPPXXX',
    railAccounts: { USD: 'scheme@settler' },
    caps: { USD: '100000000000' },
    settlementAccounts: { USD: { bank: 'KHSETTLE', account: '1000200042' } },
  } as never);
  const settles = { USD: { bank: 'KHSETTLE', lagDays: 1 } };
  change('laos', { participant: 'DOLLARNET', currencies: ['USD'], schemes: [], settles });
  change('KH-LA', {
    homeCurrencies: undefined,
    limits: { perPayment: { USD: '250000' }, perDebtorDay: { USD: '1300000' } },
    schemeFee: { outbound: { KHR: '10000', USD: '3' }, inbound: { USD: '3' } },
    settlementBanks: { USD: 'SETTLER' },
  });
  for (const id of ['FXNAGA', 'FXSINGHA'])
    change(id, { caps: { THB: '100000000000000', USD: '100000000000' } });
  const funds = {
    account: 'RAIL',
    participant: 'SETTLER',
    rail: 'BAKONG',
    currency: 'USD',
    amountMinor: '5000',
  };
  directory.openingFunds.push(funds);
}

/** Leaves corridor KH-TH alone, so that a test knows all windows that there are. */
export function thaiCorridorAlone({ entries }: DirectoryJson): void {
  const isMeant = ({ kind, id }: { kind: string; id: string }) => kind !== 'corridor' || id === 'KH-TH';
  entries.splice(0, entries.length, ...entries.filter(isMeant));
}

export function directoryOf({ entries }: DirectoryJson): Directory {
  return new Directory(entries as DirectoryEntry[], 1n);
}
