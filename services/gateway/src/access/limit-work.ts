import type { FastifyInstance } from 'fastify';
import type { Admission } from './admission.js';

/** Gives back the place that the guard took, as soon as a request is answered or its caller has gone. */
export function limitWork(server: FastifyInstance, admission: Admission): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => admission.leave(request));
  });
}
