import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryState } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import { CallBacks, type CallBack, type CallBackWaiter } from './call-backs.js';
import { CALLING_NETWORK_DATABASE } from './host.js';

// Real: PostgreSQL, the memory that pokes. Two instances of one adapter.

const KEY = 'transfers/1';
const LONG_MS = 20_000;
const said = (text: string): CallBack => ({ bytes: Buffer.from(text), headers: { signature: text } });

let test: TestDatabase;
let shared: MemoryState;

/** What came; its place is given up. */
async function come(waiter: CallBackWaiter, ms = LONG_MS): Promise<CallBack | undefined> {
  return waiter.within(ms).finally(() => waiter.leave());
}

function instance(name: string): CallBacks {
  const telemetry = createTestTelemetry(name, { TONLE_LOG_LEVEL: 'silent' });
  return new CallBacks({
    service: 'adapter-partner',
    instance: name,
    database: test.database,
    shared,
    telemetry,
  });
}

beforeAll(async () => {
  test = await createTestDatabase('call_backs');
  await test.database.openOrm(CALLING_NETWORK_DATABASE);
});
afterAll(() => test.drop());
beforeEach(async () => {
  shared = new MemoryState();
  await test.database.query('TRUNCATE call_back');
});

describe('call-backs', () => {
  it('wake all who wait for them here, once', async () => {
    const here = instance('one');
    const waiters = [here.enter(KEY), here.enter(KEY), here.enter('transfers/2')];
    expect(here.deliver(KEY, said('yes'))).toBe(true);
    const [first, second, other] = await Promise.all(
      waiters.map((each, n) => come(each, n < 2 ? LONG_MS : 0)),
    );
    expect([first, second, other]).toEqual([said('yes'), said('yes'), undefined]);
    expect(here.deliver(KEY, said('again'))).toBe(false);
    expect(here.deliver('transfers/2', said('late'))).toBe(false);
  });

  it('reach whoever asked at another instance, by a poke', async () => {
    const [here, there] = [instance('one'), instance('two')];
    const deaf = await there.listen();
    const waiter = there.enter(KEY);
    expect(here.deliver(KEY, said('yes'))).toBe(false);
    await here.pass(KEY, said('yes'));
    expect(await come(waiter)).toEqual(said('yes'));
    await deaf();
  });

  it('are found without one too', async () => {
    const [here, there] = [instance('one'), instance('two')];
    const waiter = there.enter(KEY);
    await here.pass(KEY, said('yes'));
    await there.look();
    expect(await come(waiter)).toEqual(said('yes'));
  });

  it('answer no question that was asked after them', async () => {
    const [here, there] = [instance('one'), instance('two')];
    await here.pass(KEY, said('not found'));
    await test.database.query(`UPDATE call_back SET at = at - interval '1 second'`);
    const waiter = there.enter(KEY);
    await there.look();
    await here.pass(KEY, said('committed'));
    await there.look();
    expect(await come(waiter)).toEqual(said('committed'));
  });

  it('are forgotten when nobody fetches them', async () => {
    const here = instance('one');
    await here.pass(KEY, said('old'));
    await test.database.query(`UPDATE call_back SET at = at - interval '61 seconds'`);
    await here.pass(KEY, said('new'));
    await here.forget();
    const rows = await test.database.query<{ bytes: Buffer }>('SELECT bytes FROM call_back');
    expect(rows.map(({ bytes }) => bytes.toString())).toEqual(['new']);
  });
});
