import { expect, it } from '@jest/globals';
import { bakongSettings } from './settings.js';

it.each([{}, { TONLE_SANDBOX: 'false' }, { TONLE_BAKONG_PASSWORD: 'sandbox' }])(
  'does not start with a password that everybody knows: %j',
  (environment) => {
    const read = bakongSettings.safeParse(environment);
    expect(read.error?.issues.map(({ path }) => path)).toEqual([['TONLE_BAKONG_PASSWORD']]);
  },
);

it('starts with one of its own, and in the sandbox with any', () => {
  expect(bakongSettings.parse({ TONLE_BAKONG_PASSWORD: 'k7' }).password).toBe('k7');
  expect(bakongSettings.parse({ TONLE_SANDBOX: 'true' }).password).toBe('sandbox');
});
