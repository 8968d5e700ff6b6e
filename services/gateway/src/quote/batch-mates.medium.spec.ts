import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adapterCalls, fxCalls } from '@tonle/contracts';
import { secureRandom } from '@tonle/platform';
import { LookupService } from '../lookup/lookup.service.js';
import { GatewayWorld } from '../testing/gateway-world.js';
import { QuoteService } from './quote.service.js';

// Real: the gateway with PostgreSQL and HTTP. Who asks at the same time shares calls and statements with others.

const MATES = 40;
const BAD_ACCOUNT = '0812345613';
/** Who is not asked in a test. */
const NOBODY = undefined as never;

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_batch_mates');
});
afterAll(() => world.close());

const accounts = Array.from({ length: MATES }, (_, n) => `08123456${String(n).padStart(2, '0')}`);
const lookUp = (account: string) =>
  world.post('/v1/lookups', { account, accountType: 'MBNO', country: 'TH' });
const failedOf = (statuses: readonly number[]) =>
  accounts.filter((_, n) => (statuses[n] ?? 200) < 200 || (statuses[n] ?? 200) >= 300);

describe('who is asked for together with one that breaks', () => {
  it('is found: the adapter breaks at one account', async () => {
    world.platform.calls.serve(adapterCalls('adapter-thailand').lookup, async ({ items }) => {
      if (items.some(({ account }) => account === BAD_ACCOUNT)) throw new Error('unreadable');
      return { items: items.map(({ account, accountType }) => world.lookup(account, accountType)) };
    });
    const answers = await Promise.all(accounts.map(lookUp));
    expect(failedOf(answers.map(({ status }) => status))).toEqual([BAD_ACCOUNT]);
    expect(answers[13]!.json.code).toBe('internal_error');
  });

  it('is found: PostgreSQL cannot keep the name of one payee', async () => {
    world.platform.calls.serve(adapterCalls('adapter-thailand').lookup, async ({ items }) => ({
      items: items.map(({ account, accountType }) => {
        const found = world.lookup(account, accountType);
        return account === BAD_ACCOUNT && found.kind === 'found'
          ? { ...found, creditor: { ...found.creditor, name: 'NUL \u0000' } }
          : found;
      }),
    }));
    const answers = await Promise.all(accounts.map(lookUp));
    expect(failedOf(answers.map(({ status }) => status))).toEqual([BAD_ACCOUNT]);
  });

  it('is found: the network is silent about one account that was asked for before', async () => {
    let answer: () => void = () => undefined;
    const silence = new Promise<void>((done) => {
      answer = done;
    });
    let isAsked = false;
    world.platform.calls.serve(adapterCalls('adapter-thailand').lookup, async ({ items }) => {
      if (items.some(({ account }) => account === BAD_ACCOUNT)) {
        isAsked = true;
        await silence;
      }
      return { items: items.map(({ account, accountType }) => world.lookup(account, accountType)) };
    });
    const waiting = lookUp(BAD_ACCOUNT);
    await world.until(() => isAsked);
    const others = accounts.filter((account) => account !== BAD_ACCOUNT);
    expect(failedOf((await Promise.all(others.map(lookUp))).map(({ status }) => status))).toEqual([]);
    answer();
    expect((await waiting).status).toBe(200);
  });

  it('is quoted: fx breaks at one amount', async () => {
    world.platform.calls.serve(fxCalls.quote, async ({ items }) => {
      if (items.some(({ amount }) => amount.minor === '83300')) throw new Error('unreadable');
      return {
        items: items.map((item) => ({ kind: 'quoted' as const, quote: world.quote(item), candidates: [] })),
      };
    });
    const answers = await Promise.all(
      accounts.map((_, n) =>
        world.post('/v1/quotes', {
          targetCurrency: 'THB',
          amount: { currency: 'THB', amount: `${820 + n}.00` },
        }),
      ),
    );
    expect(failedOf(answers.map(({ status }) => status))).toEqual([BAD_ACCOUNT]);
  });

  it('is found again: PostgreSQL knows no id of that kind', async () => {
    world.platform.calls.serve(adapterCalls('adapter-thailand').lookup, ({ items }) =>
      Promise.resolve({ items: items.map(({ account, accountType }) => world.lookup(account, accountType)) }),
    );
    const ids = (await Promise.all(accounts.map(lookUp))).map(({ json }) => String(json.lookupId));
    const asked = ids.map((id, n) => (accounts[n] === BAD_ACCOUNT ? `${id}'` : id));
    // Another instance has not made them: it reads.
    const { clock, calls } = world.platform;
    const lookups = new LookupService(NOBODY, world.test.database, calls, clock, secureRandom(), NOBODY);
    const read = await Promise.allSettled(asked.map((id) => lookups.byId('KHMEKONG', id)));
    const known = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value?.lookupId] : []));
    expect(known).toEqual(ids.filter((id) => asked.includes(id)));
    const [broken] = read.filter(({ status }) => status === 'rejected');
    expect((broken as PromiseRejectedResult).reason).toMatchObject({ code: '22P02' });
  });

  it('is priced again: fx breaks at the id of one quote', async () => {
    const ids = accounts.map((_, n) => `00000000-0000-4000-8000-0000000003${10 + n}`);
    const { clock, calls } = world.platform;
    const quote = world.quotes.get((await world.payable()).quoteId)!;
    calls.serve(fxCalls.quotesById, async ({ quoteIds }) => {
      if (quoteIds.includes(ids[13]!)) throw new Error('unreadable');
      return { quotes: quoteIds.map((quoteId) => ({ ...quote, quoteId })) };
    });
    const quotes = new QuoteService(NOBODY, NOBODY, calls, clock);
    const read = await Promise.allSettled(ids.map((id) => quotes.byId(id)));
    const known = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value?.quoteId] : []));
    expect(known).toEqual(ids.filter((_, n) => n !== 13));
    expect(read.filter(({ status }) => status === 'rejected')).toEqual([read[13]]);
  });
});
