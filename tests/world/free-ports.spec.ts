import { expect, it } from '@jest/globals';
import { freePort } from './free-port.js';
import { freePortBase } from './free-ports.js';

it.each([freePort, freePortBase])(
  "ports that one was given and has not used yet are nobody else's",
  async (ask) => {
    const given = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(given).size).toBe(3);
  },
);
