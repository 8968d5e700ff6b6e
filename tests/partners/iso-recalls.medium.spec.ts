import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterThailand } from '@tonle/adapter-thailand';
import { start as startAdapterVietnam } from '@tonle/adapter-vietnam';
import {
  adapterRecallCalls,
  recallCalls,
  type LegCommand,
  type NetworkRecall,
  type NetworkRecallReply,
  type RecallAnswer,
  type RecallRequest,
  type RecallView,
} from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
import { freePort } from '../world/free-port.js';
import { PAID, playRouting, serveFx } from '../world/inbound.js';
import { until } from '../world/until.js';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

// Payments that are called back by camt.056 and answered by camt.029, each way, over the Thai wire. Routing's recalls are played.

const SERVICE = 'adapter-thailand';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };

let world: AdapterWorld;
let running: RunningService[];
const created: RecallRequest[] = [];
const answers: { readonly recallId: string; readonly answer: RecallAnswer }[] = [];
/** What routing knows. */
const recalls = new Map<string, RecallView>();

beforeAll(async () => {
  world = await openAdapterWorld('iso_recalls', `https://127.0.0.1:${await freePort()}`);
  world.settings['TONLE_THAI_DOOR_WAIT_MS'] = '1000';
  serveFx(world);
  await playRouting(world, () => PAID);
  world.calls.serve(recallCalls.create, (request) => {
    created.push(request);
    const { contentHash: _hash, ...shown } = request;
    const recall = { ...viewOf(world.submits.at(-1)!), ...shown };
    return Promise.resolve({ kind: 'recall', recall });
  });
  world.calls.serve(recallCalls.list, ({ recallIds = [], answerer }) =>
    Promise.resolve({
      recalls: recallIds.flatMap((id) => recalls.get(id) ?? []).filter((each) => each.answerer === answerer),
    }),
  );
  world.calls.serve(recallCalls.answer, ({ recallId, answer }) => {
    answers.push({ recallId, answer });
    return Promise.resolve({ kind: 'recall', recall: recalls.get(recallId)! });
  });
  running = [
    await startAdapterThailand(world.platform(SERVICE), TUNING),
    await startAdapterBakong(world.platform('adapter-bakong', await world.database.another('bakong'))),
    await startAdapterVietnam(world.platform('adapter-vietnam', await world.database.another('vietnam'))),
  ];
});
beforeEach(() => {
  created.length = 0;
  answers.length = 0;
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

function viewOf({ paymentId, uetr, messageId, endToEndId }: Named): RecallView {
  const at = new Date().toISOString();
  return {
    ...{ recallId: paymentId, paymentId, uetr, originalMessageId: messageId, originalEndToEndId: endToEndId },
    ...{ asker: 'THSWITCH', messageId: 'R', reason: 'duplicate', isoReason: 'DUPL', corridor: 'KH-TH' },
    ...{ direction: 'inbound', answerer: 'KHMEKONG', byPeople: false, state: 'RECEIVED' },
    ...{
      amount: { currency: 'THB', minor: '82000' },
      receivedAt: at,
      deadline: at,
      refunds: [],
      history: [],
    },
  };
}
interface Named {
  readonly paymentId: string;
  readonly uetr: string;
  readonly messageId: string;
  readonly endToEndId: string;
}

describe('a recall of ours', () => {
  /** 820.00 baht to a shop there, called back. */
  const recalled = async (): Promise<NetworkRecall & { readonly leg: LegCommand }> => {
    const leg = legCommandOf('credit');
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const { legKey, uetr, endToEndId, amount, paymentId } = leg;
    const recall = viewOf({ paymentId, uetr, messageId: 'M', endToEndId });
    recalls.set(recall.recallId, { ...recall, asker: 'KHMEKONG', answerer: 'THSWITCH' });
    const askedAt = new Date().toISOString();
    const { recallId } = recall;
    return {
      leg,
      recallId,
      legKey,
      uetr,
      endToEndId,
      amount,
      answerer: 'THSWITCH',
      isoReason: 'DUPL',
      askedAt,
    };
  };
  const ask = async ({
    leg: _leg,
    ...recall
  }: Awaited<ReturnType<typeof recalled>>): Promise<NetworkRecallReply> =>
    (await world.calls.call(adapterRecallCalls(SERVICE).ask, recall)).reply;
  const struck = (kind: string, more: object = {}) =>
    fault(world, { network: 'thailand', operation: 'camt.056', fault: kind, count: 1, ...more });

  it('is accepted at once, however often it is asked', async () => {
    const recall = await recalled();
    const yes = { kind: 'answered', answer: { state: 'ACCEPTED' } };
    expect(await ask(recall)).toEqual(yes);
    expect(await ask(recall)).toEqual(yes);
    expect(answers).toEqual([]);
  });

  it.each([
    [
      'refused',
      'reject',
      { code: 'LEGL' },
      { state: 'REFUSED', refusal: 'legal_reason', isoRefusal: 'LEGL' },
    ],
    [
      'refused in a word of theirs',
      'reject',
      { code: 'AACR' },
      { state: 'REFUSED', refusal: 'other', isoRefusal: 'AACR' },
    ],
    ['looked into', 'reject', { code: 'PDCR' }, { state: 'PENDING' }],
  ])('may be %s', async (_what, kind, more, answer) => {
    const recall = await recalled();
    await struck(kind, more);
    expect(await ask(recall)).toEqual({ kind: 'answered', answer });
  });

  it.each([
    ['says nothing', 'timeout_before', { delayMs: 50 }, /.+/],
    ['answers about another case', 'wrong_case', {}, /another case/],
    ['answers with what cannot be read', 'garbage', {}, /signature_invalid/],
    ['is busy', 'http_5xx', {}, /HTTP 503/],
  ])('stays open when the network %s', async (_what, kind, more, because) => {
    const recall = await recalled();
    await struck(kind, more);
    expect(await ask(recall)).toEqual({ kind: 'silent', because: expect.stringMatching(because) });
  });

  it('is answered later, and twice', async () => {
    const recall = await recalled();
    await struck('late_callback', { delayMs: 50 });
    expect(await ask(recall)).toEqual({ kind: 'taken' });
    const [later] = await until('the answer', () => (answers.length === 0 ? undefined : answers));
    expect(later).toEqual({ recallId: recall.recallId, answer: { state: 'ACCEPTED' } });
    const another = await recalled();
    await struck('duplicate');
    expect(await ask(another)).toMatchObject({ kind: 'answered' });
    await until('both', () => (answers.length === 3 ? true : undefined));
    expect(answers.slice(1).map(({ recallId }) => recallId)).toEqual(Array(2).fill(another.recallId));
  });

  it('is asked by people where the network has no message for it', async () => {
    const { leg: _leg, ...recall } = await recalled();
    const { reply } = await world.calls.call(adapterRecallCalls('adapter-vietnam').ask, recall);
    expect(reply).toEqual({ kind: 'not_served' });
  });
});

describe('a recall of the network', () => {
  interface Told {
    readonly id: string;
    readonly answer: { readonly status: string; readonly reason?: string; readonly text?: string };
  }
  const pay = async (): Promise<{ uetr: string }> => {
    const shop = { account: 'shop00042@angkor', amount: '41000' };
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', shop);
    return world.control('POST', '/control/thailand/pay', { qrText });
  };
  const recall = (payment: string, more: object = {}): Promise<Told> =>
    world.control<Told>('POST', '/control/thailand/recall', { payment, ...more });

  it('is taken with its reason, and answered as pending', async () => {
    const { uetr } = await pay();
    const told = await recall(uetr, { reason: 'FRAD', text: 'A stolen phone' });
    expect(told.answer).toMatchObject({ status: 'PDCR', caseId: told.id, uetr });
    expect(created).toMatchObject([
      {
        ...{ asker: 'THSWITCH', messageId: told.id, caseId: told.id, cancellationId: told.id },
        ...{ reason: 'fraud', isoReason: 'FRAD', text: 'A stolen phone' },
        paymentId: world.submits.at(-1)!.paymentId,
      },
    ]);
  });

  it('is refused when it is of no payment of theirs', async () => {
    const { uetr } = await pay();
    await world.database.database.query('UPDATE request SET sender = $1 WHERE uetr = $2', ['OTHER', uetr]);
    expect((await recall(uetr)).answer).toMatchObject({ status: 'RJCR', reason: 'NOOR' });
    expect(created).toEqual([]);
  });

  it('is told how it ended', async () => {
    const { uetr } = await pay();
    const { id } = await recall(uetr);
    const { endToEndId, messageId, paymentId } = world.submits.at(-1)!;
    const { told } = await world.calls.call(adapterRecallCalls(SERVICE).tell, {
      ...{ recallId: paymentId, asker: 'THSWITCH', caseId: id, messageId: id, uetr, state: 'REFUSED' },
      ...{ originalMessageId: messageId, originalEndToEndId: endToEndId, endedAt: new Date().toISOString() },
      answer: { state: 'REFUSED', refusal: 'customer_refuses', text: 'It was a sale.' },
    });
    expect(told).toBe(true);
    expect(await world.control('GET', `/control/thailand/recalls/${id}`)).toEqual({
      told: [{ caseId: id, uetr, status: 'RJCR', reason: 'CUST', text: 'It was a sale.' }],
    });
  });
});
