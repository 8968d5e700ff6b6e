// Real: PostgreSQL, transport, the simulator of the Solomon Islands over mutual TLS with signatures inside the XML, both ways. The
// network is files alone (deploy/networks/solomon): members of a clearing system, other versions, a day that is sent to us.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { configuredStarts } from '@tonle/adapter-iso20022';
import { adapterCalls, type LegCommand, type PaymentSubmit, type StatementLine } from '@tonle/contracts';
import { readIso } from '@tonle/iso20022';
import type { RunningService } from '@tonle/platform';
import { freePort } from '../world/free-port.js';
import { inOneDay, dayAt } from '../world/days.js';
import { PAID, playRouting, serveFx } from '../world/inbound.js';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

const SERVICE = 'adapter-solomon';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const OFFSET_MINUTES = 660;
const GUEST_HOUSE = '010210000042';

let world: AdapterWorld;
let running: RunningService[];

beforeAll(async () => {
  const doorUrl = `https://127.0.0.1:${await freePort()}`;
  world = await openAdapterWorld('adapter_solomon', doorUrl, 'http', undefined, undefined, ['solomon']);
  serveFx(world, 'SBD');
  await playRouting(world, () => PAID);
  running = [
    await configuredStarts('deploy/networks')[SERVICE]!(world.platform(SERVICE), TUNING),
    await startAdapterBakong(world.platform('adapter-bakong', await world.database.another('bakong'))),
  ];
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

/** 180.00 Solomon Islands dollars. */
function creditTo(account: string, accountType = 'bank_account'): LegCommand {
  return legCommandOf('credit', {
    corridor: 'KH-SB',
    amount: { currency: 'SBD', minor: '18000' },
    otherAmount: { currency: 'KHR', minor: '8891600' },
    rate: '0.00202439',
    creditor: { name: 'Munda Guest House', account, accountType },
    creditorAgent: 'SBBANK',
  });
}

const paid = async (account = GUEST_HOUSE, accountType?: string): Promise<LegCommand> => {
  const leg = creditTo(account, accountType);
  await command(world, SERVICE, leg);
  await outcomes(world, leg.legKey, 'accepted');
  return leg;
};

describe('a payment there', () => {
  it('names the institutions by their membership, in the versions of the network', async () => {
    const leg = await paid();
    const [sent] = await world.database.database.query<{ bytes: Uint8Array }>(
      `SELECT bytes FROM evidence WHERE subject = $1 AND direction = 'out'`,
      [leg.legKey],
    );
    expect(readIso(Buffer.from(sent!.bytes))).toMatchObject({
      version: 'pacs.008.001.10',
      message: {
        instructingAgent: { memberId: '9001', clearingSystem: 'SBATS' },
        instructedAgent: { memberId: '0101', clearingSystem: 'SBATS' },
        creditorAgent: { memberId: '0102', clearingSystem: 'SBATS' },
        creditorAccount: { id: '10000042', scheme: 'bank_account' },
        debtorAgent: { bic: 'MEKOKHPPXXX' },
      },
    });
  });

  it.each([
    ['6777812345', 'MBNO', 'AC04'],
    ['6777912345', 'MBNO', 'BE23'],
    ['010118000000', 'bank_account', 'AC04'],
  ])('to %s (%s) is rejected with %s', async (account, accountType, reason) => {
    const leg = creditTo(account, accountType);
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'rejected')).toMatchObject([{ reason }]);
  });

  it('that nobody answers is asked about, and sent again with the same bytes where nothing came of it', async () => {
    for (const silence of ['timeout_after', 'timeout_before']) {
      const leg = creditTo('6777712345', 'MBNO');
      await fault(world, {
        network: 'solomon',
        operation: 'pacs.008',
        fault: silence,
        delayMs: 50,
        count: 1,
      });
      await command(world, SERVICE, leg);
      await outcomes(world, leg.legKey, 'accepted');
      const books = await world.control<object>('GET', `/control/solomon/payments/${leg.uetr}`);
      expect(books).toMatchObject({ credit: { entry: { minor: '18000' }, final: { status: 'ACCC' } } });
    }
  });
});

describe('a statement that is sent', () => {
  type Notified = { readonly pages: number; readonly taken: boolean };
  const notify = () => world.control<Notified>('POST', '/control/solomon/notify', {});
  const today = () => dayAt(Date.now(), OFFSET_MINUTES);
  const asked = (day: string, agreed: string[] = []) =>
    world.calls.call(adapterCalls(SERVICE).statement, { day, currency: 'SBD', pageMax: 1000, agreed });
  const visit = async (): Promise<PaymentSubmit> => {
    const code = { account: 'shop00049@angkor', amount: '41000' };
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', code);
    const said = await world.control<{ state: string }>('POST', '/control/solomon/pay', { qrText });
    expect(said.state).toBe('completed');
    return world.submits.at(-1)!;
  };

  it('is none until the last page has come; what came first counts, until people agree to another', async () => {
    await inOneDay(OFFSET_MINUTES, async () => {
      const [leg, visitor] = [await paid(), await visit()];
      await fault(world, {
        network: 'solomon',
        operation: 'notify.camt.054',
        fault: 'timeout_before',
        count: 1,
      });
      expect(await notify()).toMatchObject({ taken: false });
      expect((await asked(today())).missing).toMatch(/no camt\.054 of .* has come/);
      await fault(world, { network: 'solomon', operation: 'notify.camt.054', fault: 'duplicate', count: 1 });
      expect(await notify()).toMatchObject({ pages: 1, taken: true });
      const page = await asked(today());
      const lineOf = (uetr: string) => page.lines.find((line: StatementLine) => line.uetr === uetr);
      expect(lineOf(leg.uetr)).toMatchObject({ legKey: leg.legKey, leg: 'credit', amount: leg.amount });
      expect(lineOf(visitor.uetr)).toMatchObject({ leg: 'debit', amount: visitor.source });
      expect(page.totals?.count).toBe(page.lines.length);
      // What is told otherwise later is kept, and changes nothing until people agree to it.
      const late = await paid();
      await notify();
      const { lines, differing } = await asked(today());
      expect(lines).toEqual(page.lines);
      expect(differing).toEqual([{ name: 'TONLE-SBD page 1', sha256: expect.any(String) }]);
      await asked(today(), [differing![0]!.sha256]);
      const corrected = await asked(today());
      expect(corrected.lines.map(({ uetr }: StatementLine) => uetr)).toEqual([
        ...page.lines.map(({ uetr }: StatementLine) => uetr),
        late.uetr,
      ]);
      expect(corrected.differing).toBeUndefined();
    });
  });
});
