import { expect, it } from '@jest/globals';
import { audienceOf } from './audience.js';

it('is what is listed, and then it must be told', () => {
  expect(audienceOf(['api.tonle.example'], 7400)).toEqual({
    authorities: ['api.tonle.example'],
    demanded: true,
  });
});

it("is a sandbox's own machine at the port that it is reached by, when it is told", () => {
  expect(audienceOf('loopback', 7500)).toEqual({
    authorities: ['127.0.0.1:7500', 'localhost:7500', '[::1]:7500'],
    demanded: false,
  });
});

it('is anybody when that is said', () => {
  expect(audienceOf('any', 7400)).toBeUndefined();
});
