// Whatever is killed, whenever: nothing is lost, nothing is doubled, everything ends, and all books agree.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { adapterOf, NETWORKS } from '@tonle/contracts';
import { prefundReference } from '@tonle/directory';
import { networkFlows } from '@tonle/tool-launcher';
import { newIdempotencyKey } from '@tonle/tool-tonle';
import {
  TestInstallation,
  MODES,
  type Mode,
  type QuotedPayment,
  type InstallationPayment,
} from '../world/installation.js';

jest.setTimeout(240_000);

const FLOWS = networkFlows();
/** Each under the load of its own network, all at once: a further network costs no time. */
const ABROAD = FLOWS.map(({ network }) => `adapter-${network}`);
const HOME = adapterOf(NETWORKS[0]);

const VICTIMS: Readonly<Record<Mode, readonly (readonly string[])[]>> = {
  single: [['switch'], ['postgres'], ['sandbox'], ['switch']],
  cluster: [
    ['routing'],
    [HOME],
    ['gateway'],
    ['kafka'],
    ABROAD,
    ['postgres'],
    ['redis'],
    ['sandbox'],
    ['fx'],
    ['settlement'],
  ],
};
/** Lines that come to a bank at once, and who places them. */
const DEPOSITS = 62;
const KEEPS_BOOKS: Readonly<Record<Mode, string>> = { single: 'switch', cluster: 'settlement' };
const PAYMENTS_A_TURN = Math.max(12, 4 * FLOWS.length);

interface NetworkEntry {
  readonly kind: string;
  readonly id: string;
  readonly body: { readonly participant: string };
}

/** The participant that stands for each network. */
const STANDS_FOR = new Map(
  (JSON.parse(readFileSync('deploy/sandbox/directory.json', 'utf8')) as { entries: NetworkEntry[] }).entries
    .filter(({ kind }) => kind === 'network')
    .map(({ id, body }) => [id, body.participant]),
);

type Books = Readonly<Record<string, Readonly<Record<string, { readonly count: number }>>>>;

/**
 * Visitors of each network who pay while something is killed: five a second, for two seconds, at shops of one bank. Who has no answer yet is
 * not waited for at each turn: the last test waits for all of them.
 */
const VISITORS = {
  rate: 5,
  seconds: 2,
  drainSeconds: 0,
  warmupSeconds: 0,
  leadMs: 0,
  domains: ['angkor'],
  payees: 20,
  payers: 200,
};

describe.each(MODES)('crashes on %s', (mode) => {
  let world: TestInstallation;
  /** Outbound payments by network, as they ended. */
  const made = new Map<string, InstallationPayment[]>(FLOWS.map(({ network }) => [network, []]));

  beforeAll(async () => {
    world = await TestInstallation.start(mode, { TONLE_SETTLEMENT_BANKS_EVERY_MS: '500' });
  });

  afterAll(async () => {
    await world?.stop();
  });

  /** A careful caller: the same key again until there is an answer that counts. */
  const submit = (prepared: QuotedPayment): Promise<InstallationPayment> => {
    const key = newIdempotencyKey();
    return world.until('an answer to a submission', async () => {
      const { status, body } = await world.pay(prepared, { key, wait: 0 });
      return status < 300 ? body : undefined;
    });
  };

  const books = (): Promise<Books> => world.control<Books>('GET', '/control/books');
  const visits = (seen: Books): number =>
    FLOWS.flatMap(({ network }) => Object.entries(seen[network]!))
      .filter(([key]) => key.startsWith('debit:'))
      .reduce((sum, [, { count }]) => sum + count, 0);

  /** Visitors pay until all have their answer, or their network is killed. Resolves once the first has been debited. */
  const startVisits = async (): Promise<{ readonly ended: Promise<unknown> }> => {
    const before = visits(await books());
    const runs = FLOWS.map(async ({ network }) => {
      const run = await fetch(`${world.running.controlUrl}/control/${network}/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(VISITORS),
      });
      await run.text();
    });
    await world.until('a visitor to pay', async () => (visits(await books()) > before ? true : undefined));
    return { ended: Promise.allSettled(runs) };
  };

  it.each(VICTIMS[mode].map((victims, index) => [index + 1, victims] as const))(
    '%d: kill -9 of %s loses and doubles nothing',
    async (_turn, victims) => {
      const prepared = await Promise.all(
        Array.from({ length: PAYMENTS_A_TURN }, async (_, index) => {
          const flow = FLOWS[index % FLOWS.length]!;
          const account = `u00${String(10_000 + index)}@mekong`;
          return [flow.network, await world.prepareAt(flow, { account })] as const;
        }),
      );
      const isVisited = victims.some((victim) => victim.startsWith('adapter-') || victim === 'switch');
      const visiting = isVisited ? await startVisits() : undefined;
      const submitted = prepared.map(([, each]) => submit(each));
      for (const victim of victims) world.running.kill(victim);
      const ended = await Promise.all(
        (await Promise.all(submitted)).map(({ paymentId }) => world.ended(paymentId)),
      );
      await visiting?.ended;
      expect(new Set(ended.map(({ paymentId }) => paymentId)).size).toBe(PAYMENTS_A_TURN);
      // Ended one way or the other; what failed was undone. The audit below says whether the books agree.
      for (const payment of ended) expect(['completed', 'failed']).toContain(payment.state);
      ended.forEach((payment, index) => made.get(prepared[index]![0])!.push(payment));
      await world.sound();
    },
  );

  it('agrees with the simulators about every payment', async () => {
    const seen = await world.until('the visitors to hear of their payments', async () => {
      const now = await books();
      const open = FLOWS.some(({ network, inbound }) => now[network]![`debit:OPEN:${inbound.source}`]);
      return open ? undefined : now;
    });
    const theirs = FLOWS.map(({ network, outbound: { target }, inbound: { source } }) => {
      const count = (key: string) => seen[network]![key]?.count ?? 0;
      return [network, count(`credit:ACCC:${target.currency}`), count(`debit:ACCC:${source}`)];
    });
    const taken = await takenByBank();
    const ours = FLOWS.map(({ network }) => {
      const completed = made.get(network)!.filter(({ state }) => state === 'completed');
      return [network, completed.length, taken.filter((sender) => sender === STANDS_FOR.get(network)).length];
    });
    expect(theirs).toEqual(ours);
    expect([...made.values()].flat()).toHaveLength(VICTIMS[mode].length * PAYMENTS_A_TURN);
  });

  it('books each of many lines of a bank once, whenever settlement is killed', async () => {
    const count = async (sql: string): Promise<number> => {
      const [row] = await world.query('settlement', `SELECT count(*)::int AS n FROM ${sql}`);
      return (row as { n: number }).n;
    };
    const placed = () => count("bank_line WHERE bank = 'THSETTLE' AND state = 'ALLOCATED'");
    const booked = () => count("ledger_entry WHERE kind = 'funds' AND state = 'booked'");
    const deposit = () =>
      world.control('POST', '/control/THSETTLE/deposit', {
        participant: 'FXNAGA',
        amount: { currency: 'THB', minor: '1000' },
        reference: prefundReference('FXNAGA'),
      });
    const moments = [() => Promise.resolve(1), placed, booked];
    for (const [turn, moment] of moments.entries()) {
      const before = await moment();
      await Promise.all(Array.from({ length: DEPOSITS }, deposit));
      if (turn > 0)
        await world.until('some lines', async () => ((await moment()) > before ? true : undefined));
      world.running.kill(KEEPS_BOOKS[mode]);
      const sent = DEPOSITS * (turn + 1);
      const isDone = async () => ((await booked()) === sent ? true : undefined);
      await world.until(`${sent} lines to be booked`, isDone);
      expect([await placed(), await count("bank_line WHERE bank = 'THSETTLE'")]).toEqual([sent, sent]);
    }
    await world.sound();
  });

  /** Senders of the completed payments that the visitors' bank was credited with, one each. */
  const takenByBank = async (): Promise<readonly string[]> => {
    interface Page {
      readonly payments: readonly { readonly sender: string }[];
      readonly next?: string;
    }
    const taken: string[] = [];
    let cursor = '';
    do {
      const query = `direction=inbound&state=completed&limit=200${cursor}`;
      const { body } = await world.as('KHANGKOR').get<Page>(`/v1/payments?${query}`);
      taken.push(...body.payments.map(({ sender }) => sender));
      cursor = body.next === undefined ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    return taken;
  };
});
