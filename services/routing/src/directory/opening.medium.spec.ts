import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approvalCalls, routingCalls, type SetSwitch } from '@tonle/contracts';
import { auditedActions } from '@tonle/platform';
import { until } from '../../../../tests/world/until.js';
import { openWorld, type World } from '../payment/payment.testing.js';
import { otherSays } from './opening.testing.js';

// Real: PostgreSQL and everything of routing.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_openings');
});
afterAll(() => world.close());

const ONE = { operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'a drill' };
const calls = () => world.platform.calls;
const corridor = { on: 'corridor', id: 'KH-TH', directions: ['outbound'] } as const;
const set = (change: Partial<SetSwitch> & Pick<SetSwitch, 'switch'>) =>
  calls().call(routingCalls.setSwitch, { ...corridor, ...ONE, ...change });
const door = (open: boolean, direction: 'outbound' | 'inbound' = 'outbound') =>
  calls().call(routingCalls.setCorridor, { corridor: 'KH-TH', direction, open, ...ONE });
const bodyOf = async (kind: string, id: string) => {
  const { entries } = await calls().call(routingCalls.directory, {});
  return entries.find((entry) => entry.kind === kind && entry.id === id)!.body as {
    readonly open: { readonly outbound: boolean };
    readonly switches?: { readonly outbound?: { readonly hold?: object; readonly throttle?: object } };
    readonly pause?: object;
  };
};
const shown = async (answer: Awaited<ReturnType<typeof set>>) => {
  if (answer.kind !== 'proposed') throw new Error(JSON.stringify(answer));
  const found = await calls().call(approvalCalls('routing').find, { approvalId: answer.approvalId });
  if (found.kind === 'refused') throw new Error(found.reason);
  return found.approval;
};

describe('what lets more through', () => {
  it('is proposed, shown with both sides, and done by another operator, once', async () => {
    expect(await set({ switch: 'pause' })).toEqual({ kind: 'done' });
    const resume = await set({ switch: 'resume' });
    expect(await set({ switch: 'resume' })).toEqual(resume);
    expect((await bodyOf('corridor', 'KH-TH')).switches?.outbound?.hold).toBeDefined();
    expect(await shown(resume)).toMatchObject({
      ...{ kind: 'corridor.opening', target: 'KH-TH outbound', approvalsRequired: 1 },
      before: { outbound: expect.stringMatching(/^paused since .*, by OPERATOR-1: a drill$/) },
      after: { outbound: 'open' },
    });
    expect(await otherSays(world, resume, ONE)).toMatchObject({ reason: 'second_operator_needed' });
    const before = world.published.length;
    expect(await otherSays(world, resume)).toMatchObject({ state: 'executed' });
    expect(await otherSays(world, resume)).toMatchObject({ state: 'executed', approvals: 1 });
    await world.routing.commit.lane.published();
    expect(world.published.slice(before)).toMatchObject([{ key: 'corridor:KH-TH' }]);
    expect((await bodyOf('corridor', 'KH-TH')).switches).toBeUndefined();
    expect((await auditedActions(world.test.database)).slice(-5)).toEqual([
      ...['corridor.pause.outbound', 'approval.propose', 'corridor.resume.outbound'],
      ...['approval.approve', 'approval.execute'],
    ]);
  });

  it.each<
    [string, Partial<SetSwitch> & Pick<SetSwitch, 'switch'>, Partial<SetSwitch> & Pick<SetSwitch, 'switch'>]
  >([
    ['a faster throttle', { switch: 'throttle', perSecond: 5 }, { switch: 'throttle', perSecond: 6 }],
    ['draining in place of a pause', { switch: 'pause' }, { switch: 'drain' }],
    [
      'a pause that ends in place of one that does not',
      { switch: 'pause' },
      { switch: 'pause', until: '2030-01-01T00:00:00Z' },
    ],
  ])('is %s, too', async (_what, first, then) => {
    expect(await set(first)).toEqual({ kind: 'done' });
    const proposed = await set(then);
    expect(proposed.kind).toBe('proposed');
    expect(await otherSays(world, proposed)).toMatchObject({ state: 'executed' });
    expect(await otherSays(world, await set({ switch: 'resume' }))).toMatchObject({ state: 'executed' });
  });

  it('is of networks and participants, too', async () => {
    for (const [on, id] of [
      ['network', 'thailand'],
      ['participant', 'KHMEKONG'],
    ] as const) {
      expect(await set({ on, id, switch: 'pause' })).toEqual({ kind: 'done' });
      const resume = await set({ on, id, switch: 'resume' });
      expect(await shown(resume)).toMatchObject({ kind: `${on}.opening` });
      expect(await otherSays(world, resume)).toMatchObject({ state: 'executed' });
      expect((await bodyOf(on, id))[on === 'network' ? 'switches' : 'pause']).toBeUndefined();
    }
  });

  it('opens a closed direction, which one operator closes', async () => {
    expect(await door(false)).toEqual({ kind: 'done' });
    const opening = await door(true);
    expect(await shown(opening)).toMatchObject({
      before: { outbound: 'closed' },
      after: { outbound: 'open' },
    });
    expect((await bodyOf('corridor', 'KH-TH')).open.outbound).toBe(false);
    expect(await otherSays(world, opening)).toMatchObject({ state: 'executed' });
    expect((await bodyOf('corridor', 'KH-TH')).open.outbound).toBe(true);
    expect(await door(true)).toEqual({ kind: 'done' });
  });

  it('is stale when it was stopped once more meanwhile, and goes on standing when something else changes', async () => {
    await set({ switch: 'pause' });
    const first = await set({ switch: 'resume' });
    expect(await set({ switch: 'throttle', perSecond: 3 })).toEqual({ kind: 'done' });
    expect(await otherSays(world, first)).toMatchObject({ reason: 'approval_stale' });
    const second = await set({ switch: 'resume' });
    expect(await door(false, 'inbound')).toEqual({ kind: 'done' });
    expect(await otherSays(world, second)).toMatchObject({ state: 'executed' });
    expect(await otherSays(world, await door(true, 'inbound'))).toMatchObject({ state: 'executed' });
  });

  it('is asked for while another instance decides about it: it waits for that, and keeps nobody from the directory', async () => {
    await set({ switch: 'pause' });
    const resume = await set({ switch: 'resume' });
    const { approvalId } = await shown(resume);
    const other = await world.test.another();
    const asked = await other.transaction(async (deciding) => {
      await deciding.query('SELECT 1 FROM approval_request WHERE approval_id = $1 FOR UPDATE', [approvalId]);
      const again = set({ switch: 'resume' });
      await until('the same again waits', async () => {
        const [row] = await world.test.database.query<{ waits: boolean }>(
          `SELECT count(*) > 0 AS waits
           FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return row!.waits;
      });
      // As a decision goes on.
      await deciding.query('LOCK TABLE directory_entry IN SHARE ROW EXCLUSIVE MODE NOWAIT');
      return { again };
    });
    expect(await asked.again).toEqual(resume);
    const answers = await Promise.all([set({ switch: 'resume' }), otherSays(world, resume)]);
    expect(answers[1]).toMatchObject({ state: 'executed' });
    expect(await set({ switch: 'resume' })).toEqual({ kind: 'done' });
  });

  it('fails when its end has passed before others approve it, and changes nothing', async () => {
    await set({ switch: 'pause' });
    const until = new Date(world.platform.clock.now() + 60_000).toISOString();
    const proposed = await set({ switch: 'pause', until });
    world.platform.clock.advance(60_000);
    expect(await otherSays(world, proposed)).toMatchObject({ reason: 'approval_failed' });
    expect((await bodyOf('corridor', 'KH-TH')).switches?.outbound?.hold).not.toHaveProperty('until');
    await otherSays(world, await set({ switch: 'resume' }));
  });
});
