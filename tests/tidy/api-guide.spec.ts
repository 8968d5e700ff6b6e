// The guide's table of operations names every group of calls that the OpenAPI document has, and none that it has not.
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { publicApi } from '../../services/gateway/src/reference/public-api.js';

const PREFIX = '/v1/ops/';
const guide = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const section = guide.slice(guide.indexOf('\n## Operations'));
/** Paths of its second column; `.../x` follows the path before it. */
const named = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| about'))
  .flatMap((line) => [...line.split('|')[2]!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!))
  .filter((path) => !path.startsWith('/'));
const paths = Object.keys((publicApi() as { paths: object }).paths)
  .filter((path) => path.startsWith(PREFIX))
  .map((path) => path.slice(PREFIX.length));

it('names no path that there is not', () => {
  const strange = named.filter((path) =>
    path.startsWith('.../')
      ? !paths.some((each) => each.endsWith(path.slice('...'.length)))
      : !paths.some((each) => each === path || each.startsWith(`${path}/`)),
  );
  expect(strange).toEqual([]);
});

it('names every group of paths', () => {
  const groups = new Set(paths.map((path) => path.split('/', 1)[0]!));
  const missing = [...groups].filter((group) => !named.some((path) => path.split('/', 1)[0] === group));
  expect(missing).toEqual([]);
});
