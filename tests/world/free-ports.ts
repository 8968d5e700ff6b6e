import { layoutOf } from '../../tools/launcher/src/layout.js';
import { claimPort, isFree } from './free-port.js';

const PORT_BASE_FIRST = 17_400;
const PORT_BASE_LAST = 29_400;
const PORT_BASE_STEP = 100;

/** The first of a hundred ports that nobody uses nor is about to use, so that several runs can go on beside each other. */
export async function freePortBase(): Promise<number> {
  for (let base = PORT_BASE_FIRST; base <= PORT_BASE_LAST; base += PORT_BASE_STEP) {
    const claimed = await claimPort(base + PORT_BASE_STEP - 1);
    if (claimed === undefined) continue;
    const used = Object.values(layoutOf('', base).ports).flatMap((port) =>
      typeof port === 'number' ? [port] : Object.values(port),
    );
    if ((await Promise.all(used.map(isFree))).every((free) => free)) return base;
    claimed.close();
  }
  throw new Error('no free ports');
}
