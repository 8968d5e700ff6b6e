import type { ApprovalExecution, ApprovalKind, ApprovalRequest, Approvals } from '@tonle/approval';
import { canonicalJson, refused, refusedField, type Deed, type Refusal } from '@tonle/contracts';
import { amount, amountText, findCurrency, parseRate } from '@tonle/money';
import type { Queryable, Transaction } from '@tonle/persistence';
import { recordDeeds } from '@tonle/platform';
import { z } from 'zod';
import { isClosed, lockPeriods } from '../close/close.store.js';
import type { ReferenceRate } from './fx-position.js';
import type { FxPositionService } from './fx-position.service.js';
import { ratesOfPair, replaceRate } from './fx-position.store.js';

const setRate = z.object({
  day: z.iso.date(),
  sourceCurrency: z.string(),
  targetCurrency: z.string(),
  rate: z.string(),
});
type SetRate = z.infer<typeof setRate>;

interface RateRequest extends SetRate {
  readonly operator: string;
  readonly participant: string;
  readonly reason: string;
}

/** What positions of an open day are valued by is another rate than stands: one operator says it, another approves. */
export class ReferenceRateChange implements ApprovalKind<SetRate> {
  readonly kind = 'reference.rate';
  readonly payload = setRate;

  constructor(
    private readonly approvals: Approvals,
    private readonly positions: Pick<FxPositionService, 'positions'>,
  ) {
    approvals.add(this);
  }

  /** Refuses `schema_invalid` for a rate that is none, `period_closed`, and what `Approvals.propose` does. A rate that stands is done. */
  async propose({ operator, participant, reason, ...asked }: RateRequest) {
    const wrong = rateFault(asked);
    if (wrong !== undefined) return wrong;
    const { day, sourceCurrency, targetCurrency } = asked;
    return this.approvals.host.database.transaction(async (transaction) => {
      await lockPeriods(transaction);
      if (await isClosed(transaction, day)) return refused('period_closed', `${day} is closed.`);
      const stands = await ratesOfPair(transaction, asked);
      if (stands.some((each) => isSame(each, asked))) return { kind: 'done' } as const;
      const becomes = { ...asked, source: operator };
      return this.approvals.propose(transaction, this, {
        ...{ operator, participant, reason, payload: asked },
        target: [day, ...[sourceCurrency, targetCurrency].sort()].join(' '),
        before: { rate: wordsOf(stands), ...(await this.worth(transaction, asked)) },
        after: { rate: wordsOf([becomes]), ...(await this.worth(transaction, asked, becomes)) },
      });
    });
  }

  /** What stands of the pair on that day; a day that is closed has none that may be changed. */
  async targetVersion(transaction: Transaction, asked: SetRate): Promise<string | undefined> {
    await lockPeriods(transaction);
    if (await isClosed(transaction, asked.day)) return undefined;
    return canonicalJson(await ratesOfPair(transaction, asked));
  }

  async execute(
    transaction: Transaction,
    { payload, operator: source, reason, approvalId, votes }: ApprovalRequest<SetRate>,
    atMs: number,
  ): Promise<ApprovalExecution> {
    const { day, sourceCurrency, targetCurrency } = payload;
    const before = await replaceRate(transaction, { ...payload, source }, new Date(atMs));
    const { operator, participant } = votes.at(-1)!;
    const deed: Deed = {
      atMs,
      actor: { kind: 'operator', name: operator, participant },
      action: 'reference-rate.set',
      object: `${day} ${sourceCurrency} ${targetCurrency}`,
      before: { rates: before },
      after: { ...payload },
      reason,
      evidence: `approval ${approvalId}`,
    };
    await recordDeeds(transaction, this.approvals.host.service, [deed]);
    return { kind: 'executed', outcome: { ...payload } };
  }

  /** What positions of the pair are worth above their cost, as the day stands or would. */
  private async worth(
    database: Queryable,
    { day, sourceCurrency, targetCurrency }: SetRate,
    instead?: ReferenceRate,
  ): Promise<Record<string, string>> {
    const pair = [sourceCurrency, targetCurrency];
    const all = await this.positions.positions(database, day, instead);
    return Object.fromEntries(
      all
        .filter(({ base, counter }) => pair.includes(base) && pair.includes(counter))
        .map(({ provider, corridor, counter, closing }) => [
          `unrealised of ${provider} ${corridor}`,
          amountText(amount(counter, closing.unrealisedMinor)),
        ]),
    );
  }
}

function rateFault({ sourceCurrency, targetCurrency, rate }: SetRate): Refusal | undefined {
  if (findCurrency(sourceCurrency) === undefined) return unknownCurrency('/sourceCurrency', sourceCurrency);
  if (findCurrency(targetCurrency) === undefined) return unknownCurrency('/targetCurrency', targetCurrency);
  return sourceCurrency === targetCurrency || parseRate(sourceCurrency, targetCurrency, rate) === undefined
    ? refusedField(
        'schema_invalid',
        '/rate',
        'Write digits above zero, at most 11, of which 10 after the point, between two currencies.',
      )
    : undefined;
}

const unknownCurrency = (path: string, code: string): Refusal =>
  refusedField('schema_invalid', path, `${code} is no currency of ISO 4217.`);

const isSame = (a: SetRate, b: SetRate): boolean =>
  a.sourceCurrency === b.sourceCurrency && a.targetCurrency === b.targetCurrency && a.rate === b.rate;

const wordsOf = (rates: readonly ReferenceRate[]): string =>
  rates.length === 0
    ? 'none of this day'
    : rates
        .map(
          ({ sourceCurrency, targetCurrency, rate, source }) =>
            `${rate} ${targetCurrency} for one ${sourceCurrency}, by ${source}`,
        )
        .join('; ');
