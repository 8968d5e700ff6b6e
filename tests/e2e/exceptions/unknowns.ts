import { expect, it } from '@jest/globals';
import { newIdempotencyKey } from '@tonle/tool-tonle';
import type { InstallationPayment } from '../../world/installation.js';
import { reconciledSince } from '../../world/reconciliation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Break {
  readonly breakId: string;
  readonly type: string;
  readonly severity: number;
  readonly paymentId?: string;
  readonly state: string;
  readonly proof?: { readonly lineId?: string; readonly days: readonly string[] };
}

interface Unknowns {
  readonly payments: readonly {
    readonly paymentId: string;
    readonly leg: string;
    readonly partner: string;
  }[];
  readonly counts: readonly { readonly partner: string; readonly payments: number }[];
}

interface Found {
  readonly payments: readonly {
    readonly state: string;
    readonly history: readonly { readonly event: string }[];
  }[];
}

interface Story {
  readonly entries: readonly { readonly words: string }[];
}

/** What nobody answers is resolved by a statement; what contradicts itself by people; and nobody pays twice by mistake. */
export const unknowns: InstallationTests = (given) => {
  const operator = () => given().as('OPERATOR');
  const breaksOf = async (query: string, paymentId: string) =>
    (await operator().get<{ breaks: Break[] }>(`/v1/ops/breaks?${query}`)).body.breaks.filter(
      (each) => each.paymentId === paymentId,
    );

  it('a payment that its network books and never tells of is resolved by the line of a statement', async () => {
    const world = given();
    const startedMs = Date.now();
    const account = 'u0000777@mekong';
    const thailand = { network: 'thailand' };
    await world.control('POST', '/control/faults', [
      { ...thailand, operation: 'pacs.008', fault: 'timeout_after', delayMs: 3_000, count: 1 },
      { ...thailand, operation: 'pacs.028', fault: 'garbage' },
    ]);
    const { paymentId } = (await world.pay(await world.prepare('KHMEKONG', account), { wait: 0 })).body;
    await world.until('its outcome to be unknown', async () => {
      const { body } = await operator().get<Unknowns>('/v1/ops/unknowns');
      const found = body.payments.find((each) => each.paymentId === paymentId);
      return found?.leg === 'credit' && body.counts.some(({ partner }) => partner === found.partner);
    });

    // The payer pays again: warned, and taken once it is meant.
    const again = await world.prepare('KHMEKONG', account);
    const headers = { 'idempotency-key': newIdempotencyKey(), prefer: 'wait=20' };
    const bank = world.as('KHMEKONG');
    const warned = await world.until('the warning', async () => {
      const answer = await bank.post<{ code?: string; duplicateOf?: object }>('/v1/payments', again.body, {
        'idempotency-key': headers['idempotency-key'],
      });
      return answer.status === 409 ? answer.body : Promise.reject(new Error(JSON.stringify(answer.body)));
    });
    expect(warned).toMatchObject({ code: 'duplicate_suspected', duplicateOf: { paymentId } });
    const meant = { ...again.body, confirmDuplicateOf: paymentId };
    const second = await bank.post<InstallationPayment>('/v1/payments', meant, headers);
    expect(second.body).toMatchObject({ state: 'completed' });

    await reconciledSince(world, startedMs, ['thailand']);
    expect(await world.ended(paymentId)).toMatchObject({ state: 'completed' });
    const [resolved] = await breaksOf('type=UNKNOWN_RESOLVED', paymentId);
    expect(resolved).toMatchObject({
      severity: 3,
      state: 'AUTO_RESOLVED',
      proof: { lineId: expect.any(String), days: [expect.any(String)] },
    });
    await world.control('DELETE', '/control/faults');
  });

  it('a payment that complete statements lack is proven not to have arrived: its payer has the money back', async () => {
    const world = given();
    const account = 'shop00042@angkor';
    // Bakong books whatever arrives, however late: that it does not know a transfer proves nothing (domain 6.7).
    const lost = {
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'timeout_before',
      delayMs: 100,
    };
    await world.control('POST', '/control/faults', [lost]);
    const qrText = await world.khqrCode({ account, amount: '41700' });
    const paid = world.control<{ state: string }>('POST', '/control/thailand/pay', { qrText });
    const { paymentId } = await world.until('its outcome to be unknown', async () => {
      const { payments } = (await operator().get<Unknowns>('/v1/ops/unknowns')).body;
      return payments.find(({ leg, partner }) => leg === 'credit' && partner === 'BAKONG');
    });
    const ended = await world.until('its end', async () => {
      const { body } = await operator().get<Found>(`/v1/ops/payments?id=${paymentId}`);
      return body.payments[0]!.state === 'CREDIT_UNKNOWN' ? undefined : body.payments[0]!;
    });
    expect(ended.state).toBe('REJECTED');
    expect(ended.history.at(-1)!.event).toBe('leg_not_received:credit');
    // Two complete statements are the proof, and stand in its story.
    const { entries } = (await operator().get<Story>(`/v1/ops/payments/${paymentId}/story?limit=900`)).body;
    const proofs = entries.filter(({ words }) => words === 'absence in statements from bakong');
    expect(proofs.length).toBeGreaterThanOrEqual(2);
    // Its network has heard it, and the money is the payer's again.
    expect(await paid).toMatchObject({ state: 'rejected' });
    await world.control('DELETE', '/control/faults');
    // Bakong is back once a payment has shown it.
    const next = (await world.pay(await world.prepare(), { wait: 0 })).body;
    expect(await world.ended(next.paymentId)).toMatchObject({ state: 'completed' });
  });

  it('a network that contradicts itself opens a break of severity 1, and people end it', async () => {
    const world = given();
    const reject = { fault: 'reject', count: 1 };
    await world.control('POST', '/control/faults', [
      { network: 'thailand', operation: 'pacs.008', ...reject, code: 'AC04' },
      { network: 'bakong', operation: 'makeReverseTransaction', ...reject, code: 'already reversed' },
    ]);
    const { paymentId } = (await world.pay(await world.prepare(), { wait: 0 })).body;
    const opened = await world.until('the break', async () => (await breaksOf('severity=1', paymentId))[0]);
    expect(opened).toMatchObject({ type: 'STATUS_CONFLICT', severity: 1, state: 'OPEN' });
    const path = `/v1/ops/reviews/${paymentId}`;
    const found = { decision: 'reverse', reason: 'nothing was paid back', evidence: 'books of the network' };
    // Not before the network has answered one enquiry.
    const { approvalId } = await world.until('one enquiry to be answered', async () => {
      const answer = await operator().post<{ approvalId: string }>(`${path}/proposal`, found);
      return answer.ok ? answer.body : Promise.reject(new Error(JSON.stringify(answer.body)));
    });
    const verdict = { verdict: 'approve', reason: 'seen in the books' };
    const decision = `/v1/ops/approvals/${approvalId}/decision`;
    expect((await operator().post(decision, verdict)).status).toBe(403);
    expect((await world.as('OPERATOR2').post(decision, verdict)).status).toBe(200);
    expect(await world.ended(paymentId)).toMatchObject({ state: 'failed', problem: { isoReason: 'AC04' } });
    const end = { decision: 'resolve', reason: 'paid back after all' };
    expect((await operator().post(`/v1/ops/breaks/${opened.breakId}`, end)).ok).toBe(true);
    expect(await breaksOf('severity=1&state=OPEN', paymentId)).toEqual([]);
  });
};
