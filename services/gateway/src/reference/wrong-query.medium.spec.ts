import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approvalCalls,
  breakCalls,
  deadLetterCalls,
  ledgerCalls,
  recallCalls,
  routingCalls,
  settlementCalls,
  storyCalls,
  windowCalls,
  reportCalls,
} from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';
import { publicApi } from './public-api.js';

// Real: the gateway with PostgreSQL and HTTP; its neighbours know of nothing. Every query parameter of the OpenAPI document
// is given what nothing can match: an empty answer without a word would read as "all is well".

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly enum?: object; readonly format?: string; readonly pattern?: string };
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
}

const UNKNOWN_ID = '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d';
const FUTURE: Readonly<Record<string, string>> = { date: '2999-12-31', 'date-time': '2999-12-31T00:00:00Z' };
const SIGNERS = { '/v1/ops/': 'OPERATOR', '/v1/fx/': 'FXNAGA' };

/** The path of something, whatever it is: the query is looked at first. */
const named = (path: string): string => path.replaceAll(/\{\w+\}/g, UNKNOWN_ID);

const { paths } = publicApi() as unknown as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const cases = Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).flatMap(([method, { parameters = [] }]) =>
    parameters
      // What people write as their reason is theirs.
      .filter((parameter) => parameter.in === 'query' && parameter.name !== 'reason')
      .flatMap(({ name, schema }) =>
        wrongValues(name, schema).map((value) => ({ method, path: named(path), name, value })),
      ),
  ),
);

/** A word that is of no form, and a value of its form that nothing can have. */
function wrongValues(name: string, { format, pattern }: Parameter['schema']): string[] {
  // The end of a period bounds it from above: a later one holds more, never less.
  const future = ['until', 'dueBefore'].includes(name) ? undefined : FUTURE[format ?? ''];
  const unknown = pattern !== undefined && new RegExp(pattern).test(UNKNOWN_ID) ? UNKNOWN_ID : undefined;
  const currency = pattern === '^[A-Z]{3}$' ? 'XTS' : undefined;
  return ['no-such-thing', future, unknown, currency].filter((value) => value !== undefined);
}

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_wrong_query');
  const { calls } = world.platform;
  const noDeeds = () => Promise.resolve({ actions: [] });
  calls.serve(routingCalls.searchPayments, () => Promise.resolve({ payments: [] }));
  calls.serve(routingCalls.actions, noDeeds);
  calls.serve(reportCalls.runs, () => Promise.resolve({ runs: [] }));
  calls.serve(reportCalls.files, () => Promise.resolve({ files: [] }));
  calls.serve(recallCalls.list, () => Promise.resolve({ recalls: [] }));
  calls.serve(settlementCalls.actions, noDeeds);
  calls.serve(approvalCalls('settlement').actions, noDeeds);
  const nothing = { kind: 'balances' as const, until: '2026-11-28T12:00:00.000Z', isProven: true };
  calls.serve(ledgerCalls.accounts, () => Promise.resolve({ accounts: [] }));
  calls.serve(ledgerCalls.balances, () => Promise.resolve({ ...nothing, accounts: [], totals: [] }));
  calls.serve(approvalCalls('routing').actions, noDeeds);
  calls.serve(settlementCalls.breaks, () => Promise.resolve({ breaks: [] }));
  calls.serve(breakCalls.runs, () => Promise.resolve({ runs: [] }));
  calls.serve(windowCalls.instructions, () => Promise.resolve({ instructions: [] }));
  calls.serve(settlementCalls.windows, () => Promise.resolve({ windows: [] }));
  for (const service of ['fx', 'routing', 'settlement', 'adapter-thailand', 'adapter-bakong'])
    calls.serve(deadLetterCalls(service).actions, noDeeds);
  const known = { id: 'f', at: '2026-11-28T12:00:00.000Z', kind: 'state' as const, words: '' };
  calls.serve(storyCalls('routing').facts, () => Promise.resolve({ facts: [known], cut: false }));
});
afterAll(() => world.close());

describe('a query parameter that nothing can match', () => {
  it('is tried for every parameter', () => {
    expect(cases.length).toBeGreaterThan(40);
    expect(new Set(cases.map(({ path }) => path)).size).toBeGreaterThanOrEqual(6);
  });

  it.each(cases)('$method $path?$name=$value is refused, or the answer says so', async (one) => {
    const { method, path, name, value } = one;
    const [, participant = 'KHMEKONG'] =
      Object.entries(SIGNERS).find(([start]) => path.startsWith(start)) ?? [];
    const { status, json } = await world.send(method.toUpperCase(), `${path}?${name}=${value}`, undefined, {
      participant,
    });
    if (status === 200) return expect(json.note).toContain(`${name} ${value}`);
    expect([status, json.code]).toEqual([400, 'schema_invalid']);
    expect(json.errors).toEqual([{ path: `/${name}`, message: expect.stringMatching(/\.$/) }]);
  });
});
