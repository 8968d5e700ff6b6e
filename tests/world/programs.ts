import { has, installPackages, mayInstall } from '@tonle/tool-servers';

/**
 * Programs of others that tests read our files with, each with Debian's package of it; what is missing is installed as root, else
 * named in the error.
 */
export async function needPrograms(packages: Readonly<Record<string, string>>): Promise<void> {
  const missing = Object.entries(packages).filter(([program]) => !has(program));
  if (missing.length === 0) return;
  if (!mayInstall()) {
    const named = missing.map(([program, from]) => `${program} (package ${from})`).join(', ');
    throw new Error(`these programs are needed and missing: ${named}`);
  }
  await installPackages(missing.map(([, from]) => from));
}
