import { z } from 'zod';
import { proposedApproval } from '../operations/approval.schema.js';
import { reason } from '../operations/operations.schema.js';
import { instant, printable } from '../payment/payment.schema.js';
import { keyId } from './key.schema.js';

export const keyToTrust = z
  .strictObject({
    keyId: keyId.meta({ description: 'A name that no key has or had', examples: ['KHMEKONG-2'] }),
    publicKeyPem: z.string().max(4_000).meta({
      description:
        'Public key as PEM (SubjectPublicKeyInfo): Ed25519, ECDSA P-256, or of a partner RSA of 2048 bits at least',
    }),
    validFrom: instant.optional().meta({ description: 'When it begins to sign; absent: at once' }),
    validTo: instant.meta({ description: 'When it ends' }),
    evidence: printable(2000)
      .min(3)
      .optional()
      .meta({ description: 'By which other way its fingerprint was had: a call, a letter, a meeting' }),
    reason,
  })
  .meta({ id: 'TrustKey' });
export type KeyToTrustBody = z.infer<typeof keyToTrust>;

export const withdrawKeyBody = z.strictObject({ reason }).meta({ id: 'WithdrawTrustedKey' });
export type WithdrawKeyBody = z.infer<typeof withdrawKeyBody>;

const fingerprint = z.string().meta({
  description:
    'SHA-256 of its SubjectPublicKeyInfo, as `openssl pkey -pubin -in key.pem -outform DER | openssl sha256` prints it',
});

export const keyTrusted = z
  .object({
    done: z.boolean().meta({ description: 'It signs already; otherwise when others have approved' }),
    fingerprint,
    ...proposedApproval.partial().shape,
  })
  .meta({ id: 'KeyTrusted' });
export type PublicKeyTrusted = z.infer<typeof keyTrusted>;

export const trustedKeys = z
  .object({
    keys: z.array(
      z.object({
        keyId: z.string(),
        algorithm: z.string(),
        fingerprint,
        validFrom: instant,
        validTo: instant,
      }),
    ),
  })
  .meta({ id: 'TrustedKeys' });
export type PublicTrustedKeys = z.infer<typeof trustedKeys>;
