import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

const HOST = '127.0.0.1';

/** Listens and returns the base URL; says in one line which port is taken. */
export async function listenOn(
  server: FastifyInstance,
  service: string,
  port: number,
  host = HOST,
  secure = false,
): Promise<string> {
  try {
    await server.listen({ port, host });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE')
      throw new Error(`${service}: port ${port} on ${host} is taken by another program`, { cause: error });
    if (code === 'EACCES')
      throw new Error(`${service}: port ${port} on ${host} may not be opened by this user`, { cause: error });
    throw error;
  }
  const address = server.server.address() as AddressInfo;
  return `${secure ? 'https' : 'http'}://${host === '0.0.0.0' ? HOST : host}:${address.port}`;
}
