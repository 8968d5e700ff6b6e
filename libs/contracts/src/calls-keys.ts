import { z } from 'zod';
import { keptProposal } from './calls-approvals.js';
import { contract, fieldRefusal, instant, operatorAction } from './calls-contract.js';

// Whom the switch believes: keys of participants, partners and operators in the directory.

const trustedKey = z.object({
  keyId: z.string(),
  algorithm: z.enum(['ecdsa-p256-sha256', 'ed25519', 'rsa-v1_5-sha256']),
  publicKeyPem: z.string(),
  validFrom: instant,
  validTo: instant,
});
export type TrustedKey = z.infer<typeof trustedKey>;

const by = { ...operatorAction, /** Whose key the operator signed with. */ participant: z.string() };

const trustRequest = z.object({
  /** Whose it is. */
  holder: z.string(),
  key: trustedKey,
  evidence: z.string().optional(),
  ...by,
});
export type TrustRequest = z.infer<typeof trustRequest>;

const trustAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  keptProposal,
  fieldRefusal,
]);
export type TrustAnswer = z.infer<typeof trustAnswer>;

const withdrawal = z.object({ holder: z.string(), keyId: z.string(), ...by });
export type KeyWithdrawal = z.infer<typeof withdrawal>;

export const keyCalls = {
  /** A key signs for its holder when others have approved it; the one that signs already changes nothing. */
  trust: contract('routing', 'routing.trust-key', 5000, trustRequest, trustAnswer),
  /** At once: the key is out of the directory. */
  withdraw: contract(
    'routing',
    'routing.withdraw-key',
    5000,
    withdrawal,
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), fieldRefusal]),
  ),
};
