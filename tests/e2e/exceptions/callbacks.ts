// Who is told of a payment without asking: FX providers of their quotes.
import { expect, it } from '@jest/globals';
import type { ExceptionTests } from './part.js';

interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly quoteId: string; readonly sequence: number };
}
interface EventPage {
  readonly events: readonly ToldEvent[];
  readonly next: string;
  readonly more: boolean;
}

const PROVIDERS = ['FXNAGA', 'FXGARUDA', 'FXSINGHA'];

export const callbacks: ExceptionTests = (world) => {
  /** All that a participant was told of a payment. */
  async function told(participant: string, paymentId: string): Promise<readonly ToldEvent[]> {
    const events: ToldEvent[] = [];
    let after = '';
    for (let more = true; more;) {
      const { body } = await world().as(participant).get<EventPage>(`/v1/events?limit=200${after}`);
      events.push(...body.events);
      after = `&after=${body.next}`;
      ({ more } = body);
    }
    return events.filter(({ subject }) => subject === paymentId);
  }

  it.each([
    ['that its quote is used and completed', undefined, 'quote.completed'],
    ['that it failed, when the payee is refused', { fault: 'reject', code: 'AC04' }, 'quote.failed'],
    ['once, when nobody knows for a while', { fault: 'timeout_after', delayMs: 300 }, 'quote.completed'],
  ])('tells an FX provider %s', async (_what, fault, end) => {
    const prepared = await world().prepare();
    if (fault !== undefined) await world().fault({ network: 'thailand', operation: 'pacs.008', ...fault });
    const { paymentId } = (await world().pay(prepared)).body;
    await world().ended(paymentId);
    const ofPayment = await world().until('the provider to be told of the end', async () => {
      const all = (await Promise.all(PROVIDERS.map((provider) => told(provider, paymentId)))).flat();
      return all.some(({ type }) => type === end) ? all : undefined;
    });
    expect(ofPayment.map(({ type }) => type)).toEqual(['quote.used', end]);
    expect(new Set(ofPayment.map(({ data }) => data.quoteId))).toEqual(new Set([prepared.body.quoteId]));
    expect(ofPayment[0]!.data.sequence).toBeLessThan(ofPayment[1]!.data.sequence);
    expect(JSON.stringify(ofPayment)).not.toMatch(/Sok Dara|u0000123|KHMEKONG/);
  });

  it('lets FX providers keep their books by it', async () => {
    const { providers } = await world().control<{ providers: { quotes: Record<string, number> }[] }>(
      'GET',
      '/control/fx/books',
    );
    const sum = (name: string) => providers.reduce((total, { quotes }) => total + quotes[name]!, 0);
    expect([sum('completed') > 1, sum('failed') > 0, sum('unexpected')]).toEqual([true, true, 0]);
  });
};
