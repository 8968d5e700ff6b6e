import { describe, expect, it } from '@jest/globals';
import { readSettings } from './gateway.settings.js';

const SANDBOX = { TONLE_SANDBOX: 'true' };

describe('the hosts that requests are for', () => {
  it.each([
    ['api.tonle.example', ['api.tonle.example']],
    [
      'API.tonle.example:443 , 10.0.0.7:7400,[::1]:7400',
      ['api.tonle.example', '10.0.0.7:7400', '[::1]:7400'],
    ],
    ['any', 'any'],
  ])('are listed: %s', (text, ownHosts) => {
    expect(readSettings({ TONLE_GATEWAY_AUTHORITIES: text })).toMatchObject({ ownHosts });
  });

  it('are those of its machine in a sandbox', () => {
    expect(readSettings(SANDBOX)).toMatchObject({ ownHosts: 'loopback' });
  });

  it.each([{}, { TONLE_SANDBOX: 'false' }])('have to be listed elsewhere: %j', (settings) => {
    expect(() => readSettings(settings)).toThrow('must list the hosts');
  });

  it.each(['', ',', 'https://api.tonle.example', 'api.tonle.example/v1', 'a b', 'any,all/'])(
    'are refused when they are none: %j',
    (text) => {
      expect(() => readSettings({ TONLE_GATEWAY_AUTHORITIES: text })).toThrow('TONLE_GATEWAY_AUTHORITIES');
    },
  );
});

describe('proxies', () => {
  const proxies = (text: string) =>
    readSettings({ ...SANDBOX, TONLE_GATEWAY_TRUSTED_PROXIES: text }).trustedProxies;

  it('are nobody unless they are listed', () => {
    expect(readSettings(SANDBOX).trustedProxies).toEqual([]);
    expect(proxies('10.0.0.7, 10.1.0.0/16,fd00::/8')).toEqual(['10.0.0.7', '10.1.0.0/16', 'fd00::/8']);
  });

  it.each(['everybody', '0.0.0.0/0', '10.0.0.0/33', '10.0.0', '10.0.0.7/8/9', '::/0'])(
    'are not %s',
    (text) => {
      expect(() => proxies(text)).toThrow('TONLE_GATEWAY_TRUSTED_PROXIES');
    },
  );
});
