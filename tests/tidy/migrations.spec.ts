// What a migration does stands in it and nowhere else: whatever changes later, a database that is made anew goes the same
// way as those that exist.
import { describe, expect, it } from '@jest/globals';
import { sources, textOf } from './tree.js';

const migrations = sources.filter((file) => /\/migrations\//.test(file) && !file.endsWith('.spec.ts'));
const IMPORT = /^import (?:type )?\{([^}]*)\} from '([^']+)';/gm;
const STEP = /^[A-Z]\w*\d{13}$/;

/** `DirectoryVersions1766000000000` stands in `1766000000000-directory-versions.ts`. */
function fileNameOf(step: string): string {
  const words = step.slice(0, -13).replace(/(?<=[a-z])(?=[A-Z])/g, '-');
  return `${step.slice(-13)}-${words.toLowerCase()}.ts`;
}

describe('migrations', () => {
  it('are there to be looked at', () => {
    expect(migrations.length).toBeGreaterThan(8);
  });

  it.each(migrations)('%s takes no SQL from elsewhere', (file) => {
    const taken = [...textOf(file).matchAll(IMPORT)].flatMap(([, names, from]) =>
      from === 'typeorm' ? [] : names!.split(',').map((name) => name.replace(/^\s*type\s+/, '').trim()),
    );
    const others = taken.filter((name) => name !== '' && name !== 'Migration' && !STEP.test(name));
    expect(others).toEqual([]);
    expect(textOf(file).match(/^import /gm)).toHaveLength([...textOf(file).matchAll(IMPORT)].length);
  });

  it.each(migrations)('%s is named for its one step', (file) => {
    const steps = [...textOf(file).matchAll(/^export class (\w+) extends Migration\b/gm)].map(
      ([, name]) => name!,
    );
    expect(steps.map(fileNameOf)).toEqual([file.split('/').at(-1)]);
  });
});
