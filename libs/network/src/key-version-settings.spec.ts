import { describe, expect, it } from '@jest/globals';
import { keyVersionSettings } from './key-version-settings.js';

const settings = keyVersionSettings(
  'LAGOON',
  { URL: 'https://127.0.0.1:1', CLIENT_ID: 'KHSWITCH', NETWORK_KEYS: 'LAGOON-RSA', DOOR_PORT: 7499 },
  'TONLE-lagoon',
);

describe('the settings of a network that signs with versions of keys', () => {
  it('have what the sandbox has', () => {
    expect(settings.parse({ TONLE_HOME: '/home' })).toMatchObject({
      url: new URL('https://127.0.0.1:1'),
      tls: { authority: '/home/pki/ca.crt' },
      connections: 64,
      sendMs: 20_000,
      signature: {
        clientId: 'KHSWITCH',
        keyPath: '/home/keys/TONLE-lagoon.key.pem',
        keyVersion: '1',
        networkKeys: 'LAGOON-RSA',
      },
      listener: {
        port: 7499,
        host: '127.0.0.1',
        tls: { certificate: '/home/pki/tonle-door.crt', key: '/home/pki/tonle-door.key' },
        waitMs: 5_000,
      },
    });
  });

  it('are those of its name', () => {
    const read = settings.parse({
      TONLE_KEYS_DIR: '/keys',
      TONLE_PKI_DIR: '/pki',
      TONLE_LAGOON_URL: 'https://lagoon.example',
      TONLE_LAGOON_AUTHORITY: 'system',
      TONLE_LAGOON_KEY_VERSION: '7',
      TONLE_LAGOON_DOOR_PORT: '0',
      TONLE_ALIPAY_CLIENT_ID: 'another',
    });
    expect(read).toMatchObject({
      url: new URL('https://lagoon.example'),
      tls: {},
      signature: { clientId: 'KHSWITCH', keyPath: '/keys/TONLE-lagoon.key.pem', keyVersion: '7' },
      listener: { port: 0, tls: { certificate: '/pki/tonle-door.crt' } },
    });
  });

  it.each([
    ['TONLE_LAGOON_URL', 'lagoon'],
    ['TONLE_LAGOON_KEY_VERSION', 'v1'],
    ['TONLE_LAGOON_CONNECTIONS', '0'],
    ['TONLE_LAGOON_DOOR_PORT', '65536'],
    ['TONLE_LAGOON_CLIENT_ID', ''],
  ])('name %s when it is %j', (name, value) => {
    const { error } = settings.safeParse({ [name]: value });
    expect(error?.issues.map(({ path }) => path)).toEqual([[name]]);
  });

  it('are read from the environment of a process', () => {
    expect(settings.parse(process.env).listener.port).toBe(7499);
  });
});
