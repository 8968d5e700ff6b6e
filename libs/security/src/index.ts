export {
  algorithmOf,
  loadPrivateKey,
  loadPublicKey,
  registerKey,
  type KeyEntry,
  type RegisteredKey,
  type SignatureAlgorithm,
} from './signing-key.js';
export {
  contentDigest,
  FAILING,
  signRequest,
  signResponse,
  verifyRequest,
  verifyResponse,
  SIGNATURE_AGE_MAX_MS,
  SIGNATURE_SKEW_MAX_MS,
  type FindKey,
  type ReceivedRequest,
  type ReceivedResponse,
  type RequestToSign,
  type ResponseToSign,
  type SignatureAttempts,
  type SignatureRefusal,
  type Verification,
  type VerifyOptions,
} from './http-signature.js';
export type { HeaderValues } from './signature-claim.js';
export { makeSandboxKeys, sandboxKeyId } from './sandbox-keys.js';
export { makeSandboxCertificates, makeSandboxPki } from './sandbox-pki.js';
export { maskAccount } from './masking.js';
