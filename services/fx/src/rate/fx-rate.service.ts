import type { Directory } from '@tonle/directory';
import type { Deed, fxCalls, Reason } from '@tonle/contracts';
import { formatRate } from '@tonle/money';
import { recordDeeds, type Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import type { z } from 'zod';
import { loadTerms } from '../terms/terms.store.js';
import { decidePush, type PushDecision, type PushedRate } from './rate.decide.js';
import type { RateBook } from './rate.js';
import { loadRateBook, putRates, turnBook, withdrawRates, type NewRate } from './rate.store.js';

type PushRequest = z.infer<typeof fxCalls.pushRates.request>;
type WithdrawRequest = z.infer<typeof fxCalls.withdrawRates.request>;
type PushAnswer = z.infer<typeof fxCalls.pushRates.response>;
type PushItem = PushAnswer['items'][number];
type Signer = Pick<PushRequest, 'provider' | 'keyId'>;

/** Takes and withdraws standing rates; each change turns the book by one version. */
export class FxRateService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  /** One answer a rate, in order. Of a pair that comes twice in one push only the first counts. */
  async push({ provider, keyId, rates }: PushRequest): Promise<PushAnswer> {
    const known = this.directory.participant(provider);
    const no = (reason: Reason): PushAnswer => ({ items: rates.map(() => ({ kind: 'refused', reason })) });
    if (!this.directory.isLoaded) return no('unavailable');
    if (known === undefined) return no('participant_unknown');
    if (known.kind !== 'fx_provider') return no('not_permitted');
    if (known.state === 'paused') return no('participant_paused');
    return this.database.transaction(async (transaction) => {
      await turnBook(transaction);
      // Read past the copy: what is read here is half of a version that others must read whole.
      const book = await loadRateBook(transaction);
      const terms = await loadTerms(transaction);
      const nowMs = this.clock.now();
      const seen = new Set<string>();
      const decisions = rates.map((pushed): PushDecision => {
        const pair = pairOf(pushed);
        if (seen.has(pair))
          return { kind: 'refused', reason: 'schema_invalid', detail: `${pair} occurs twice.` };
        seen.add(pair);
        const last = book.find(provider, pushed.sourceCurrency, pushed.targetCurrency)?.rate;
        return decidePush(pushed, last ?? terms.midRate(pushed.sourceCurrency, pushed.targetCurrency), nowMs);
      });
      const accepted = rates.flatMap((pushed, index) => {
        const decision = decisions[index];
        return decision?.kind === 'accepted' ? [{ ...pushed, validUntilMs: decision.validUntilMs }] : [];
      });
      const versions = await putRates(transaction, provider, nowMs, accepted);
      if (accepted.length > 0)
        await recordDeeds(transaction, 'fx', [pushDeed({ provider, keyId }, accepted, book, nowMs)]);
      return { items: rates.map((pushed, index) => itemOf(pushed, decisions[index]!, versions)) };
    });
  }

  /** Withdraws a provider's rates; quotes that were issued stay good. */
  async withdraw({ provider, keyId, sourceCurrency, targetCurrency }: WithdrawRequest): Promise<number> {
    return this.database.transaction(async (transaction) => {
      await turnBook(transaction);
      const atMs = this.clock.now();
      const pairs = await withdrawRates(transaction, provider, atMs, sourceCurrency, targetCurrency);
      const deed = { ...ofProvider({ provider, keyId }), action: 'rates.withdraw', after: { pairs }, atMs };
      if (pairs.length > 0) await recordDeeds(transaction, 'fx', [deed]);
      return pairs.length;
    });
  }
}

const ofProvider = ({ provider, keyId = provider }: Signer): Pick<Deed, 'actor' | 'object'> => ({
  actor: { kind: 'participant', name: keyId, participant: provider },
  object: provider,
});

function pushDeed(by: Signer, accepted: readonly NewRate[], book: RateBook, atMs: number): Deed {
  const before = accepted.flatMap(({ sourceCurrency, targetCurrency }) => {
    const last = book.find(by.provider, sourceCurrency, targetCurrency)?.rate;
    return last === undefined ? [] : [[pairOf({ sourceCurrency, targetCurrency }), formatRate(last)]];
  });
  const after = accepted.map((rate) => [pairOf(rate), rate.rate]);
  return {
    ...ofProvider(by),
    action: 'rates.push',
    before: Object.fromEntries(before) as Record<string, string>,
    after: Object.fromEntries(after) as Record<string, string>,
    atMs,
  };
}

const pairOf = (pushed: Pick<PushedRate, 'sourceCurrency' | 'targetCurrency'>) =>
  `${pushed.sourceCurrency}>${pushed.targetCurrency}`;

function itemOf(pushed: PushedRate, decision: PushDecision, versions: ReadonlyMap<string, number>): PushItem {
  if (decision.kind === 'refused') return decision;
  const { sourceCurrency, targetCurrency } = pushed;
  const version = versions.get(pairOf(pushed));
  if (version === undefined) throw new Error('an accepted rate has no version');
  return { kind: 'accepted', sourceCurrency, targetCurrency, version };
}
