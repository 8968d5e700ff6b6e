import { metricsText } from '@tonle/telemetry';
import type { FastifyInstance } from 'fastify';
import type { Platform } from './platform.js';

const CHECK_MS_MAX = 2_000;

/**
 * Live: the process answers. Ready: it can do its work now; a list of what is missing when it cannot. What is impaired, such
 * as a network's lookups, is told and changes nothing: no other instance could do better.
 */
export function mountHealth(
  server: FastifyInstance,
  platform: Platform,
  missingParts: () => readonly string[],
  impairedParts: () => readonly string[],
): void {
  server.get('/health/live', (_request, reply) => reply.send({ status: 'ok', service: platform.service }));
  server.get('/health/ready', async (_request, reply) => {
    const missing = [...missingParts(), ...((await databaseAnswers(platform)) ? [] : ['database'])];
    const status = missing.length === 0 ? 'ok' : 'unavailable';
    const impaired = impairedParts();
    return reply
      .status(missing.length === 0 ? 200 : 503)
      .send({ status, service: platform.service, instance: platform.instance, missing, impaired });
  });
}

/** What Prometheus reads; the whole process, its services apart by label. */
export function mountMetrics(server: FastifyInstance): void {
  server.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metricsText();
    return reply.header('content-type', contentType).send(text);
  });
}

async function databaseAnswers(platform: Platform): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((done) => {
    timer = setTimeout(() => done(false), CHECK_MS_MAX);
  });
  const answered = platform.database.query('SELECT 1').then(
    () => true,
    () => false,
  );
  const result = await Promise.race([answered, late]);
  clearTimeout(timer);
  return result;
}
