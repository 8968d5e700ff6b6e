import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@tonle/messaging';
import { createTestPlatform, type RunningService, type TestPlatform } from '@tonle/platform';
import {
  auditCall,
  fxCalls,
  paymentEvent,
  routingCalls,
  type Quote,
  type QuoteAnswer,
  type QuoteRequest,
} from '@tonle/contracts';
import { createTestDatabase, type Database, type TestDatabase } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import { until } from '../../../tests/world/until.js';
import { ExposureHandler } from './exposure/exposure.handler.js';
import { MissedUseJob } from './exposure/missed-use.job.js';
import { usedCounts } from './exposure/used-window.store.js';
import { ExposureJob } from './exposure/exposure.job.js';
import { startFx } from './fx.service.js';
import { RateAgeJob } from './rate/rate-age.job.js';
import { request, sandboxEntries } from './testing/market.js';
import { paymentEventOf } from './testing/payment-event.js';

// Real: PostgreSQL, the whole service; routing is a served directory, the transport is in process.

const TERMS = new URL('../../../deploy/sandbox/fx.json', import.meta.url).pathname;

let test: TestDatabase;
let platform: TestPlatform;
let service: RunningService;
let other: Database;

let directoryEntries = sandboxEntries();

beforeAll(async () => {
  test = await createTestDatabase('fx');
  platform = createTestPlatform('fx', test.database, { settings: { TONLE_FX_FILE: TERMS } });
  platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries: directoryEntries }));
  service = await startFx(platform);
  other = await test.another();
  await until('the directory', async () => (await push('FXNAGA', '0.00816000'))[0]?.kind === 'accepted');
});
afterAll(async () => {
  await service.close();
  await platform.transport.close();
  await test.drop();
});
beforeEach(async () => {
  platform.clock.advance(1_000);
  await push('FXNAGA', '0.00816000');
});

const push = async (provider: string, rate: string, sourceCurrency = 'KHR', targetCurrency = 'THB') =>
  (
    await platform.calls.call(fxCalls.pushRates, {
      provider,
      rates: [{ sourceCurrency, targetCurrency, rate }],
    })
  ).items;

const ask = async (...requests: QuoteRequest[]): Promise<QuoteAnswer[]> =>
  (await platform.calls.call(fxCalls.quote, { items: requests })).items;

function quoteIn(answer: QuoteAnswer | undefined): Quote {
  if (answer?.kind !== 'quoted') throw new Error(JSON.stringify(answer));
  return answer.quote;
}

const open = async (): Promise<bigint> => {
  const [row] = await other.query<{ open_minor: bigint }>(
    "SELECT open_minor FROM exposure WHERE provider = 'FXNAGA' AND currency = 'THB'",
  );
  return row!.open_minor;
};

const position = async (currency: string): Promise<bigint> => {
  const [row] = await other.query<{ minor: bigint }>(
    "SELECT COALESCE(sum(sold_minor - bought_minor), 0)::bigint AS minor FROM fx_position WHERE provider = 'FXNAGA' AND currency = $1",
    [currency],
  );
  return row!.minor;
};

const event = (quote: Quote, state: string, version?: number, reserved?: boolean) =>
  paymentEventOf(platform, quote, state, version, reserved);

const audit = async () => platform.calls.call(auditCall('fx'), {});

describe('rates', () => {
  it('are versioned; the history keeps every version and every withdrawal', async () => {
    await push('FXGARUDA', '0.00815000');
    await push('FXGARUDA', '0.00815500');
    expect(await push('FXGARUDA', '0.01')).toMatchObject([{ kind: 'refused', reason: 'rate_refused' }]);
    const { withdrawn } = await platform.calls.call(fxCalls.withdrawRates, { provider: 'FXGARUDA' });
    expect(withdrawn).toBe(1);
    const history = await other.query(
      "SELECT version, rate FROM rate WHERE provider = 'FXGARUDA' ORDER BY version",
    );
    expect(history).toEqual([
      { version: 1, rate: '0.00815000' },
      { version: 2, rate: '0.00815500' },
      { version: 3, rate: null },
    ]);
    const [answer] = await ask(request());
    expect(answer).toMatchObject({
      candidates: expect.arrayContaining([
        { provider: 'FXGARUDA', chosen: false, lostBecause: 'rate_withdrawn' },
      ]),
    });
    expect(await push('FXGARUDA', '0.00815000')).toMatchObject([{ kind: 'accepted', version: 4 }]);
  });

  it('come from providers only', async () => {
    expect(await push('KHMEKONG', '0.00816')).toEqual([{ kind: 'refused', reason: 'not_permitted' }]);
    expect(await push('NOBODY', '0.00816')).toEqual([{ kind: 'refused', reason: 'participant_unknown' }]);
  });

  it('that another instance took are seen by the next quote', async () => {
    quoteIn((await ask(request()))[0]);
    await other.query(
      "UPDATE standing_rate SET rate = '0.00817000', version = version + 1 WHERE provider = 'FXNAGA'",
    );
    await other.query('UPDATE rate_book SET version = version + 1');
    expect(quoteIn((await ask(request()))[0]).baseRate).toBe('0.00817000');
  });

  it('go stale, and are quoted again when they are pushed again', async () => {
    platform.clock.advance(120_001);
    expect((await ask(request()))[0]).toMatchObject({ kind: 'refused', reason: 'no_quote_available' });
    await push('FXNAGA', '0.00816000');
    expect((await ask(request()))[0]?.kind).toBe('quoted');
  });
});

describe('the age of rates', () => {
  it('is told of each that stands, by provider and pair, and not of one that was withdrawn', async () => {
    const telemetry = createTestTelemetry('fx');
    const job = new RateAgeJob(other, platform.clock, telemetry);
    const ages = async () => {
      await job.run();
      const { values } = await telemetry.registry.getSingleMetric('tonle_fx_rate_age_seconds')!.get();
      return new Map(values.map(({ labels, value }) => [`${labels['provider']} ${labels['source']}`, value]));
    };
    await push('FXGARUDA', '0.00815000');
    platform.clock.advance(90_000);
    await push('FXNAGA', '0.00816000');
    platform.clock.advance(1_000);
    const told = await ages();
    expect([told.get('FXGARUDA KHR'), told.get('FXNAGA KHR')]).toEqual([91, 1]);
    await platform.calls.call(fxCalls.withdrawRates, { provider: 'FXGARUDA' });
    expect((await ages()).has('FXGARUDA KHR')).toBe(false);
    await push('FXGARUDA', '0.00815000');
    const own = await platform.telemetry.registry.getSingleMetricAsString('tonle_job_failures_total');
    expect(own).toMatch(/job="measure-rates"[^}]*\} 0/);
  });
});

describe('quotes', () => {
  it('are kept before they are answered, and found by id', async () => {
    const quotes = (
      await ask(
        request(),
        request({ participant: 'KHANGKOR' }),
        request({ fixed: 'source', amount: { currency: 'KHR', minor: '10000000' } }),
      )
    ).map(quoteIn);
    const asked = [...quotes.map((quote) => quote.quoteId), '11111111-1111-4111-8111-111111111111'];
    const found = await platform.calls.call(fxCalls.quotesById, { quoteIds: asked });
    const byId = new Map(found.quotes.map((quote) => [quote.quoteId, quote]));
    expect(found.quotes).toHaveLength(3);
    for (const quote of quotes) expect(byId.get(quote.quoteId)).toEqual(quote);
  });

  it('can be compared without being issued: the same price, and nothing is promised', async () => {
    const before = await open();
    const elsewhere = request({ corridor: 'KH-XX' });
    const { items } = await platform.calls.call(fxCalls.price, { items: [request(), elsewhere] });
    expect(await open()).toBe(before);
    const { source, target, fees } = quoteIn((await ask(request()))[0]);
    const minor = String(BigInt(source.minor) + BigInt(fees[0]!.amount.minor));
    expect(items[0]).toMatchObject({ kind: 'priced', source: { minor }, target, totalCostPercent: '0.50' });
    expect(items[1]).toMatchObject({ kind: 'refused', reason: 'corridor_unknown' });
  });

  it('are issued though one of their batch breaks', async () => {
    const minorOf = (n: number) => String(82_000 + n);
    await other.query('ALTER TABLE quote ADD CONSTRAINT not_this CHECK (target_minor <> 82013)');
    const requests = Array.from({ length: 40 }, (_, n) =>
      request({ amount: { currency: 'THB', minor: minorOf(n) } }),
    );
    const answers = await Promise.allSettled(requests.map((each) => ask(each)));
    await other.query('ALTER TABLE quote DROP CONSTRAINT not_this');
    const failed = answers.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed).toEqual([13]);
    const issued = answers.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    expect(issued.map(quoteIn)).toHaveLength(39);
  });

  it('of many callers share transactions and count against the provider', async () => {
    const before = await open();
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(request())));
    const total = answers
      .flat()
      .map(quoteIn)
      .reduce((sum, quote) => sum + BigInt(quote.target.minor), 0n);
    expect((await open()) - before).toBe(total);
    const [batches] = await other.query<{ n: bigint }>('SELECT count(DISTINCT xmin::text) AS n FROM quote');
    expect(batches!.n).toBeLessThan(50n);
  });
});

describe('payment events', () => {
  it('move exposure to position once, whatever comes twice', async () => {
    const quotes = (await ask(request(), request(), request())).map(quoteIn);
    const [before, thb, khr] = [await open(), await position('THB'), await position('KHR')];
    const records = [
      event(quotes[0]!, 'COMPLETED'),
      event(quotes[1]!, 'REJECTED'),
      event(quotes[2]!, 'MANUAL_REVIEW'),
    ];
    await platform.transport.publish([...records, ...records]);
    await platform.transport.publish(records);
    expect((await open()) - before).toBe(-164_000n);
    expect((await position('THB')) - thb).toBe(82_000n);
    expect((await position('KHR')) - khr).toBe(-BigInt(quotes[0]!.source.minor));
    const [row] = await other.query('SELECT state, payment_id FROM quote WHERE quote_id = $1', [
      quotes[0]!.quoteId,
    ]);
    expect(row).toEqual({ state: 'used', payment_id: records[0]!.key });
  });

  it('that were missed are taken in from routing, once', async () => {
    const quotes = (await ask(...Array.from({ length: 3 }, () => request()))).map(quoteIn);
    const records = quotes.map((quote) => event(quote, 'COMPLETED'));
    const events = records.map(({ body }) => paymentEvent.parse(JSON.parse(body)));
    const windowIds = events[0]!.windows.map(({ windowId }) => windowId);
    const before = await usedCounts(platform.database, windowIds);
    const lanes = (id: string) => [{ lane: 'main', completed: (before.get(id) ?? 0) + events.length }];
    platform.calls.serve(routingCalls.windows, () =>
      Promise.resolve({
        undone: 0,
        windows: windowIds.map((windowId) => ({ windowId, lanes: lanes(windowId) })),
      }),
    );
    let asked = 0;
    platform.calls.serve(routingCalls.completed, () => {
      asked += 1;
      return Promise.resolve({ events });
    });
    const thb = await position('THB');
    await platform.transport.publish([records[1]!]);
    const job = new MissedUseJob(platform, new ExposureHandler(platform.database));
    await job.run();
    await job.run();
    expect((await position('THB')) - thb).toBe(3n * 82_000n);
    expect(asked).toBe(1);
  });

  it('of a quote that expired while it was paid still move the position', async () => {
    const quote = quoteIn((await ask(request()))[0]);
    const before = await open();
    platform.clock.advance(600_001);
    const job = new ExposureJob(platform.database, platform.clock);
    expect(await job.run()).toBeGreaterThan(0);
    expect(await open()).toBe(0n);
    expect(before).toBeGreaterThan(0n);
    const thb = await position('THB');
    await platform.transport.publish([event(quote, 'COMPLETED')]);
    expect((await position('THB')) - thb).toBe(82_000n);
    expect(await open()).toBe(0n);
  });

  it('expire quotes of every provider, also when the exposure of one does not follow', async () => {
    const quote = quoteIn((await ask(request()))[0]);
    const columns = `corridor, participant, fixed, source_currency, source_minor, target_currency, target_minor, rate,
      base_rate, rate_version, improvement_basis_points, fees, explanation, issued_at, expires_at`;
    // As if its exposure had been lowered twice.
    await other.query(
      `INSERT INTO quote (quote_id, provider, ${columns})
       SELECT gen_random_uuid(), 'FXSINGHA', ${columns}
       FROM quote
       WHERE quote_id = $1`,
      [quote.quoteId],
    );
    await other.query("UPDATE exposure SET open_minor = 0 WHERE provider = 'FXSINGHA'");
    platform.clock.advance(600_001);
    const job = new ExposureJob(platform.database, platform.clock);
    await expect(job.run()).rejects.toThrow('quotes of FXSINGHA cannot expire');
    expect(await open()).toBe(0n);
    expect(job.pauseMs()).toBeGreaterThan(0);
    await other.query("UPDATE quote SET state = 'released' WHERE provider = 'FXSINGHA'");
    expect(await job.run()).toBe(0);
  });

  it('of a refused second use leave the quote to the payment that has it', async () => {
    const quote = quoteIn((await ask(request()))[0]);
    const [before, thb] = [await open(), await position('THB')];
    await platform.transport.publish([event(quote, 'REJECTED', 2, false)]);
    expect(await open()).toBe(before);
    await platform.transport.publish([event(quote, 'COMPLETED'), event(quote, 'REJECTED', 2, false)]);
    expect((await open()) - before).toBe(-82_000n);
    expect((await position('THB')) - thb).toBe(82_000n);
  });

  it('change nothing when they name no quote of ours', async () => {
    const quote = { ...quoteIn((await ask(request()))[0]), quoteId: '22222222-2222-4222-8222-222222222222' };
    const before = await open();
    await platform.transport.publish([event(quote, 'COMPLETED')]);
    expect(await open()).toBe(before);
  });
});

describe('the audit', () => {
  it('finds nothing wrong, and a wrong figure when there is one', async () => {
    const report = await audit();
    const said = report.findings.map(({ invariant, ok }) => `${invariant} ${ok}`);
    expect(said).toEqual(['I9 true', 'I8 true', 'fx-exposure true', 'I22 true']);
    expect(report.totals['used.target.THB']).toBe('492000');
    const [row] = await other.query<{ quote_id: string }>(
      "SELECT quote_id FROM quote WHERE state = 'open' LIMIT 1",
    );
    await other.query('UPDATE quote SET target_minor = target_minor + 1 WHERE quote_id = $1', [
      row!.quote_id,
    ]);
    const wrong = await audit();
    expect(wrong.findings).toMatchObject([
      { invariant: 'I9', ok: false, violations: [`quote ${row!.quote_id}`] },
      { invariant: 'I8', ok: true },
      {
        invariant: 'fx-exposure',
        ok: false,
        violations: [expect.stringMatching(/^open exposure of FXNAGA: .* THB, /)],
      },
      { invariant: 'I22', ok: true },
    ]);
    await other.query('UPDATE quote SET target_minor = target_minor - 1 WHERE quote_id = $1', [
      row!.quote_id,
    ]);
  });

  const moved = (table: string, column: string, currency: string): [string, string] => {
    const by = (step: string) =>
      `UPDATE ${table} SET ${column} = ${column} ${step} WHERE provider = 'FXNAGA' AND currency = '${currency}'`;
    return [by('+ 1'), by('- 1')];
  };
  const ONE_OPEN = `quote_id = (SELECT min(quote_id::text)::uuid FROM quote WHERE state = 'open')`;
  // One broken state for each arm, known by its text; what is changed is put right again.
  it.each<[string, RegExp, [string, string]]>([
    [
      'a used quote of nobody',
      /^quote /,
      [
        `UPDATE quote SET state = 'used' WHERE ${ONE_OPEN}`,
        `UPDATE quote SET state = 'open' WHERE state = 'used' AND payment_id IS NULL`,
      ],
    ],
    [
      'a payment with a quote that is open',
      /^quote /,
      [
        `UPDATE quote SET payment_id = quote_id WHERE ${ONE_OPEN}`,
        `UPDATE quote SET payment_id = NULL WHERE state = 'open'`,
      ],
    ],
    ['open exposure', /^open exposure of FXNAGA: .* THB, /, moved('exposure', 'open_minor', 'THB')],
    ['what was sold', /^position of FXNAGA: .* THB, /, moved('fx_position', 'sold_minor', 'THB')],
    ['what was bought', /^position of FXNAGA: .* KHR, /, moved('fx_position', 'bought_minor', 'KHR')],
  ])('finds %s', async (_name, text, [breakIt, mendIt]) => {
    await other.query(breakIt);
    const { findings } = await audit();
    await other.query(mendIt);
    const violations = findings.flatMap((each) => each.violations);
    expect(violations.some((each) => text.test(each))).toBe(true);
    expect((await audit()).findings.every(({ ok }) => ok)).toBe(true);
  });
});

describe('the directory', () => {
  it('follows routing when its topic speaks', async () => {
    const corridor = sandboxEntries().find((entry) => entry.kind === 'corridor')!;
    const change = async (version: number, outbound: boolean) => {
      const body = { ...(corridor.body as object), open: { outbound, inbound: true } };
      directoryEntries = sandboxEntries().map((entry) =>
        entry.id === corridor.id ? { ...entry, version, body } : entry,
      );
      const key = `corridor:${corridor.id}`;
      await platform.transport.publish([
        { topic: TOPICS.directory, key, type: 'directory.entry', messageId: `c${version}`, body: '{}' },
      ]);
    };
    await change(corridor.version + 1, false);
    expect((await ask(request()))[0]).toMatchObject({ kind: 'refused', reason: 'corridor_closed' });
    await change(corridor.version + 2, true);
    expect((await ask(request()))[0]?.kind).toBe('quoted');
  });
});
