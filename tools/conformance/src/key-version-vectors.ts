import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  keyVersionText,
  readKeyVersion,
  signKeyVersion,
  verifyKeyVersion,
  type KeyVersionSubject,
} from '@tonle/security';
import type { SignatureData, SignatureVector } from './partners-suite.js';
import { compare, type CaseResult } from './suite.js';

// Signatures of one header with key versions: the text that is signed, the header as we write it, headers as we read them.

type Told = Partial<KeyVersionSubject> & {
  readonly body?: string;
  readonly key?: string;
  readonly source?: string;
  readonly expect?: string;
  readonly stringToSign?: string;
  readonly signatureBase64?: string;
  readonly headerSignature?: string;
  readonly headerVariants?: readonly string[];
};

/** Undefined for a vector of another scheme. A derived one has what it does not say from its source. */
export function runKeyVersion(
  file: string,
  vector: SignatureVector,
  data: SignatureData,
): CaseResult | undefined {
  if (!/alipay\+/i.test(vector.scheme)) return undefined;
  const told = vector as Told;
  const source = (data.vectors ?? []).find(({ id }) => id === told.source) as Told | undefined;
  const { method = 'POST', path, clientId, time, body, key } = { ...source, ...told };
  const pem = data.keys?.[key ?? '']?.publicSpkiPem;
  if (path === undefined || clientId === undefined || time === undefined || pem === undefined)
    return { file, id: vector.id, disagreements: [], leftOut: 'the vector does not say what is signed' };
  const subject = { method, path, clientId, time };
  const bytes = Buffer.from(bodyOf(told, subject) ?? body ?? '');
  const verifies = (header: string) => {
    const claim = readKeyVersion(header);
    return claim !== undefined && verifyKeyVersion(subject, bytes, createPublicKey(pem), claim.signature);
  };
  const { headerSignature, signatureBase64 = '' } = told;
  const headers = told.headerVariants ?? [
    headerSignature ?? `algorithm=RSA256,keyVersion=1,signature=${signatureBase64}`,
  ];
  const expected = told.expect?.startsWith('REJECT') !== true;
  const privatePem = data.keys?.[key ?? '']?.privatePkcs8Pem;
  const disagreements = [
    ...compare(
      file,
      vector.id,
      headers.map(() => expected),
      headers.map(verifies),
      'verifies',
    ),
    ...(told.stringToSign === undefined
      ? []
      : compare(
          file,
          vector.id,
          told.stringToSign,
          keyVersionText(subject, bytes).toString(),
          'stringToSign',
        )),
    ...(headerSignature === undefined || privatePem === undefined
      ? []
      : compare(
          file,
          vector.id,
          headerSignature,
          written(headerSignature, subject, bytes, privatePem),
          'header',
        )),
  ];
  return { file, id: vector.id, disagreements };
}

/** A vector that gives the text alone may have another body than its source. */
function bodyOf({ stringToSign }: Told, subject: KeyVersionSubject): string | undefined {
  const before = keyVersionText(subject, new Uint8Array(0)).toString();
  return stringToSign?.startsWith(before) === true ? stringToSign.slice(before.length) : undefined;
}

function written(header: string, subject: KeyVersionSubject, body: Uint8Array, pem: string): string {
  const keyVersion = readKeyVersion(header)?.keyVersion ?? '';
  return signKeyVersion(subject, body, { privateKey: createPrivateKey(pem), keyVersion });
}
