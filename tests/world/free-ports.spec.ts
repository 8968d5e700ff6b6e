import { expect, it } from '@jest/globals';
import { freePortBase } from './free-ports.js';

it("ports that one was given and has not used yet are nobody else's", async () => {
  const given = await Promise.all([freePortBase(), freePortBase(), freePortBase()]);
  expect(new Set(given).size).toBe(3);
});
