import { describe, expect, it } from '@jest/globals';
import type { WireReply } from '@tonle/network';
import { qrcKeyExchange } from './key-exchange.js';

const AT = Date.parse('2026-11-28T16:30:00Z');
const exchange = qrcKeyExchange({
  institution: '39990116',
  signature: { keyId: '1', keyPath: 'one.pem', networkKeys: 'UPI' },
  nextKey: { keyId: '2', keyPath: 'two.pem' },
  encryptionKeys: { '3': 'three.pem' },
});

function answered(trxInfo: object, responseCode = '00'): WireReply {
  const msgInfo = {
    versionNo: '1.0.0',
    msgID: 'A3999011620261129003000123456',
    timeStamp: '20261129003000',
    msgType: 'KEY_EXCHANGE',
    insID: '39990116',
  };
  const bytes = Buffer.from(JSON.stringify({ msgInfo, trxInfo, msgResponse: { responseCode } }));
  return { kind: 'answered', status: 200, headers: {}, bytes };
}

describe('an exchange of keys', () => {
  it('tells what signs now and next, and what fields are encrypted for', () => {
    expect(exchange.own).toEqual([
      { keyId: '1', keyPath: 'one.pem', use: 'signature' },
      { keyId: '2', keyPath: 'two.pem', use: 'signature' },
      { keyId: '3', keyPath: 'three.pem', use: 'encryption' },
    ]);
    const asked = exchange.ask(
      [
        { keyId: '1', publicKeyPem: 'one', use: 'signature' },
        { keyId: '3', publicKeyPem: 'three', use: 'encryption' },
      ],
      AT,
    );
    expect(asked).toMatchObject({ method: 'POST', path: '/uags/api/v1/exchange', operation: 'KEY_EXCHANGE' });
    expect(JSON.parse(Buffer.from(asked.body!).toString())).toMatchObject({
      msgInfo: { msgType: 'KEY_EXCHANGE', insID: '39990116', timeStamp: '20261129003000' },
      trxInfo: {
        certificates: [
          { certID: '1', certUse: 'SIGN', publicKey: 'one' },
          { certID: '3', certUse: 'ENC', publicKey: 'three' },
        ],
      },
    });
  });

  it('takes in the keys that sign, by the ids of the directory', () => {
    const certificates = [
      { certID: '7', certUse: 'SIGN', publicKey: 'seven', validFrom: '20261129003000' },
      { certID: '8', certUse: 'ENC', publicKey: 'eight' },
    ];
    expect(exchange.read(answered({ certificates }))).toEqual([
      { keyId: 'UPI-7', publicKeyPem: 'seven', validFrom: '2026-11-28T16:30:00.000Z' },
    ]);
  });

  it.each([
    ['silence', { kind: 'ambiguous', because: 'timeout' } as const],
    ['a refusal', answered({ certificates: [] }, '96')],
    ['no certificates', answered({})],
    ['one without a key', answered({ certificates: [{ certID: '7', certUse: 'SIGN' }] })],
    [
      'a time that is none',
      answered({ certificates: [{ certID: '7', certUse: 'SIGN', publicKey: 'x', validTo: 'x' }] }),
    ],
  ])('takes nothing from %s', (_name, reply) => {
    expect(exchange.read(reply)).toBeUndefined();
  });
});
