import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { start as startAdapterUnionPay } from '@tonle/adapter-unionpay';
import { adapterCalls, type OfferedKey } from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
import { freePort } from '../world/free-port.js';
import { openAdapterWorld, type AdapterWorld } from '../world/adapter-world.js';
import { until } from '../world/until.js';

// KEY_EXCHANGE over the real wire: what is told is shown, and counts for nothing before somebody says so.

const SERVICE = 'adapter-unionpay';
const { health, lookup } = adapterCalls(SERVICE);
const [NOW, NEXT] = ['UPI-1560936206326', 'UPI-1562032885963'];
const [OURS, OUR_NEXT] = ['1555570302', '1555570303'];

interface Told {
  readonly keys: readonly {
    readonly certID: string;
    readonly certUse: string;
    readonly fingerprint: string;
    readonly accepted: boolean;
  }[];
}

let world: AdapterWorld;
let running: RunningService;

beforeAll(async () => {
  world = await openAdapterWorld('unionpay_keys', `https://127.0.0.1:${await freePort()}`);
  for (const { kind, id, body } of world.entries) {
    if (kind !== 'participant' || id !== 'UPI') continue;
    const upi = body as { keys: { keyId: string }[] };
    upi.keys = upi.keys.filter(({ keyId }) => keyId !== NEXT);
  }
  const keyFile = (name: string) => join(world.settings['TONLE_KEYS_DIR']!, `${name}.key.pem`);
  copyFileSync(keyFile('TONLE-unionpay-1562032885962'), keyFile(`TONLE-unionpay-${OUR_NEXT}`));
  world.settings['TONLE_UNIONPAY_NEXT_KEY_ID'] = OUR_NEXT;
  running = await startAdapterUnionPay(world.platform(SERVICE), { keysFirstMs: 50 });
});
afterAll(async () => {
  await running.close();
  await world.close();
});

async function shown(): Promise<readonly OfferedKey[]> {
  let keys: readonly OfferedKey[] = [];
  await until('the keys of UnionPay', async () => {
    keys = (await world.calls.call(health, {})).keys ?? [];
    if (keys.length === 0) throw new Error('none yet');
    return true;
  });
  return keys;
}

/** Does an answer of UnionPay's count? */
async function answers(): Promise<boolean> {
  const { qrText } = await world.control<{ qrText: string }>('POST', '/control/unionpay/qr', {
    amount: '80.00',
  });
  const lookupId = crypto.randomUUID();
  const item = { lookupId, participant: 'KHMEKONG', corridor: 'KH-UP', qrText };
  return (await world.calls.call(lookup, { items: [item] })).items[0]!.kind === 'found';
}

it('the keys of UnionPay are shown against the directory', async () => {
  expect(await shown()).toMatchObject([
    { keyId: NOW, standing: 'held', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { keyId: NEXT, standing: 'new', publicKeyPem: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/) },
  ]);
});

it('a key that was told only verifies nothing', async () => {
  await shown();
  expect(await answers()).toBe(true);
  await world.control('POST', '/control/unionpay/rollover', {});
  expect(await answers()).toBe(false);
  await world.control('POST', '/control/unionpay/rollover', {});
  expect(await answers()).toBe(true);
});

it('ours are told: what signs now and next, and what fields are encrypted for', async () => {
  await shown();
  const { keys } = await world.control<Told>('GET', '/control/unionpay/keys');
  expect(keys).toMatchObject([
    { certID: OURS, certUse: 'SIGN', accepted: true },
    { certID: OUR_NEXT, certUse: 'SIGN', accepted: false },
    { certID: '1562032885962', certUse: 'ENC', accepted: false },
  ]);
  const taken = await world.control<Told>('POST', '/control/unionpay/keys', { certID: OUR_NEXT });
  expect(taken.keys[1]).toMatchObject({ certID: OUR_NEXT, accepted: true });
});
