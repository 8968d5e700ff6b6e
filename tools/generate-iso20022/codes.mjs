// Writes one edition of the ISO 20022 external code sets. Usage: codes.mjs EFFECTIVE-DATE FOLDER
// The folder holds External*.json, each {codeSet, codes: [{code}]}; only the codes are kept.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [effective, folder] = process.argv.slice(2);
const sets = {};
for (const name of (await readdir(folder)).filter((file) => /^External.*\.json$/.test(file)).sort()) {
  const { codeSet, codes } = JSON.parse(await readFile(join(folder, name), 'utf8'));
  sets[codeSet] = codes
    .map(({ code }) => code)
    .sort()
    .join(' ');
}
const lines = Object.entries(sets).map(
  ([name, codes]) => `    ${JSON.stringify(name)}: ${JSON.stringify(codes)}`,
);
const text = `{\n  "effective": "${effective}",\n  "sets": {\n${lines.join(',\n')}\n  }\n}\n`;
await writeFile(
  fileURLToPath(new URL(`../../libs/iso20022/src/codes/${effective}.json`, import.meta.url)),
  text,
);
process.stderr.write(`${lines.length} code sets\n`);
