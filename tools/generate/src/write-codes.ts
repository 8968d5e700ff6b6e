// Writes one edition of the ISO 20022 external code sets. Usage: write-codes.js EFFECTIVE-DATE FOLDER
// The folder holds External*.json, each {codeSet, codes: [{code}]}; only the codes are kept.
import { printable } from '@tonle/contracts';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CodeSetFile {
  readonly codeSet: string;
  readonly codes: readonly { readonly code: string }[];
}

const [effective, folder] = process.argv.slice(2);
if (effective === undefined || folder === undefined)
  throw new Error('usage: write-codes.js EFFECTIVE-DATE FOLDER');
const lines: string[] = [];
for (const name of (await readdir(folder)).filter((file) => /^External.*\.json$/.test(file)).sort()) {
  const { codeSet, codes } = JSON.parse(await readFile(join(folder, name), 'utf8')) as CodeSetFile;
  const sorted = codes
    .map(({ code }) => code)
    .sort()
    .join(' ');
  lines.push(`    ${JSON.stringify(codeSet)}: ${JSON.stringify(sorted)}`);
}
const text = `{\n  "effective": "${effective}",\n  "sets": {\n${lines.join(',\n')}\n  }\n}\n`;
await writeFile(
  fileURLToPath(new URL(`../../../libs/iso20022/src/codes/${effective}.json`, import.meta.url)),
  text,
);
process.stderr.write(`${printable(`${lines.length} code sets`)}\n`);
