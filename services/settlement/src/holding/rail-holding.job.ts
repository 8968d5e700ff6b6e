import type { Directory, Side } from '@tonle/directory';
import { railAccount } from '@tonle/ledger';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { freshRailDays, lookAtRail, noteRailDay, type MirroredRail } from './rail-holding.store.js';

/** Holds what gross rails say that accounts hold against their mirrors in the ledger, by their lines as banks are (record 51). */
export class RailHoldingJob {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  /** Idempotent: a statement that was taken again is looked at again, and legs that were booked since end what was open. */
  readonly run = async (): Promise<void> => {
    for (const rail of mirroredRails(this.directory))
      await this.database.transaction(async (transaction) => {
        for (const day of await freshRailDays(transaction, rail)) await noteRailDay(transaction, rail, day);
        await lookAtRail(transaction, rail, new Date(this.clock.now()));
      });
  };
}

/** Each currency of each gross rail that gives statements, with the accounts that participants have there. */
function mirroredRails(directory: Pick<Directory, 'networks' | 'participants'>): MirroredRail[] {
  return directory.networks().flatMap((network) => {
    const { rail } = network;
    if (!isTold(network) || rail === undefined) return [];
    return network.currencies.map((currency) => {
      const held = directory
        .participants()
        .flatMap(({ participantId, railAccounts }) =>
          railAccounts[currency] === undefined
            ? []
            : [{ account: railAccounts[currency], code: railAccount(participantId, rail, currency) }],
        );
      return {
        ...{ partner: network.participant, currency, utcOffsetMinutes: network.calendar.utcOffsetMinutes },
        accounts: held.map(({ account }) => account),
        codes: held.map(({ code }) => code),
      };
    });
  });
}

const isTold = ({ settlementMode, statements }: Side): boolean =>
  settlementMode === 'GROSS_RT' && statements !== false;
