// The pages that are made from code stand in the tree as the code makes them now.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PRODUCERS } from '@tonle/contracts';
import { publicApi } from '../../services/gateway/src/reference/public-api.js';
import { allCalls } from '../../tools/generate/src/reference/events.js';
import { ASKED_BY } from '../../tools/generate/src/reference/messages.table.js';
import { withNetworks } from '../../tools/generate/src/reference/networks.js';
import { pagesOf } from '../../tools/generate/src/reference/pages.js';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const pages = pagesOf(publicApi());

describe('the reference', () => {
  it.each(Object.keys(pages))('%s is as `npm run reference` makes it', (name) => {
    expect(read(`docs/reference/${name}`)).toBe(pages[name]);
  });

  it('has the table of networks in README.md as the directory and the sources are', () => {
    const page = read('README.md');
    expect(page).toBe(withNetworks(page));
  });

  it('knows every message that the sources send', () => {
    const sources = execFileSync('git', ['ls-files', 'libs/door', 'libs/network', 'services'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
      .split('\n')
      .filter((file) => file.endsWith('.ts') && !/spec\.ts$|testing|^services\/sandbox/.test(file));
    const sent = sources.flatMap((file) =>
      [...read(file).matchAll(/\btype: '([a-z]+\.[a-z]+)'/g)].map(([, type]) => type!),
    );
    const told = Object.entries(PRODUCERS).filter(([, services]) => services.length > 0);
    expect([...new Set(sent)].sort()).toEqual(told.map(([type]) => type).sort());
  });

  it('knows who asks every call', () => {
    expect(
      allCalls()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(ASKED_BY).sort());
  });
});
