import { createServer, type Server } from 'node:net';

// Behind the hundreds of installations, and below the ports that the system hands out to whoever connects.
const PORT_FIRST = 29_500;
const PORT_LAST = 32_700;

/** Whether a server could listen at a port now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** Held for as long as this process lives: by the last of its ports a group is known as taken before the others are used. */
export function claimPort(port: number): Promise<Server | undefined> {
  return new Promise((done) => {
    const server = createServer().unref();
    server.once('error', () => done(undefined));
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

/** A port that nobody uses nor is about to use: it is free again and again, while a server on it is stopped and started. */
export async function freePort(): Promise<number> {
  for (let port = PORT_FIRST; port < PORT_LAST; port += 2) {
    const claimed = await claimPort(port + 1);
    if (claimed === undefined) continue;
    if (await isFree(port)) return port;
    claimed.close();
  }
  throw new Error('no free port');
}
