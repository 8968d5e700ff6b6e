import { approvalCalls, refused } from '@tonle/contracts';
import type { Service } from '@tonle/platform';
import type { Approvals } from './approvals.js';
import { approvalDeeds } from './approval-deed.store.js';
import { findApproval, listApprovals, pendingByKind } from './approval.store.js';
import { listedApprovalOf, wholeApprovalOf } from './approval.view.js';

const EVERY_MS = 30_000;

/** Answers for the approvals of a service, does what was approved for a later instant, and ends what nobody decides. */
export function declareApprovals(service: Service, approvals: Approvals): void {
  const { service: name, database, telemetry } = approvals.host;
  const calls = approvalCalls(name);
  service.call(calls.list, async (filter) => ({
    approvals: (await listApprovals(database, filter)).map((request) => listedApprovalOf(name, request)),
  }));
  service.call(calls.find, async ({ approvalId }) => {
    const request = await findApproval(database, approvalId);
    return request === undefined
      ? refused('approval_unknown')
      : ({ kind: 'found', approval: wholeApprovalOf(name, request) } as const);
  });
  service.call(calls.actions, async (filter) => ({ actions: await approvalDeeds(database, filter) }));
  service.call(calls.decide, (decision) => approvals.decide(decision));
  const pending = telemetry.gauge('tonle_approvals_pending', 'Proposals that wait for another operator', [
    'kind',
  ]);
  const told = new Set<string>();
  service.job('end-approvals', EVERY_MS, async () => {
    await approvals.expire();
    await approvals.effect();
    const kinds = new Map((await pendingByKind(database)).map((row) => [row.kind, row.pending]));
    for (const kind of kinds.keys()) told.add(kind);
    for (const kind of told) pending.set({ kind }, kinds.get(kind) ?? 0);
  });
}
