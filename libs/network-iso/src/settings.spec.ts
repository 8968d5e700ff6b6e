import { afterEach, describe, expect, it } from '@jest/globals';
import { LAGOON } from './profile.testing.js';
import { isoSettings } from './settings.js';

const settings = isoSettings(LAGOON, { name: 'LAGOON', port: 7411 });
const NAME = 'TONLE_LAGOON_URL';

afterEach(() => {
  delete process.env[NAME];
});

describe('the settings of a network', () => {
  it('are read from the environment of the process, by the name of the network', () => {
    process.env[NAME] = 'https://127.0.0.1:7423';
    const read = settings.parse(process.env);
    expect(read).toMatchObject({ connections: 64, sendMs: 20_000, listener: { port: 7411 } });
    expect(read.url.href).toBe('https://127.0.0.1:7423/');
  });

  it('begin with what the profile says', () => {
    const inside = isoSettings({ ...LAGOON, signature: 'xml' }, { name: 'LAGOON', port: 1 });
    expect(inside.parse({ [NAME]: 'https://a' }).signature.insideXml).toBe(true);
    const given = { [NAME]: 'https://a', TONLE_LAGOON_SIGNATURE: 'http' };
    expect(inside.parse(given).signature.insideXml).toBe(false);
  });

  it('need no port where the network never calls us', () => {
    const silent = isoSettings({ ...LAGOON, inbound: undefined }, { name: 'LAGOON' });
    expect(silent.safeParse({ [NAME]: 'https://a' }).success).toBe(true);
    const calling = isoSettings(LAGOON, { name: 'LAGOON' });
    expect(calling.safeParse({ [NAME]: 'https://a' }).error?.issues[0]?.path).toEqual([
      'TONLE_LAGOON_DOOR_PORT',
    ]);
  });

  it('name the accounts of an installation, else those of the network, else none', () => {
    const lagoon = isoSettings(LAGOON, { name: 'LAGOON', port: 1, statementAccounts: 'TONLE-FJD' });
    expect(lagoon.parse({ [NAME]: 'https://a' }).statementAccounts).toEqual(['TONLE-FJD']);
    const given = { [NAME]: 'https://a', TONLE_LAGOON_STATEMENT_ACCOUNTS: '014-1, 014-2' };
    expect(lagoon.parse(given).statementAccounts).toEqual(['014-1', '014-2']);
    expect(settings.parse({ [NAME]: 'https://a' }).statementAccounts).toBeUndefined();
  });

  it.each([
    ['TONLE_LAGOON_STATEMENT_ACCOUNTS', { [NAME]: 'https://a', TONLE_LAGOON_STATEMENT_ACCOUNTS: '014-1,' }],
    ['TONLE_LAGOON_URL', { [NAME]: 'nowhere' }],
    ['TONLE_LAGOON_CONNECTIONS', { [NAME]: 'https://a', TONLE_LAGOON_CONNECTIONS: '0' }],
    ['TONLE_BIC', { [NAME]: 'https://a', TONLE_BIC: 'SHORT' }],
  ])('are refused by name: %s', (name, environment) => {
    expect(settings.safeParse(environment).error?.issues.map(({ path }) => path)).toEqual([[name]]);
  });

  it('have secrets of their own outside of a sandbox, where there is something to ask in JSON', () => {
    const json = { ...LAGOON, json: { asks: ['payees'], errors: {} } } as unknown as typeof LAGOON;
    const asking = isoSettings(json, { name: 'LAGOON', port: 1 });
    const named = asking.safeParse({ [NAME]: 'https://a' }).error?.issues.map(({ path }) => path[0]);
    expect(named).toEqual(['TONLE_LAGOON_API_CLIENT_SECRET', 'TONLE_LAGOON_API_PASSWORD']);
    const sandbox = asking.parse({ [NAME]: 'https://a', TONLE_SANDBOX: 'true', TONLE_KEYS_DIR: '/k' });
    expect(sandbox.api).toMatchObject({
      url: new URL('https://a'),
      password: 'sandbox',
      signature: { keyPath: '/k/TONLE.rsa.key.pem', theirKeyPaths: ['/k/lagoon.rsa.pub.pem'] },
    });
    const own = {
      [NAME]: 'https://a',
      TONLE_LAGOON_API_URL: 'https://b',
      TONLE_LAGOON_API_CLIENT_SECRET: 's',
      TONLE_LAGOON_API_PASSWORD: 'p',
      TONLE_LAGOON_API_NETWORK_KEY_FILES: 'old.pem, new.pem',
    };
    expect(asking.parse(own).api).toMatchObject({
      asks: ['payees'],
      url: new URL('https://b'),
      signature: { theirKeyPaths: ['old.pem', 'new.pem'] },
    });
    const asks = (text: string) => asking.safeParse({ ...own, TONLE_LAGOON_API_ASKS: text }).data?.api.asks;
    expect(asks('payees, statuses')).toEqual(['payees', 'statuses']);
    expect(asks('none')).toEqual([]);
    expect(asks('money')).toBeUndefined();
  });
});
