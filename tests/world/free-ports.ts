import { createServer, type AddressInfo, type Server } from 'node:net';
import { layoutOf } from '../../tools/launcher/src/layout.js';

const PORT_BASE_FIRST = 17_400;
const PORT_BASE_LAST = 29_400;
const PORT_BASE_STEP = 100;

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** Held for as long as this process lives: by the last of its ports a hundred is known as taken before the others are used. */
function claim(port: number): Promise<Server | undefined> {
  return new Promise((done) => {
    const server = createServer().unref();
    server.once('error', () => done(undefined));
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

/** The first of a hundred ports that nobody uses nor is about to use, so that several runs can go on beside each other. */
export async function freePortBase(): Promise<number> {
  for (let base = PORT_BASE_FIRST; base <= PORT_BASE_LAST; base += PORT_BASE_STEP) {
    const claimed = await claim(base + PORT_BASE_STEP - 1);
    if (claimed === undefined) continue;
    const used = Object.values(layoutOf('', base).ports).flatMap((port) =>
      typeof port === 'number' ? [port] : Object.values(port),
    );
    if ((await Promise.all(used.map(isFree))).every((free) => free)) return base;
    claimed.close();
  }
  throw new Error('no free ports');
}

/** A port that nobody uses. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
