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
  FAILING,
  verifyRequest,
  verifyResponse,
  SIGNATURE_AGE_MAX_MS,
  SIGNATURE_SKEW_MAX_MS,
  type Audience,
  type FindKey,
  type ReceivedRequest,
  type ReceivedResponse,
  type SignatureAttempts,
  type SignatureRefusal,
  type Verification,
  type VerifyOptions,
} from './http-signature.js';
export {
  explainRequest,
  signRequest,
  signResponse,
  type RequestToSign,
  type ResponseToSign,
} from './message-signing.js';
export {
  keyVersionText,
  readKeyVersion,
  signKeyVersion,
  verifyKeyVersion,
  type KeyVersionSubject,
} from './key-version-signature.js';
export { isManifestSigned, loadManifestKey, manifestPublicKey, signManifest } from './manifest-signature.js';
export { authorityOf, contentDigest } from './signature-base.js';
export type { HeaderValues } from './signature-claim.js';
export {
  makeSandboxKeys,
  makeSandboxManifestKeys,
  makeSandboxRsaKeys,
  makeSandboxSshKeys,
  sandboxKeyId,
} from './sandbox-keys.js';
export { makeSandboxCertificates, makeSandboxPki } from './sandbox-pki.js';
export { maskAccount } from './masking.js';
export { keyFingerprint, loadRsaPrivateKey, loadRsaPublicKey, publicPem } from './rsa-key.js';
export {
  signDetached,
  verifyDetached,
  type CriticalHeaders,
  type DetachedJws,
  type JwsRefusal,
  type JwsVerifier,
} from './detached-jws.js';
export {
  signFspiop,
  verifyFspiop,
  type FspiopRefusal,
  type FspiopSubject,
  type FspiopVerdict,
} from './fspiop-signature.js';
export { decryptJwe, encryptJwe } from './jwe.js';
export {
  parameterText,
  signParameters,
  verifyParameters,
  type SignedParameters,
  type ParameterSigner,
  type ParameterVerifier,
} from './parameter-signature.js';
export { readForm, readParameters } from './parameter-text.js';
export { trustedCertificate, type CertificateTrust } from './partner-certificate.js';
export { deriveWebhookKey, signWebhook, type WebhookKey } from './webhook-signature.js';
export * from './sandbox-time.js';
