import { z } from 'zod';
import { instant } from '../payment/payment.schema.js';

export const keyId = z
  .string()
  .max(100)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    'Must begin with a letter or a digit, and have only letters, digits, _, - and full stops.',
  );

export const keyToRegister = z
  .strictObject({
    keyId: keyId.meta({
      description: "Your participant's id, a dash, and a name",
      examples: ['KHMEKONG-laptop'],
    }),
    publicKeyPem: z.string().max(2_000).meta({
      description: 'Public key, Ed25519 or ECDSA P-256, as PEM (SubjectPublicKeyInfo)',
    }),
  })
  .meta({ id: 'KeyToRegister' });
export type KeyToRegister = z.infer<typeof keyToRegister>;

export const registeredKey = z
  .object({
    keyId: z.string(),
    participant: z.string(),
    algorithm: z.enum(['ecdsa-p256-sha256', 'ed25519']),
    publicKeyPem: z.string(),
    validFrom: instant,
    validTo: instant,
    registeredBy: z.string().meta({ description: 'The key that signed the registration' }),
    withdrawnAt: instant
      .optional()
      .meta({ description: 'When it was withdrawn; from then on it signs nothing' }),
    withdrawnBy: z.string().optional().meta({ description: 'The key that signed the withdrawal' }),
  })
  .meta({ id: 'RegisteredKey' });
export type PublicRegisteredKey = z.infer<typeof registeredKey>;

export const registeredKeys = z.object({ keys: z.array(registeredKey) }).meta({ id: 'RegisteredKeys' });
export type PublicRegisteredKeys = z.infer<typeof registeredKeys>;
