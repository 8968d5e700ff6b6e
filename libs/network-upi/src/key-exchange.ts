import type { CriticalJwsSignature, KeyExchange, WireReply } from '@tonle/network';
import { z } from 'zod';
import { fromBeijingTime, questionIdOf } from './message-id.js';
import { qrcQuestion, readQrcAnswer } from './qrc-message.js';

// KEY_EXCHANGE: each side tells its certificates, those in use and those to come. The members of `trxInfo` are our reading.

const OPERATION = 'KEY_EXCHANGE';
const APPROVED = '00';
const USES = { signature: 'SIGN', encryption: 'ENC' } as const;

const time = z
  .string()
  .transform((text) => fromBeijingTime(text))
  .refine((ms) => !Number.isNaN(ms))
  .transform((ms) => new Date(ms).toISOString());
const certificate = z.object({
  certID: z.string().min(1).max(64),
  certUse: z.string(),
  publicKey: z.string().max(4_000),
  validFrom: time.optional(),
  validTo: time.optional(),
});
const told = z.object({ certificates: z.array(certificate).max(20) });

/** Keys of ours: what signs now, what will sign next, and what fields are encrypted for. */
interface QrcKeys {
  readonly institution: string;
  readonly signature: Pick<CriticalJwsSignature, 'keyId' | 'keyPath' | 'networkKeys'>;
  readonly nextKey?: { readonly keyId: string; readonly keyPath: string };
  /** Id -> PEM file. */
  readonly encryptionKeys: Readonly<Record<string, string>>;
}

/** Tells our certificates, and takes in those of UnionPay. */
export function qrcKeyExchange(keys: QrcKeys): KeyExchange {
  const { institution: insID, signature, nextKey, encryptionKeys } = keys;
  const signing = [signature, ...(nextKey === undefined ? [] : [nextKey])];
  return {
    own: [
      ...signing.map(({ keyId, keyPath }) => ({ keyId, keyPath, use: 'signature' as const })),
      ...Object.entries(encryptionKeys).map(([keyId, keyPath]) => ({
        keyId,
        keyPath,
        use: 'encryption' as const,
      })),
    ],
    ask: (own, at) => {
      const certificates = own.map(({ keyId: certID, use, publicKeyPem: publicKey }) => ({
        certID,
        certUse: USES[use],
        publicKey,
      }));
      const msgID = questionIdOf(insID, OPERATION, at);
      return qrcQuestion(OPERATION, { msgID, insID, at }, { certificates });
    },
    read: (reply) => readKeys(reply, signature.networkKeys),
  };
}

function readKeys(reply: WireReply, networkKeys: string): ReturnType<KeyExchange['read']> {
  const answer = readQrcAnswer(reply);
  if ('kind' in answer || answer.msgResponse.responseCode !== APPROVED) return undefined;
  const read = told.safeParse(answer.trxInfo);
  return read.data?.certificates
    .filter(({ certUse }) => certUse === USES.signature)
    .map(({ certID, certUse: _use, publicKey: publicKeyPem, ...valid }) => ({
      keyId: `${networkKeys}-${certID}`,
      publicKeyPem,
      ...valid,
    }));
}
