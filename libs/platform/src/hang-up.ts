import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Once a listener closes, a connection ends with the last answer on it: kept alive, it would hold the listener open for as long
 * as its caller likes. Those that nobody waits on are closed by the listener (`forceCloseConnections: 'idle'`).
 */
export function hangUpOnceClosing(server: FastifyInstance): void {
  const waiting = new WeakMap<Socket, number>();
  let closing = false;
  server.addHook('preClose', async () => void (closing = true));
  server.server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.set(socket, (waiting.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (waiting.get(socket) ?? 1) - 1;
      waiting.set(socket, left);
      // Also where the head of the answer was out before this began.
      if (closing && left === 0) socket.destroySoon();
    });
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    if (closing && (waiting.get(request.raw.socket) ?? 1) === 1) reply.header('connection', 'close');
    done();
  });
}
