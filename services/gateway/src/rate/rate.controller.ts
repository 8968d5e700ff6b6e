import { Body, Controller, Delete, Inject, Post, Query } from '@nestjs/common';
import { fxCalls, refused } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { servedCurrencies, unknownCurrency } from '../http/filter.decide.js';
import {
  pushedRates,
  pushRatesBody,
  withdrawnRates,
  withdrawRatesQuery,
  type PushedRates,
  type PushRates,
  type WithdrawnRates,
  type WithdrawRates,
} from './rate.schema.js';

/** Standing rates of the FX provider that signs. */
@Controller('v1/fx/rates')
@ApiTag('FX rates')
@Needs('rates')
export class RateController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'pushRates',
    summary: 'Push standing rates',
    description:
      'Each rate replaces the previous one of its pair. The response is 422 only when every rate was refused.',
    answers: { 200: { description: 'Result for each rate', schema: pushedRates } },
    refusals: ['rate_refused', 'unknown_currency', 'participant_unknown'],
  })
  async push(
    @SignedBy() { participant, keyId }: Caller,
    @Body({ schema: pushRatesBody }) { rates }: PushRates,
  ): Promise<PushedRates> {
    const provider = participant.participantId;
    const { items } = await this.calls.call(fxCalls.pushRates, { provider, keyId, rates });
    const answer: PushedRates['items'] = items.map((item, index) => {
      const { sourceCurrency, targetCurrency } = rates[index]!;
      if (item.kind === 'accepted') return { sourceCurrency, targetCurrency, version: item.version };
      return {
        sourceCurrency,
        targetCurrency,
        refused: item.reason,
        ...(item.detail === undefined ? {} : { detail: item.detail }),
      };
    });
    const first = items[0];
    if (first?.kind === 'refused' && items.every(({ kind }) => kind === 'refused')) {
      const errors = answer.map((item, index) => ({
        path: `/rates/${index}`,
        message: item.detail ?? item.refused!,
      }));
      throw problemOf(refused(first.reason, undefined, errors));
    }
    return { items: answer };
  }

  @Delete()
  @Endpoint({
    operationId: 'withdrawRates',
    summary: 'Withdraw standing rates, for all pairs or for one',
    answers: { 200: { description: 'Number of rates withdrawn', schema: withdrawnRates } },
    refusals: ['schema_invalid'],
  })
  async withdraw(
    @SignedBy() { participant, keyId }: Caller,
    @Query({ schema: withdrawRatesQuery }) pair: WithdrawRates,
  ): Promise<WithdrawnRates> {
    // A misspelt currency would read as withdrawn while the rate stands.
    const served = servedCurrencies(this.directory);
    const unknown =
      unknownCurrency(pair.sourceCurrency, '/sourceCurrency', served) ??
      unknownCurrency(pair.targetCurrency, '/targetCurrency', served);
    if (unknown !== undefined) throw problemOf(unknown);
    const provider = participant.participantId;
    return this.calls.call(fxCalls.withdrawRates, { provider, keyId, ...pair });
  }
}
