// The pages that are made from code stand in the tree as the code makes them now.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as contracts from '@tonle/contracts';
import { TRANSITION_TABLE } from '@tonle/payment';
import { openApiDocument } from '../../services/gateway/src/reference/openapi.js';
import { ASKED_BY, contractsOf, MESSAGES, pagesOf } from '../../tools/reference/pages.mjs';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const pages = pagesOf(contracts, TRANSITION_TABLE, openApiDocument());

describe('the reference', () => {
  it.each(Object.keys(pages))('%s is as `npm run reference` makes it', (name) => {
    expect(read(`docs/reference/${name}`)).toBe(pages[name]);
  });

  it('knows every message that the sources send', () => {
    const sources = execFileSync('git', ['ls-files', 'libs/network', 'services'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
      .split('\n')
      .filter((file) => file.endsWith('.ts') && !/spec\.ts$|testing|^services\/sandbox/.test(file));
    const sent = sources.flatMap((file) =>
      [...read(file).matchAll(/\btype: '([a-z]+\.[a-z]+)'/g)].map(([, type]) => type!),
    );
    const told = MESSAGES.filter(({ from }) => from !== 'no service yet').map(({ type }) => type);
    expect([...new Set(sent)].sort()).toEqual([...told].sort());
  });

  it('knows who asks every call', () => {
    expect(
      contractsOf(contracts)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(ASKED_BY).sort());
  });
});
