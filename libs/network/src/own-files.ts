import { join } from 'node:path';
import { z } from 'zod';
import type { ClientTls } from './wire.js';

/** What the environment says of where our keys and certificates lie: a part of every network's settings. */
export const ownFilesShape = {
  TONLE_HOME: z.string().default('.tonle'),
  TONLE_KEYS_DIR: z.string().optional(),
  TONLE_PKI_DIR: z.string().optional(),
};
type Folders = z.infer<z.ZodObject<typeof ownFilesShape>>;

/** The paths of these files. */
export interface OwnFiles {
  /** A file in the folder of keys. */
  readonly key: (file: string) => string;
  /** Certificate and key of `tonle-client` or `tonle-door`, and the authority of those who are spoken to. */
  readonly tls: (who: string) => Required<ClientTls>;
}

/** Where our keys and certificates lie: in the folders that are named, else in those of our home. */
export function ownFilesOf({ TONLE_HOME, TONLE_KEYS_DIR, TONLE_PKI_DIR }: Folders): OwnFiles {
  const keysDir = TONLE_KEYS_DIR ?? join(TONLE_HOME, 'keys');
  const pkiDir = TONLE_PKI_DIR ?? join(TONLE_HOME, 'pki');
  return {
    key: (file) => join(keysDir, file),
    tls: (who) => ({
      authority: join(pkiDir, 'ca.crt'),
      certificate: join(pkiDir, `${who}.crt`),
      key: join(pkiDir, `${who}.key`),
    }),
  };
}
