// Records that nobody can handle: looked at by cause, tried, redriven and discarded, by the API and the command line.
import { beforeAll, expect, it } from '@jest/globals';
import type { TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Groups {
  readonly groups: readonly { readonly groupId: string; readonly count: number; readonly cause: string }[];
}
interface Letters {
  readonly count: number;
  readonly deadLetters: readonly { readonly id: string; readonly key: string }[];
}
interface Redrives {
  readonly redrives: readonly {
    readonly redriveId: string;
    readonly state: string;
    readonly replayed: number;
    readonly failed: number;
  }[];
}

const PATH = '/v1/ops/dead-letters';
const CAUSE = 'Error: the rules of version 7 do not know it';
const BURY = `
  INSERT INTO dead_letter (reader, topic, message_id, key, type, body, position, cause, attempts)
  VALUES ('routing', 'tonle.routing.inbox.v1', $1, $2, 'leg.result', $3, 'memory', $4, 3)`;

export const deadLetterTests: InstallationTests = (given) => {
  let world: TestInstallation;
  /** What the network answered about a payment that has ended since: routing knows it. */
  const resultOf = (paymentId: string) => ({
    legKey: `${paymentId}:C`,
    paymentId,
    leg: 'credit',
    attempt: 1,
    outcome: 'accepted',
    at: new Date().toISOString(),
  });
  /** A letter of routing as a version that had a fault would have left it. */
  const bury = (messageId: string, paymentId: string) =>
    world.query('routing', BURY, [
      messageId,
      paymentId,
      JSON.stringify(resultOf(paymentId)),
      `${CAUSE} ${messageId.length}`,
    ]);
  const operator = () => world.as('OPERATOR');
  const group = async () => {
    const { groups } = (await operator().get<Groups>(`${PATH}/groups`)).body;
    return groups.find(({ cause }) => cause.startsWith('Error: the rules of version'));
  };
  const redriven = async (options: object) => {
    const { groupId } = (await group())!;
    const body = { reason: 'the rules are mended', perSecond: 50, ...options };
    const started = await operator().post<{ redriveId: string }>(`${PATH}/groups/${groupId}/redrive`, body);
    return world.until('the end of the redrive', async () => {
      const { redrives } = (await operator().get<Redrives>(`${PATH}/redrives`)).body;
      const own = redrives.find(({ redriveId }) => redriveId === started.body.redriveId);
      return own?.state === 'running' ? undefined : own;
    });
  };

  beforeAll(() => {
    world = given();
  });

  it('tries what a replay would do, replays those that can be handled, and stops at one that cannot', async () => {
    const { body: payment } = await world.pay(await world.prepare());
    expect(payment.state).toBe('completed');
    const before = (await operator().get<Letters>(PATH)).body.count;
    await bury('good-1', payment.paymentId);
    await bury('good-2', payment.paymentId);
    expect(await group()).toMatchObject({
      count: 2,
      cause: 'Error: the rules of version … do not know it …',
    });
    const { groupId } = (await group())!;
    const { deadLetters } = (await operator().get<Letters>(`${PATH}?group=${groupId}`)).body;
    const { id } = deadLetters[0]!;
    const tried = await operator().get<{ would: string[] }>(`${PATH}/${id}/dry-run`);
    expect(tried.body.would).toEqual(['nothing', `payment ${payment.paymentId} stays COMPLETED`]);
    expect((await operator().get<Letters>(PATH)).body.count).toBe(before + 2);
    expect(await redriven({})).toMatchObject({ state: 'done', replayed: 2, failed: 0 });
    expect((await operator().get<Letters>(PATH)).body.count).toBe(before);
    const seen = await world.as('KHMEKONG').get<{ history: unknown[] }>(`/v1/payments/${payment.paymentId}`);
    expect(seen.body.history).toEqual(payment.history);
  });

  it('stops at one that fails again, which is then discarded, and all of it is on record', async () => {
    await bury('bad-1', '0193f5d2-1111-7000-8000-000000000001');
    const tried = await world.until('the letter', async () => {
      const { groupId } = (await group())!;
      const { deadLetters } = (await operator().get<Letters>(`${PATH}?group=${groupId}`)).body;
      return deadLetters[0];
    });
    const dry = await operator().get<{ failure: string }>(`${PATH}/${tried.id}/dry-run`);
    expect(dry.body.failure).toContain('which is not known here');
    expect(await redriven({})).toMatchObject({ state: 'stopped', replayed: 0, failed: 1 });
    const discarded = await operator().post(`${PATH}/${tried.id}/discard`, { reason: 'made by a test' });
    expect(discarded.status).toBe(200);
    const { body } = await operator().get<{ actions: { action: string; reason: string }[] }>(
      '/v1/ops/actions?limit=5',
    );
    expect(body.actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['dead-letter.discard', 'dead-letter.redrive']),
    );
  });
};
