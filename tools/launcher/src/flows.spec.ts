import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { NETWORKS } from '@tonle/contracts';
import { networkFlows } from './flows.js';
import { ROOT } from './layout.js';

interface Directory {
  readonly entries: readonly {
    kind: string;
    id: string;
    body: {
      side?: string;
      currencies?: string[];
      partner?: string;
      status?: string;
      kind?: string;
      caps?: object;
    };
  }[];
}

const OF_FILES = ['fiji', 'solomon'];
const FOLDERS = ['deploy/sandbox', ...OF_FILES.map((name) => `deploy/networks/${name}`)];
const entries = FOLDERS.flatMap(
  (folder) => (JSON.parse(readFileSync(join(ROOT, folder, 'directory.json'), 'utf8')) as Directory).entries,
);
const partners = entries.filter(({ kind, body }) => kind === 'network' && body.side === 'partner');

const planned = entries.flatMap(({ kind, body }) =>
  kind === 'corridor' && body.status === 'planned' ? [body.partner] : [],
);

it('has every network of the sandbox that is not the home one, in the order of the list', () => {
  const names = [...NETWORKS, ...OF_FILES].filter((name) => partners.some(({ id }) => id === name));
  expect(networkFlows().map(({ network }) => network)).toEqual(
    names.filter((name) => !planned.includes(name)),
  );
  expect(networkFlows({ planned: true }).map(({ network }) => network)).toEqual(
    names.filter((name) => planned.includes(name)),
  );
});

it('pays in the currencies of the directory, and each network a shop of its own', () => {
  const flows = [...networkFlows(), ...networkFlows({ planned: true })];
  for (const { network, outbound, inbound } of flows) {
    const currencies = partners.find(({ id }) => id === network)?.body.currencies;
    expect(currencies).toContain(outbound.target.currency);
    expect(currencies).toContain(inbound.source);
  }
  expect(new Set(flows.map(({ inbound }) => inbound.code.account)).size).toBe(flows.length);
  expect(new Set(flows.map(({ outbound }) => outbound.payer)).size).toBe(flows.length);
});

it('is covered by the caps of every provider: an installation that ran before gets no opening funds for what is new', () => {
  const providers = entries.filter(({ kind, body }) => kind === 'participant' && body.kind === 'fx_provider');
  const currencies = [...new Set(partners.flatMap(({ body }) => body.currencies ?? []))].sort();
  expect(providers.length).toBeGreaterThan(0);
  for (const { body } of providers) expect(Object.keys(body.caps ?? {}).sort()).toEqual(currencies);
});
