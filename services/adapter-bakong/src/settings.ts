import { z } from 'zod';

const SANDBOX_PASSWORD = 'sandbox';

const environment = z.object({
  TONLE_SANDBOX: z.string().optional(),
  TONLE_BAKONG_SOAP_URL: z.url().default('http://127.0.0.1:7421/cb'),
  TONLE_BAKONG_API_URL: z.url().default('http://127.0.0.1:7421'),
  TONLE_BAKONG_USER: z.string().default('tonle'),
  TONLE_BAKONG_PASSWORD: z.string().default(SANDBOX_PASSWORD),
  TONLE_BAKONG_EMAIL: z.string().default('switch@tonle.example'),
  TONLE_BAKONG_CONNECTIONS: z.coerce.number().int().min(1).max(512).default(64),
  TONLE_BAKONG_SEND_MS: z.coerce.number().int().min(1).default(20_000),
});

/** How the home network is reached; one operator credential for all legs (decisions 19). */
export interface BakongSettings {
  readonly soapUrl: URL;
  readonly apiUrl: URL;
  readonly user: string;
  readonly password: string;
  readonly email: string;
  /** Connections to the core, and so transfers in flight. */
  readonly connections: number;
  /** Longest wait for the core's answer before asking instead; the corridor's timers may be shorter. */
  readonly sendMs: number;
}

/** Outside of a sandbox a password that everybody knows is none. */
const protectedEnvironment = environment.refine(
  (read) => read.TONLE_SANDBOX === 'true' || read.TONLE_BAKONG_PASSWORD !== SANDBOX_PASSWORD,
  {
    path: ['TONLE_BAKONG_PASSWORD'],
    error: 'must be set to a password of your own, unless TONLE_SANDBOX is true',
  },
);

/** Reads TONLE_BAKONG_... */
export const bakongSettings = protectedEnvironment.transform((read): BakongSettings => ({
  soapUrl: new URL(read.TONLE_BAKONG_SOAP_URL),
  apiUrl: new URL(read.TONLE_BAKONG_API_URL),
  user: read.TONLE_BAKONG_USER,
  password: read.TONLE_BAKONG_PASSWORD,
  email: read.TONLE_BAKONG_EMAIL,
  connections: read.TONLE_BAKONG_CONNECTIONS,
  sendMs: read.TONLE_BAKONG_SEND_MS,
}));
