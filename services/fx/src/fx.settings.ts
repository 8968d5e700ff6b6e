import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { termsFile, type TermsFile } from './terms/terms.js';

const settings = z.object({
  /** JSON file with the providers' terms and the reference rates; read while the database knows none of them. */
  TONLE_FX_FILE: z.string().default('deploy/sandbox/fx.json'),
});

/** The terms to start with cannot be read. The message has a line for each reason. */
class TermsFileRefused extends Error {
  constructor(path: string, reasons: readonly string[]) {
    super(
      `the file of rates and terms ${path} is refused:\n${reasons.map((each) => `- ${each}`).join('\n')}`,
    );
    this.name = 'TermsFileRefused';
  }
}

/** The terms to start with; undefined when the file does not exist. Throws TermsFileRefused, with a sentence a fault. */
export function readTermsFile(values: Readonly<Record<string, string | undefined>>): TermsFile | undefined {
  const { TONLE_FX_FILE } = settings.parse(values);
  if (!existsSync(TONLE_FX_FILE)) return undefined;
  const read = termsFile.safeParse(parsed(TONLE_FX_FILE));
  if (read.success) return read.data;
  const reasons = read.error.issues.map((issue) => {
    const of = issue.code === 'invalid_key' ? issue.issues : [issue];
    return `${issue.path.join('.')}: ${of.map(({ message }) => message).join(', ')}`;
  });
  throw new TermsFileRefused(TONLE_FX_FILE, reasons);
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new TermsFileRefused(path, [`it cannot be read: ${(error as Error).message}; correct it`]);
  }
}
