import { Problem } from '@tonle/http';
import type { FastifyInstance } from 'fastify';
import type { Admission } from './admission.js';

/** Full means full for whatever costs work; health and metrics are served even then. */
export function limitWork(server: FastifyInstance, admission: Admission): void {
  const admitted = new WeakSet<object>();
  server.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/health/') || request.url === '/metrics') return;
    if (!admission.enter()) throw new Problem('overloaded');
    admitted.add(request);
  });
  server.addHook('onResponse', async (request) => {
    if (admitted.delete(request)) admission.leave();
  });
  server.addHook('onRequestAbort', async (request) => {
    if (admitted.delete(request)) admission.leave();
  });
}
