import type { Directory } from '@tonle/directory';
import type { Queryable } from '@tonle/persistence';
import { schemeAccounts } from '../bank/settlement-bank.js';
import { reconciliationTargets } from '../reconciliation/reconciliation-targets.js';
import {
  absentStatements,
  type AbsentStatement,
  type CoveredDays,
  type ExpectedOfDays,
} from './statements-due.decide.js';
import { accountsSince, coveredDays, firstWindows } from './statements-due.store.js';

/** Which statements are due by calendar: of each banking day of a bank's account, and of each day of a network. */
export class DueStatements {
  constructor(
    private readonly directory: Directory,
    /** Banks that there is a link to: of the others nothing is expected before their first statement was handed in. */
    private readonly linked: ReadonlySet<string>,
  ) {}

  /** What of a span of days is not here, and how many statements are. */
  async absent(
    database: Queryable,
    span: { readonly from: string; readonly until: string },
  ): Promise<{ readonly absent: readonly AbsentStatement[]; readonly covered: readonly CoveredDays[] }> {
    const covered = await coveredDays(database, span);
    const expected = [...(await this.ofNetworks(database)), ...(await this.ofBanks(database, { ...span }))];
    return { absent: absentStatements(expected, covered, span), covered };
  }

  private async ofNetworks(database: Queryable): Promise<ExpectedOfDays[]> {
    const windows = await firstWindows(database);
    const targets = reconciliationTargets(this.directory);
    return windows.filter(({ from, currency }) =>
      targets.some((target) => target.partner === from && target.currency === currency),
    );
  }

  private async ofBanks(database: Queryable, { from }: { readonly from: string }): Promise<ExpectedOfDays[]> {
    const known = await accountsSince(database);
    return schemeAccounts(this.directory).flatMap(({ bank, currency, calendar }) => {
      const account = known.find((each) => each.from === bank && each.currency === currency);
      const firstStated = account?.firstStated ?? undefined;
      // A link that nobody has asked by yet has not told anything of these days.
      const since = this.linked.has(bank) ? (account?.since ?? from) : firstStated;
      return since === undefined ? [] : [{ from: bank, currency, since, calendar }];
    });
  }
}
