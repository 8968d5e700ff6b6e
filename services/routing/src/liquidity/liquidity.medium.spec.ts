import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approvalCalls, liquidityCalls, routingCalls, type ApprovalDecision } from '@tonle/contracts';
import { auditedActions } from '@tonle/platform';
import { otherSays } from '../directory/opening.testing.js';
import { openWorld, type World } from '../payment/payment.testing.js';

// Real: PostgreSQL and routing; what FX Naga has used in THB is written into its account by hand.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PREFUND = 500_000_000_000n;
const CAP = 100_000_000_000_000n;
const LIMIT = PREFUND + CAP;
const STOP = { currency: 'THB', percent: 95, corridor: 'KH-TH', direction: 'outbound' };

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_liquidity', ({ entries }) => {
    for (const { id, body } of entries)
      if (id === 'FXNAGA') Object.assign(body as object, { caps: { THB: CAP.toString() }, stopsAt: [STOP] });
  });
  await world.test.database.query(
    `INSERT INTO account (code, kind, currency) VALUES ('POSITION:FXNAGA:THB', 'POSITION', 'THB') ON CONFLICT DO NOTHING`,
  );
});
afterAll(() => world.close());

const calls = () => world.platform.calls;
const use = (minor: bigint) =>
  world.test.database.query(
    `UPDATE account SET debits_posted = credits_posted + $1 WHERE code = 'POSITION:FXNAGA:THB'`,
    [minor],
  );
const percent = (share: bigint) => use((LIMIT * share) / 100n);
const held = async () => {
  const { accounts } = await calls().call(routingCalls.liquidity, {});
  return accounts.find(({ participant, currency }) => participant === 'FXNAGA' && currency === 'THB')!;
};
const setCap = (capMinor: bigint, more: object = {}) =>
  calls().call(liquidityCalls.setCap, {
    cap: { participant: 'FXNAGA', currency: 'THB', capMinor: capMinor.toString(), ...more },
    operator: 'OPERATOR-1',
    participant: 'OPERATOR',
    reason: 'agreed by letter',
  });
const decide = (approvalId: string, participant: string, verdict: ApprovalDecision['verdict'] = 'approve') =>
  calls().call(approvalCalls('routing').decide, {
    ...{ approvalId, verdict, acknowledged: [], participant, operator: `${participant}-1`, reason: 'seen' },
  });
const proposed = async (capMinor: bigint) => {
  const answer = await setCap(capMinor);
  if (answer.kind !== 'proposed') throw new Error(JSON.stringify(answer));
  return answer;
};

describe('a cap', () => {
  it('is raised by the approval of another operator: the next version of the participant', async () => {
    const before = world.published.length;
    const { approvalId, approvalsRequired } = await proposed(CAP + 1_000n);
    expect([approvalsRequired, (await held()).capMinor]).toEqual([1, CAP.toString()]);
    expect(await decide(approvalId, 'OPERATOR')).toMatchObject({ reason: 'second_operator_needed' });
    expect(await decide(approvalId, 'OPERATOR2')).toMatchObject({ state: 'executed' });
    expect((await held()).capMinor).toBe((CAP + 1_000n).toString());
    expect(world.published.slice(before)).toMatchObject([{ key: 'participant:FXNAGA' }]);
    const { actions } = await calls().call(routingCalls.actions, { subject: 'FXNAGA', limit: 9 });
    expect(actions[0]).toMatchObject({
      ...{ action: 'cap.raise', operator: 'OPERATOR2-1', evidence: `approval ${approvalId}` },
    });
  });

  it('needs two others when it is raised by much', async () => {
    const { approvalId, approvalsRequired } = await proposed(2n * CAP);
    expect(approvalsRequired).toBe(2);
    expect(await decide(approvalId, 'OPERATOR2')).toMatchObject({ state: 'pending' });
    expect(await decide(approvalId, 'OPERATOR3', 'reject')).toMatchObject({ state: 'rejected' });
  });

  it('is lowered at once, and a proposal made before is stale', async () => {
    const { approvalId } = await proposed(CAP + 2_000n);
    expect(await setCap(CAP)).toEqual({ kind: 'done' });
    expect((await held()).capMinor).toBe(CAP.toString());
    expect(await decide(approvalId, 'OPERATOR2')).toMatchObject({ reason: 'approval_stale' });
    expect(await setCap(CAP)).toEqual({ kind: 'done' });
    expect(
      (await auditedActions(world.test.database)).filter((action) => action === 'cap.lower'),
    ).toHaveLength(1);
  });

  it('goes on standing when something else of the participant changes', async () => {
    const { approvalId } = await proposed(CAP + 3_000n);
    const setTo = (what: 'pause' | 'resume') =>
      calls().call(routingCalls.setSwitch, {
        ...{ on: 'participant', id: 'FXNAGA', switch: what, directions: ['outbound'] },
        ...{ operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'a test' },
      });
    await setTo('pause');
    await otherSays(world, await setTo('resume'));
    expect(await decide(approvalId, 'OPERATOR2')).toMatchObject({ state: 'executed' });
    await setCap(CAP);
  });

  it('is never below what is owed already', async () => {
    await use(PREFUND + 7_000n);
    expect(await setCap(6_999n)).toMatchObject({
      reason: 'cap_below_use',
      detail: 'The least is 70.00 THB.',
    });
    expect(await setCap(7_000n)).toEqual({ kind: 'done' });
    expect((await held()).headroomMinor).toBe('0');
    await use(0n);
    const { approvalId } = await proposed(CAP);
    for (const other of ['OPERATOR2', 'OPERATOR3']) await decide(approvalId, other);
    expect((await held()).capMinor).toBe(CAP.toString());
  });

  it('is of a participant and a currency that there are', async () => {
    expect(await setCap(1n, { participant: 'NOBODY' })).toMatchObject({ reason: 'participant_unknown' });
    expect(await setCap(1n, { currency: 'XXQ' })).toMatchObject({
      ...{ reason: 'schema_invalid', errors: [{ path: '/cap/currency' }] },
    });
  });
});

describe('what is used', () => {
  const run = () => world.routing.liquidityJob.run();
  const metric = async (name: string) => {
    const metrics = await world.platform.telemetry.registry.getMetricsAsJSON();
    const values = metrics.find((each) => each.name === name)?.values ?? [];
    return values.find(({ labels }) => labels['participant'] === 'FXNAGA' && labels['currency'] === 'THB')
      ?.value;
  };
  const hold = async () => {
    const { entries } = await calls().call(routingCalls.directory, {});
    const corridor = entries.find(({ kind, id }) => kind === 'corridor' && id === 'KH-TH')!;
    return (corridor.body as { switches?: { outbound?: { hold?: object } } }).switches?.outbound?.hold;
  };

  it('is told as a share, and how long it lasts by the last hour', async () => {
    await percent(10n);
    await run();
    world.platform.clock.advance(30 * MINUTE_MS);
    await percent(40n);
    await run();
    const nowMs = world.platform.clock.now();
    const account = await held();
    expect(account.usedPercent).toBe(40);
    // The point of the slot before: 30 % in half an hour leave an hour for 60 %, to a slot of ten minutes.
    const left = Date.parse(account.breachByLastHour!) - nowMs;
    expect([left >= 60 * MINUTE_MS, left <= 80 * MINUTE_MS]).toEqual([true, true]);
    expect(account.breachByWeekday).toBeUndefined();
    expect([
      await metric('tonle_liquidity_used_percent'),
      await metric('tonle_liquidity_left_seconds'),
    ]).toEqual([40, Math.round(left) / 1_000]);
  });

  it('is foreseen as it went a week ago, and points that are older are dropped', async () => {
    world.platform.clock.advance(7 * DAY_MS);
    await percent(70n);
    await run();
    expect((await held()).breachByWeekday).toBeUndefined();
    await percent(75n);
    // Half an hour after that first point thirty percent more were used, and as much is left now.
    await world.test.database.query(`UPDATE liquidity_point SET at = $1 WHERE used_minor = $2`, [
      new Date(world.platform.clock.now() - 7 * DAY_MS),
      ((LIMIT * 10n) / 100n).toString(),
    ]);
    await world.test.database.query(`INSERT INTO liquidity_point VALUES ('FXNAGA', 'THB', $1, $2)`, [
      new Date(world.platform.clock.now() - 7 * DAY_MS + 20 * MINUTE_MS),
      ((LIMIT * 36n) / 100n).toString(),
    ]);
    expect(Date.parse((await held()).breachByWeekday!) - world.platform.clock.now()).toBe(20 * MINUTE_MS);
    world.platform.clock.advance(9 * DAY_MS);
    await run();
    const [row] = await world.test.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM liquidity_point WHERE participant = 'FXNAGA' AND currency = 'THB'`,
    );
    expect(row!.n).toBe(1);
  });

  it('pauses the direction that the directory names, once, until it has fallen', async () => {
    await percent(94n);
    await run();
    expect(await hold()).toBeUndefined();
    await percent(95n);
    await Promise.all([run(), run()]);
    expect(await hold()).toMatchObject({
      ...{ kind: 'pause', by: 'liquidity', reason: 'FXNAGA has used 95 % of what it may owe in THB' },
    });
    const resume = async () =>
      otherSays(
        world,
        await calls().call(routingCalls.setSwitch, {
          ...{ on: 'corridor', id: 'KH-TH', switch: 'resume', directions: ['outbound'] },
          ...{ operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'the bank pays tonight' },
        }),
      );
    await resume();
    await run();
    expect(await hold()).toBeUndefined();
    await percent(90n);
    await run();
    await percent(96n);
    await run();
    expect(await hold()).toMatchObject({ by: 'liquidity' });
    await resume();
  });
});
