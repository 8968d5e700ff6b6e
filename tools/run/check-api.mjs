// What others' tools make of the OpenAPI document: two linters find nothing, and two generators make clients of it with
// which a small program compiles. Plain JavaScript: these packages are for this check alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { printable } from '@tonle/contracts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const DOCUMENT = join(ROOT, 'docs/reference/openapi.json');
/** Of Spectral: the order of headings is ours, and who runs a switch is its contact. */
const NOT_ASKED = { 'openapi-tags-alphabetical': 'off', 'info-contact': 'off', 'license-url': 'off' };

async function redocly() {
  const { createConfig, lint } = await import('@redocly/openapi-core');
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lint({ ref: DOCUMENT, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
}

async function spectral() {
  const { default: core } = await import('@stoplight/spectral-core');
  const { default: rulesets } = await import('@stoplight/spectral-rulesets');
  const linter = new core.Spectral();
  linter.setRuleset({ extends: [[rulesets.oas, 'all']], rules: NOT_ASKED });
  const problems = await linter.run(JSON.parse(readFileSync(DOCUMENT, 'utf8')));
  return problems.map(({ code, message, path }) => `${code} ${path.join('/')}: ${message}`);
}

const USES_TYPES = `import type { operations, components } from './types.js';
type Body = operations['createPayment']['requestBody']['content']['application/json'];
export const body: Body = { lookupId: 'l', quoteId: 'q', debtor: { name: 'Sok Dara', account: 'u0000123@mekong' } };
export const state = (payment: components['schemas']['Payment']): 'completed' | 'other' =>
  payment.state === 'completed' ? payment.state : 'other';
`;
const USES_CLIENT = `import { createPayment, getPayment } from './client/index.js';
export async function pay(lookupId: string, quoteId: string): Promise<string | undefined> {
  const debtor = { name: 'Sok Dara', account: 'u0000123@mekong' };
  const made = await createPayment({ headers: { 'Idempotency-Key': 'k' }, body: { lookupId, quoteId, debtor } });
  if (made.data === undefined) return undefined;
  const { data } = await getPayment({ path: { paymentId: made.data.paymentId } });
  return data?.problem?.code ?? data?.state;
}
`;

async function clients() {
  const folder = mkdtempSync(join(ROOT, 'node_modules/.cache/clients-'));
  try {
    const { default: openapiTS, astToString } = await import('openapi-typescript');
    const types = astToString(await openapiTS(pathToFileURL(DOCUMENT)));
    writeFileSync(join(folder, 'types.ts'), types);
    writeFileSync(join(folder, 'uses-types.ts'), USES_TYPES);
    const { createClient } = await import('@hey-api/openapi-ts');
    await createClient({
      input: DOCUMENT,
      output: { path: join(folder, 'client'), importFileExtension: '.js' },
      logs: { level: 'silent', file: false },
      plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    });
    writeFileSync(join(folder, 'uses-client.ts'), USES_CLIENT);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const tsc = join(ROOT, 'node_modules/typescript-native/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    return status === 0 ? [] : stdout.trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let failed = false;
for (const [name, check] of Object.entries({ redocly, spectral, clients })) {
  const problems = await check();
  const found = problems.length === 0 ? 'nothing found' : problems.join('\n  ');
  process.stderr.write(`${printable(`${name}: ${found}`)}\n`);
  failed ||= problems.length > 0;
}
process.exit(failed ? 1 : 0);
