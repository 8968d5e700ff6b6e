import type { WebhookKey } from '@tonle/security';
import type { LoggedDelivery } from './delivery-log.store.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import type { EndpointLoad } from './webhook-endpoint.store.js';
import type { OperatorEndpoints, PublicDeliveries, PublicEndpoint } from './webhook.schema.js';

const instantOf = <K extends string>(name: K, at: Date | null): { [N in K]?: string } =>
  (at === null ? {} : { [name]: at.toISOString() }) as { [N in K]?: string };

/** `keys`: those that sign, the newest first. */
export function showEndpoint(endpoint: WebhookEndpoint, keys: readonly WebhookKey[]): PublicEndpoint {
  return {
    ...commonOf(endpoint),
    types: [...endpoint.types],
    keys: keys.map(({ publicText }, index) => ({
      publicKey: publicText,
      ...(index === 0 ? {} : instantOf('signsUntil', endpoint.previousUntil)),
    })),
    createdBy: endpoint.createdBy,
  };
}

function commonOf(endpoint: WebhookEndpoint): Omit<PublicEndpoint, 'keys' | 'types' | 'createdBy'> {
  const { endpointId, url, format, description, state, disabledBecause } = endpoint;
  return {
    ...{ endpointId, url, format, state },
    ...(description === '' ? {} : { description }),
    ...(disabledBecause === null ? {} : { disabledBecause }),
    ...instantOf('disabledAt', endpoint.disabledAt),
    createdAt: endpoint.createdAt.toISOString(),
    ...instantOf('takenAt', endpoint.takenAt),
    ...instantOf('failingSince', endpoint.failingSince),
  };
}

/** An endpoint as operators see it: nobody else's URLs have secrets in them, but paths may be long. */
export function showLoad(load: EndpointLoad): OperatorEndpoints['endpoints'][number] {
  return {
    ...commonOf(load),
    participant: load.participant,
    waiting: Number(load.waiting),
    ...instantOf('oldestAt', load.oldestAt),
  };
}

export function showDelivery(delivery: LoggedDelivery): PublicDeliveries['deliveries'][number] {
  const { eventId, type, paymentId, state, attempts, dueAt } = delivery;
  return {
    ...{ eventId, type, state },
    ...(paymentId === null ? {} : { paymentId }),
    attempts: attempts.map(({ sha256: _sha256, ...attempt }) => attempt),
    ...(state === 'pending' ? instantOf('nextAttemptAt', dueAt) : {}),
  };
}
