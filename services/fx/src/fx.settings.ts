import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { termsFile, type TermsFile } from './terms/terms.js';

const settings = z.object({
  /** JSON file with the providers' terms and the reference rates; read while the database knows none of them. */
  TONLE_FX_FILE: z.string().default('deploy/sandbox/fx.json'),
});

/** The terms to start with; undefined when the file does not exist. Throws for a file of a wrong form. */
export function readTermsFile(values: Readonly<Record<string, string | undefined>>): TermsFile | undefined {
  const { TONLE_FX_FILE } = settings.parse(values);
  if (!existsSync(TONLE_FX_FILE)) return undefined;
  return termsFile.parse(JSON.parse(readFileSync(TONLE_FX_FILE, 'utf8')));
}
