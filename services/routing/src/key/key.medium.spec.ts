import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approvalCalls,
  keyCalls,
  routingCalls,
  type ApprovalDecision,
  type DirectoryEntry,
  type TrustRequest,
} from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import { auditedActions } from '@tonle/platform';
import { openWorld, type World } from '../payment/payment.testing.js';

// Real: PostgreSQL and routing.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_keys');
});
afterAll(() => world.close());

const pem = (): string =>
  generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
const keyOf = (keyId: string, more: Partial<TrustRequest['key']> = {}): TrustRequest['key'] => ({
  ...{ keyId, algorithm: 'ed25519', publicKeyPem: pem() },
  ...{ validFrom: '2026-01-01T00:00:00Z', validTo: '2099-01-01T00:00:00Z', ...more },
});
const calls = () => world.platform.calls;
const BY = { operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'told by letter' };
const trust = (holder: string, key: TrustRequest['key']) =>
  calls().call(keyCalls.trust, { holder, key, ...BY });
const proposed = async (holder: string, key: TrustRequest['key']) => {
  const answer = await trust(holder, key);
  if (answer.kind !== 'proposed') throw new Error(JSON.stringify(answer));
  return answer;
};
const withdraw = (holder: string, keyId: string) =>
  calls().call(keyCalls.withdraw, { holder, keyId, ...BY, reason: 'stolen' });
const decide = (approvalId: string, participant: string, more: Partial<ApprovalDecision> = {}) =>
  calls().call(approvalCalls('routing').decide, {
    ...{ approvalId, verdict: 'approve', acknowledged: [], participant, operator: `${participant}-1` },
    ...{ reason: 'compared by telephone', ...more },
  });
async function entryOf(id: string): Promise<DirectoryEntry> {
  const { entries } = await calls().call(routingCalls.directory, {});
  return entries.find((entry) => entry.kind === 'participant' && entry.id === id)!;
}
const keysOf = async (id: string) =>
  ((await entryOf(id)).body as ParticipantBody).keys.map(({ keyId }) => keyId);

describe('a key', () => {
  it('signs when another operator has compared it, which is told to all who keep a copy', async () => {
    const key = keyOf('KHMEKONG-2');
    const { approvalId, approvalsRequired } = await proposed('KHMEKONG', key);
    expect([approvalsRequired, await keysOf('KHMEKONG')]).toEqual([1, []]);
    const found = await calls().call(approvalCalls('routing').find, { approvalId });
    expect(found).toMatchObject({
      approval: {
        ...{ kind: 'key.trust', target: 'KHMEKONG KHMEKONG-2' },
        before: { 'participant KHMEKONG': { 'keys.KHMEKONG-2.publicKeyPem': 'none' } },
        after: {
          'participant KHMEKONG': {
            'keys.KHMEKONG-2.publicKeyPem': expect.stringMatching(/^fingerprint [0-9a-f]{64}$/),
          },
        },
        warnings: [{ code: 'key:KHMEKONG-2' }],
      },
    });
    const seen = { acknowledged: ['key:KHMEKONG-2'] };
    expect(await decide(approvalId, 'OPERATOR', seen)).toMatchObject({ reason: 'second_operator_needed' });
    expect(await decide(approvalId, 'OPERATOR2')).toMatchObject({ reason: 'warnings_unacknowledged' });
    const before = world.published.length;
    expect(await decide(approvalId, 'OPERATOR2', seen)).toMatchObject({ state: 'executed' });
    expect(await keysOf('KHMEKONG')).toEqual(['KHMEKONG-2']);
    expect(world.published.slice(before)).toMatchObject([{ key: 'participant:KHMEKONG' }]);
    expect(await trust('KHMEKONG', key)).toEqual({ kind: 'done' });
    expect(await auditedActions(world.test.database)).toContain('key.trust');
  });

  it('of an operator needs two others', async () => {
    const { approvalId, approvalsRequired } = await proposed('OPERATOR3', keyOf('OPERATOR3-9'));
    expect(approvalsRequired).toBe(2);
    const seen = { acknowledged: ['key:OPERATOR3-9'] };
    expect(await decide(approvalId, 'OPERATOR2', seen)).toMatchObject({ state: 'pending' });
    expect(await keysOf('OPERATOR3')).toEqual([]);
    expect(await decide(approvalId, 'OPERATOR3', seen)).toMatchObject({ state: 'executed' });
    expect(await keysOf('OPERATOR3')).toEqual(['OPERATOR3-9']);
  });

  it('is withdrawn at once, and its id names no other key', async () => {
    const { approvalId } = await proposed('FXNAGA', keyOf('FXNAGA-2'));
    await decide(approvalId, 'OPERATOR2', { acknowledged: ['key:FXNAGA-2'] });
    const { approvalId: overtaken } = await proposed('FXNAGA', keyOf('FXNAGA-3'));
    expect(await withdraw('FXNAGA', 'FXNAGA-2')).toEqual({ kind: 'done' });
    expect(await keysOf('FXNAGA')).toEqual([]);
    expect(await withdraw('FXNAGA', 'FXNAGA-2')).toEqual({ kind: 'done' });
    const actions = await auditedActions(world.test.database);
    expect(actions.filter((action) => action === 'key.withdraw')).toHaveLength(1);
    expect(await decide(overtaken, 'OPERATOR2', { acknowledged: ['key:FXNAGA-3'] })).toMatchObject({
      reason: 'approval_stale',
    });
    expect(await trust('FXNAGA', keyOf('FXNAGA-2'))).toMatchObject({
      ...{ reason: 'schema_invalid', errors: [{ path: '/keyId' }] },
    });
  });

  it.each([
    ['of nobody', 'NOBODY', keyOf('X-1'), { reason: 'participant_unknown' }],
    ['under the id of somebody else', 'KHANGKOR', keyOf('KHMEKONG-2'), { errors: [{ path: '/keyId' }] }],
    [
      'that has ended',
      'KHANGKOR',
      keyOf('K-1', { validTo: '2026-02-01T00:00:00Z' }),
      { errors: [{ path: '/validTo' }] },
    ],
    [
      'that ends before it begins',
      'KHANGKOR',
      keyOf('K-1', { validFrom: '2099-01-01T00:00:00Z' }),
      { reason: 'directory_impossible' },
    ],
    [
      'of another kind than it says',
      'KHANGKOR',
      keyOf('K-1', { algorithm: 'ecdsa-p256-sha256' }),
      { reason: 'directory_impossible' },
    ],
  ])('%s is refused', async (_what, holder, key, refusal) => {
    expect(await trust(holder, key)).toMatchObject({ kind: 'refused', ...refusal });
  });

  it('that was never there cannot be withdrawn: it would seem to be', async () => {
    expect(await withdraw('KHANGKOR', 'KHANGKOR-17')).toMatchObject({ reason: 'not_found' });
    expect(await withdraw('NOBODY', 'X-1')).toMatchObject({ reason: 'participant_unknown' });
  });
});
