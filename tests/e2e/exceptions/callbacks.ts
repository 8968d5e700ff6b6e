// Who is told of a payment without asking: FX providers of their quotes, banks by webhook and pacs.002.
import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { writeIso, type CustomerPayment } from '@tonle/iso20022';
import { parseAmount } from '@tonle/money';
import type { Money, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

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

/** A message as the catcher shows it. */
interface Caught {
  readonly id: string;
  readonly taken: boolean;
  readonly originalUetr?: string;
}

const PROVIDERS = ['FXNAGA', 'FXGARUDA', 'FXSINGHA'];

export const callbacks: InstallationTests = (world) => {
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

  /** An endpoint of a bank at the sandbox's catcher, with its key; the function that it gives back takes it away. */
  async function endpointAt(bank: string, hook: string, format: string) {
    const { url } = await world().control<{ url: string }>('GET', `/control/webhooks/${hook}`);
    const client = world().as(bank);
    const { body } = await client.post<{ endpointId: string; keys: { publicKey: string }[] }>(
      '/v1/webhook-endpoints',
      { url, format },
    );
    const keys = body.keys.map(({ publicKey }) => publicKey);
    await world().control('POST', `/control/webhooks/${hook}`, { keys });
    return async () => {
      await client.send('DELETE', `/v1/webhook-endpoints/${body.endpointId}`, undefined, {});
      await world().control('DELETE', `/control/webhooks/${hook}`);
    };
  }

  const caught = async (hook: string): Promise<readonly Caught[]> =>
    (await world().control<{ shown: Caught[] }>('GET', `/control/webhooks/${hook}`)).shown;

  it('sends an event again that was not taken: the same bytes under the same id, signed', async () => {
    const remove = await endpointAt('KHANGKOR', 'angkor', 'webhook');
    try {
      const match = { account: 'angkor' };
      await world().fault({ network: 'webhooks', operation: 'hook', fault: 'reject', code: '500', match });
      const prepared = await world().prepare('KHANGKOR', 'u0000123@angkor');
      const { paymentId } = (await world().pay(prepared, { bank: 'KHANGKOR' })).body;
      const [event] = await world().until('the event to be taken', async () => {
        const all = await caught('angkor');
        return all.some(({ taken }) => taken) ? all : undefined;
      });
      expect(event).toMatchObject({
        event: { type: 'payment.completed', subject: paymentId, data: { state: 'completed' } },
        attempts: [
          { answered: 500, signature: 'valid', same: true },
          { answered: 200, signature: 'valid', same: true },
        ],
      });
      expect(event!.id).toBe((await told('KHANGKOR', paymentId)).at(-1)!.id);
    } finally {
      await remove();
    }
  });

  it('calls a bank back that speaks ISO 20022 with the pacs.002 of its payment', async () => {
    const remove = await endpointAt('KHMEKONG', 'mekong', 'pacs.002');
    try {
      const { quoteId, source } = await quoteOf(world());
      const message = pacs008(quoteId, source);
      await world().as('KHMEKONG').postXml('/iso20022/pacs.008', writeIso(message, 'pacs.008.001.13'));
      const status = await world().until('the call-back', async () =>
        (await caught('mekong')).find(({ originalUetr }) => originalUetr === message.uetr),
      );
      expect(status).toMatchObject({
        version: 'pacs.002.001.15',
        status: 'ACCC',
        originalMessageId: message.messageId,
        attempts: [{ signature: 'valid', answered: 200 }],
      });
    } finally {
      await remove();
    }
  });
};

async function quoteOf(world: TestInstallation): Promise<{ quoteId: string; source: Money }> {
  const { body, source } = await world.prepare();
  return { quoteId: body.quoteId, source };
}

function pacs008(quoteId: string, { currency, amount: text }: Money) {
  const [uetr, at] = [randomUUID(), new Date().toISOString()];
  const money = parseAmount(currency, text);
  if (money.kind !== 'ok') throw new Error(`${text} ${currency} is no amount`);
  const [bank, us] = [{ bic: 'MEKOKHPPXXX' }, { bic: 'TONLKHPPXXX' }];
  return {
    kind: 'payment',
    messageId: `CB-${uetr.slice(0, 8)}`,
    createdAt: at,
    endToEndId: 'CB-E2E',
    uetr,
    settlementMethod: 'CLRG',
    settlementAmount: money.amount,
    settlementDate: at.slice(0, 10),
    acceptedAt: at,
    quoteId,
    chargeBearer: 'SHAR',
    instructingAgent: bank,
    instructedAgent: us,
    debtor: { name: 'Sok Dara' },
    debtorAccount: { id: 'u0000123@mekong' },
    debtorAgent: bank,
    creditorAgent: { bic: 'THSWTHBKXXX' },
    creditor: { name: 'Somchai' },
    creditorAccount: { proxy: { type: 'BIID', id: '010500000000123' } },
  } as const satisfies CustomerPayment;
}
