import type { ParameterWireSignature } from '@tonle/network';
import { z } from 'zod';

const SANDBOX_SECRET = 'sandbox';

/** What the environment says of the ACP gateway. */
export const acpShape = {
  TONLE_SANDBOX: z.string().optional(),
  /** Where the ACP gateway gives files, and how both sides sign there: 01 by RSA, 11 and 12 by a secret. */
  TONLE_UNIONPAY_ACP_URL: z.url().default('https://127.0.0.1:7425/acp/files'),
  /** Folder of the pages that take orders and queries. */
  TONLE_UNIONPAY_ACP_GATEWAY_URL: z.url().default('https://127.0.0.1:7425/gateway/api'),
  /** Where UnionPay finds our notification page; it goes out with whatever is given back. */
  TONLE_UNIONPAY_ACP_BACK_URL: z.url().default('https://127.0.0.1:7413/unionpay/acp/notify'),
  TONLE_UNIONPAY_ACP_MERCHANT: z
    .string()
    .regex(/^\d{15}$/)
    .default('777290058110048'),
  TONLE_UNIONPAY_ACP_METHOD: z.enum(['01', '11', '12']).default('11'),
  TONLE_UNIONPAY_ACP_SECRET: z.string().default(SANDBOX_SECRET),
  TONLE_UNIONPAY_ACP_CERTIFICATE_ID: z
    .string()
    .regex(/^\d{1,40}$/)
    .default('1'),
  TONLE_UNIONPAY_ACP_ROOT: z.string().default(''),
  TONLE_UNIONPAY_ACP_INTERMEDIATES: z.string().default(''),
  TONLE_UNIONPAY_ACP_PARTNER: z.string().default('00040000:SIGN'),
};
type AcpEnvironment = z.infer<z.ZodObject<typeof acpShape>>;

/** Outside of a sandbox a secret that everybody knows is none. */
export const acpProtection = {
  holds: (read: AcpEnvironment): boolean =>
    read.TONLE_SANDBOX === 'true' ||
    read.TONLE_UNIONPAY_ACP_METHOD === '01' ||
    read.TONLE_UNIONPAY_ACP_SECRET !== SANDBOX_SECRET,
  otherwise: {
    path: ['TONLE_UNIONPAY_ACP_SECRET'],
    error: 'must be set to a secret of your own, unless TONLE_SANDBOX is true',
  },
};

/** The ACP gateway: files, online payments, refunds of these. */
export interface AcpGateway {
  /** Of files. */
  readonly url: URL;
  readonly gateway: URL;
  readonly backUrl: URL;
  readonly merchant: string;
  readonly signature: ParameterWireSignature;
}

export function acpSettings(read: AcpEnvironment, keyPath: string): AcpGateway {
  return {
    url: new URL(read.TONLE_UNIONPAY_ACP_URL),
    gateway: new URL(read.TONLE_UNIONPAY_ACP_GATEWAY_URL),
    backUrl: new URL(read.TONLE_UNIONPAY_ACP_BACK_URL),
    merchant: read.TONLE_UNIONPAY_ACP_MERCHANT,
    signature: signatureOf(read, keyPath),
  };
}

/** Of a certificate's common name the third part names who signs (ACP SDK). */
function signatureOf(read: AcpEnvironment, keyPath: string): ParameterWireSignature {
  const method = read.TONLE_UNIONPAY_ACP_METHOD;
  if (method !== '01') return { method, secret: read.TONLE_UNIONPAY_ACP_SECRET };
  const intermediates = read.TONLE_UNIONPAY_ACP_INTERMEDIATES;
  return {
    method,
    keyPath,
    certificateId: read.TONLE_UNIONPAY_ACP_CERTIFICATE_ID,
    rootPath: read.TONLE_UNIONPAY_ACP_ROOT,
    intermediatePaths: intermediates === '' ? [] : intermediates.split(','),
    isPartner: (name) => name.split('@')[2] === read.TONLE_UNIONPAY_ACP_PARTNER,
  };
}
