import type { Kafka } from 'kafkajs';

const LIMIT_MS = 3_000;

interface GroupMember {
  readonly memberId: string;
  readonly clientId: string;
}

interface Coordinator {
  describeGroups(request: { groupIds: string[] }): Promise<{ groups: { members: GroupMember[] }[] }>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

interface Cluster {
  connect(): Promise<void>;
  findGroupCoordinator(request: { groupId: string }): Promise<Coordinator>;
  disconnect(): Promise<void>;
}

/** kafkajs has no public way to send LeaveGroup for another member; without its inner one we just wait longer. */
function clusterOf(kafka: Kafka): Cluster | undefined {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    (one) => one.description === 'private:Kafka:createCluster',
  );
  if (symbol === undefined) return undefined;
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol];
  return create?.({ maxInFlightRequests: 1 });
}

/**
 * A process that was killed stays a member of its groups until its session has run out, and the group
 * waits for it. Whoever starts under the same client id is its successor and takes it out at once.
 */
export async function dismissPredecessors(kafka: Kafka, clientId: string, groupId: string): Promise<void> {
  const cluster = clusterOf(kafka);
  if (cluster === undefined) return;
  const dismissal = (async () => {
    await cluster.connect();
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
    for (const member of groups.flatMap((group) => group.members)) {
      if (member.clientId === clientId) await coordinator.leaveGroup({ groupId, memberId: member.memberId });
    }
  })().catch(() => undefined);
  await Promise.race([dismissal, new Promise((done) => setTimeout(done, LIMIT_MS).unref())]);
  await cluster.disconnect().catch(() => undefined);
}
