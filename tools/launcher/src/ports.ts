import { createServer } from 'node:net';

/** Something the person at the terminal can put right; shown without a stack. */
export class LaunchError extends Error {}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

const RETRY_MS = 100;

/**
 * Throws LaunchError naming every port that is taken. Ports of processes that are just going down after
 * their launcher was killed get `patienceMs` to become free.
 */
export async function requireFreePorts(
  ports: Readonly<Record<string, number>>,
  patienceMs: number,
): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const taken: string[] = [];
    for (const [purpose, port] of Object.entries(ports)) {
      if (!(await isFree(port))) taken.push(`${port} (${purpose})`);
    }
    if (taken.length === 0) return;
    if (performance.now() > end) {
      throw new LaunchError(
        `These ports of 127.0.0.1 are taken by another program: ${taken.join(', ')}. ` +
          'Stop it, or move all ports with --port-base N.',
      );
    }
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
}
