import { serviceStateCall, type Trouble } from '@tonle/contracts';
import { metricsText } from '@tonle/telemetry';
import type { FastifyInstance } from 'fastify';
import { WATCH_EVERY_MS, watchOf, type Lack } from './part-watch.js';
import type { Platform } from './platform.js';
import type { Service } from './service.js';

/** What a service lacks by itself, beside what it stands on. */
export interface OwnLacks {
  readonly missing: () => readonly Lack[];
  readonly impaired: () => readonly Lack[];
}

/**
 * Live: the process answers. Ready: it can do its work now; a list of what is missing when it cannot. What is impaired, such
 * as a network's lookups, is told and changes nothing: no other instance could do better. `troubles` says of each since when, and
 * what it means.
 */
export function mountHealth(server: FastifyInstance, platform: Platform, lacks: OwnLacks): void {
  const { service, instance } = platform;
  server.get('/health/live', (_request, reply) => reply.send({ status: 'ok', service }));
  server.get('/health/ready', async (_request, reply) => {
    const { missing, impaired, troubles } = await lookAt(platform, lacks);
    const status = missing.length === 0 ? 'ok' : 'unavailable';
    return reply
      .status(missing.length === 0 ? 200 : 503)
      .send({ status, service, instance, missing, impaired, troubles });
  });
}

/** The parts that are wanting now, by name, and what is to be said of them. */
async function lookAt(
  platform: Platform,
  lacks: OwnLacks,
): Promise<{
  readonly missing: readonly string[];
  readonly impaired: readonly string[];
  readonly troubles: readonly Trouble[];
}> {
  const watch = watchOf(platform);
  await watch.look();
  const { needed, dispensable } = watch.lacks;
  const missing = [...lacks.missing(), ...needed];
  const impaired = [...lacks.impaired(), ...dispensable];
  const troubles = watch.dated([...missing, ...impaired]);
  return { missing: missing.map(nameOf), impaired: impaired.map(nameOf), troubles };
}

const nameOf = ({ part }: Lack): string => part;

/** Watches what the service stands on, and answers for it to operators. */
export function declareState(service: Service, platform: Platform): void {
  const lacks: OwnLacks = { missing: () => service.missing(), impaired: () => service.impaired() };
  service.job('watch-parts', WATCH_EVERY_MS, () => lookAt(platform, lacks));
  service.call(serviceStateCall(platform.service), async () => {
    const { missing, troubles } = await lookAt(platform, lacks);
    const queueOldestMs = service.queueOldestMs();
    return {
      service: platform.service,
      ready: missing.length === 0,
      troubles: [...troubles],
      ...(queueOldestMs === undefined ? {} : { queueOldestMs }),
    };
  });
}

/** What Prometheus reads; the whole process, its services apart by label. */
export function mountMetrics(server: FastifyInstance): void {
  server.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metricsText();
    return reply.header('content-type', contentType).send(text);
  });
}
