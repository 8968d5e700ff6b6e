import {
  debitBalance,
  EMPTY_COLUMNS,
  headroom,
  railAvailable,
  readAccount,
  type AccountCode,
  type AccountColumns,
} from '@tonle/ledger';
import type { routingCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Database } from '@tonle/persistence';
import { In } from 'typeorm';
import { AccountEntity } from './account.entity.js';
import type { z } from 'zod';

type Liquidity = z.infer<typeof routingCalls.liquidity.response>['accounts'];

const SHOWN_KINDS = ['POSITION', 'PREFUND', 'RAIL'];

/** Positions, prefunds, caps, headroom and rail balances: one line a participant and currency that has any of them. */
export async function listLiquidity(database: Database, directory: Directory): Promise<Liquidity> {
  const accounts = await database.orm
    .getRepository(AccountEntity)
    .find({ where: { kind: In(SHOWN_KINDS) }, order: { code: 'ASC' } });
  return liquidityOf(new Map(accounts.map((account) => [account.code, account])), directory);
}

function liquidityOf(columns: ReadonlyMap<AccountCode, AccountColumns>, directory: Directory): Liquidity {
  const holders = new Map<string, { participant: string; currency: string; rail: AccountCode | undefined }>();
  for (const code of columns.keys()) {
    const { kind, owner, currency } = readAccount(code);
    const key = `${owner[0]}:${currency}`;
    const rail = kind === 'RAIL' ? code : holders.get(key)?.rail;
    holders.set(key, { participant: owner[0]!, currency, rail });
  }
  return [...holders.keys()].sort().map((key) => {
    const { participant, currency, rail } = holders.get(key)!;
    const prefund = columns.get(`PREFUND:${key}` as AccountCode) ?? EMPTY_COLUMNS;
    const position = columns.get(`POSITION:${key}` as AccountCode) ?? EMPTY_COLUMNS;
    const capMinor = directory.capMinor(participant, currency);
    const mirror = rail === undefined ? undefined : columns.get(rail)!;
    return {
      participant,
      currency,
      prefundMinor: (-debitBalance(prefund)).toString(),
      capMinor: capMinor.toString(),
      positionMinor: debitBalance(position).toString(),
      pendingDebitsMinor: position.debitsPending.toString(),
      headroomMinor: headroom(prefund, capMinor, position).toString(),
      ...(mirror === undefined
        ? {}
        : {
            railMinor: railAvailable(mirror).toString(),
            railPendingMinor: mirror.creditsPending.toString(),
          }),
    };
  });
}
