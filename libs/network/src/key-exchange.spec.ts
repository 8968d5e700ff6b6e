import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyHolder } from '@tonle/directory';
import { publicPem } from '@tonle/security';
import { createTestTelemetry } from '@tonle/telemetry';
import { KeyExchanger, type KeyExchange, type ToldKey } from './key-exchange.js';
import type { Evidence } from './leg.js';
import type { WireRequest } from './network.js';

const rsa = (bits = 2048): KeyObject => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
const [ours, first, second] = [rsa(), rsa(), rsa()];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  writeFileSync(join(folder, 'ours.pem'), ours.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An exchange whose network answers in turn; undefined is silence. */
function exchanger(answers: (readonly ToldKey[] | undefined)[], held: Readonly<Record<string, KeyObject>>) {
  const kept: Evidence[] = [];
  const asked: Parameters<KeyExchange['ask']>[0][] = [];
  const exchange: KeyExchange = {
    own: [{ keyId: 'OURS', use: 'signature', keyPath: join(folder, 'ours.pem') }],
    ask: (own) => {
      asked.push(own);
      return {} as WireRequest;
    },
    read: () => answers.shift(),
  };
  const evidence = { subject: 'keys of x' } as Evidence;
  const keys = new KeyExchanger({
    network: 'x',
    exchange,
    wires: {
      ask: () => Promise.resolve({ reply: { kind: 'ambiguous', because: '' }, evidence: [evidence] }),
    },
    evidence: { keep: (each) => void kept.push(each) },
    directory: {
      keyHolder: (keyId) => {
        const publicKey = held[keyId];
        return publicKey && ({ key: { publicKey } } as unknown as KeyHolder);
      },
    },
    clock: { now: () => 0 },
    telemetry: createTestTelemetry('keys'),
  });
  return { keys, kept, asked };
}
const told = (keyId: string, key: KeyObject): ToldKey => ({ keyId, publicKeyPem: publicPem(key) });

describe('an exchange of keys', () => {
  it('tells the public half of ours, and keeps what was said', async () => {
    const { keys, kept, asked } = exchanger([[]], {});
    await keys.run();
    expect(asked).toEqual([[{ keyId: 'OURS', use: 'signature', publicKeyPem: publicPem(ours) }]]);
    expect(kept).toHaveLength(1);
  });

  it('shows each key against the directory: the same, none, or another under its id', async () => {
    const held: Record<string, KeyObject> = { A: first, B: first };
    const { keys } = exchanger([[told('A', first), told('B', second), told('C', second)]], held);
    await keys.run();
    expect(keys.shown.map(({ keyId, standing }) => [keyId, standing])).toEqual([
      ['A', 'held'],
      ['B', 'differs'],
      ['C', 'new'],
    ]);
    held['C'] = second;
    expect(keys.shown[2]).toMatchObject({ standing: 'held' });
    expect(keys.shown[1]!.fingerprint).toBe(keys.shown[2]!.fingerprint);
  });

  it('leaves out what is no RSA key of 2048 bits', async () => {
    const weak = rsa(1024);
    const { keys } = exchanger(
      [[{ keyId: 'A', publicKeyPem: 'no key' }, told('B', weak), told('C', first)]],
      {},
    );
    await keys.run();
    expect(keys.shown.map(({ keyId }) => keyId)).toEqual(['C']);
  });

  it('keeps what was heard when the network says nothing', async () => {
    const { keys } = exchanger([[told('A', first)], undefined], {});
    await keys.run();
    await keys.run();
    expect(keys.shown).toHaveLength(1);
  });
});
