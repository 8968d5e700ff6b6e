import { spelled } from '../corridor.js';
import type { CorridorBody, NetworkBody } from '../entry.schema.js';
import type { InService, Violations } from './violation.js';

/** Payments in one currency run through the bank that the corridor names for it (decisions 27). */
export function* checkSettlementBanks({ corridors, networks, participants }: InService): Violations {
  for (const [id, corridor] of corridors) {
    const wrong = (text: string) => ({
      rule: 'settlement_bank_wrong' as const,
      entry: `corridor ${id}`,
      text,
    });
    const sides = sidesOf(corridor, networks);
    for (const [currency, name] of Object.entries(corridor.settlementBanks ?? {})) {
      const bank = participants.get(name);
      if (bank?.kind !== 'settlement_bank')
        yield wrong(
          `its settlement bank for ${currency}, ${name}, is not a participant of kind settlement_bank; add it, or name another`,
        );
      if (sides.some(({ currencies }) => !currencies.includes(currency)))
        yield wrong(
          `it names a settlement bank for ${currency}, which is not a currency of both sides; take it out`,
        );
      const account = bank?.railAccounts[currency];
      if (bank === undefined) continue;
      for (const side of sides.filter(isGross))
        if (bank.bic === undefined || account === undefined)
          yield wrong(
            `${name} has no BIC, or no ${currency} account on network ${side.networkId}, where payments run through it; add bic and railAccounts`,
          );
        else if (spelled(account, side) !== account)
          yield wrong(
            `${name} has account "${account}", which is not how network ${side.networkId} writes its accounts; write ${spelled(account, side)}`,
          );
    }
  }
}

const isGross = ({ settlementMode }: NetworkBody): boolean => settlementMode === 'GROSS_RT';

function sidesOf(
  { home, partner, homeCurrencies }: CorridorBody,
  networks: InService['networks'],
): NetworkBody[] {
  const [ours, theirs] = [networks.get(home), networks.get(partner)];
  if (ours === undefined || theirs === undefined) return [];
  return [{ ...ours, currencies: homeCurrencies ?? ours.currencies }, theirs];
}
