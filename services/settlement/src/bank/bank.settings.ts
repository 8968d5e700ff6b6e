import type { ClientTls, Signature } from '@tonle/network';
import { sandboxKeyId } from '@tonle/security';
import { z } from 'zod';

const link = z.union([
  z.url().transform((url): { url: string } & ClientTls => ({ url })),
  z.strictObject({
    url: z.url(),
    /** PEM files: whom we trust, and who we are. */
    authority: z.string().min(1).optional(),
    certificate: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
  }),
]);

const environment = z.object({
  TONLE_HOME: z.string().default('.tonle'),
  TONLE_KEYS_DIR: z.string().optional(),
  /** JSON: bank -> its address. Files of banks that are not named come and go by hand. */
  TONLE_SETTLEMENT_BANKS: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('it is no JSON');
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), link)),
  TONLE_SETTLEMENT_BANKS_EVERY_MS: z.coerce.number().int().min(100).max(3_600_000).default(60_000),
  TONLE_SETTLEMENT_BANKS_KEY_ID: z.string().min(1).default(sandboxKeyId('TONLE')),
  TONLE_SETTLEMENT_BANKS_KEY_FILE: z.string().min(1).optional(),
});

/** Where a bank is, and by what both sides know each other. */
export interface BankLinkAddress {
  readonly url: URL;
  readonly tls?: ClientTls;
  readonly signature: Pick<Signature, 'keyId' | 'keyPath'>;
}

/** Links to settlement banks: bank -> where it is, and how often each is asked what it has. */
export interface BankSettings {
  readonly addresses: ReadonlyMap<string, BankLinkAddress>;
  readonly everyMs: number;
}

/** Reads TONLE_SETTLEMENT_BANKS... Throws for a value of a wrong form. */
export function bankSettings(settings: Readonly<Record<string, string | undefined>>): BankSettings {
  const read = environment.parse(settings);
  const folder = read.TONLE_KEYS_DIR ?? `${read.TONLE_HOME}/keys`;
  const signature = {
    keyId: read.TONLE_SETTLEMENT_BANKS_KEY_ID,
    keyPath: read.TONLE_SETTLEMENT_BANKS_KEY_FILE ?? `${folder}/TONLE.key.pem`,
  };
  const addresses = Object.entries(read.TONLE_SETTLEMENT_BANKS).map(([bank, { url, ...tls }]) => {
    const isPrivate = Object.keys(tls).length > 0;
    return [bank, { url: new URL(url), signature, ...(isPrivate && { tls }) }] as const;
  });
  return { addresses: new Map(addresses), everyMs: read.TONLE_SETTLEMENT_BANKS_EVERY_MS };
}
