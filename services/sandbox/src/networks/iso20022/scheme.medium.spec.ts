// A further network is a file: real listener, real mutual TLS, real books.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { control, runSandbox, type TestSandbox } from '../../testing/running-sandbox.js';
import { isoScheme, readSchemes, schemeOf } from './scheme.js';

const LAGOON = {
  ...schemeOf('thailand'),
  id: 'lagoon',
  bic: 'LAGOLGLGXXX',
  country: 'LG',
  town: 'Port Lagoon',
  currency: 'FJD',
  utcOffsetMinutes: 720,
  mark: 'LG',
  names: { given: ['Sela'], family: ['Tavua'], shops: ['Reef Store'] },
  payees: [
    { types: ['MBNO'], form: '^\\+999\\d{7}$', known: '^\\+9997\\d{6}$', named: 'person', unknown: 'BE23' },
  ],
  payer: { prefix: 'LG', digits: 8 },
  codes: undefined,
};

let folder: string;
let file: string;
let sandbox: TestSandbox | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schemes-'));
  file = join(folder, 'networks.json');
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
  await rm(folder, { recursive: true });
});

describe('a network from a file', () => {
  it('listens, keeps books of its own and has its part of the control API', async () => {
    await writeFile(file, JSON.stringify([LAGOON]));
    sandbox = await runSandbox({ networks: [schemeOf('thailand'), ...readSchemes(file)] });
    expect(Object.keys(sandbox.running.addresses).sort()).toEqual([
      'bakong',
      'control',
      'lagoon',
      'thailand',
    ]);
    expect(sandbox.running.addresses['lagoon']).toMatch(/^https:/);
    expect((await control(sandbox, 'GET', 'books')).body).toMatchObject({ lagoon: {}, thailand: {} });
    expect(await control(sandbox, 'GET', 'lagoon/payments/none')).toMatchObject({ status: 404 });
    const fault = await control(sandbox, 'POST', 'faults', { network: 'lagoon', fault: 'delay' });
    expect(fault.status).toBe(201);
    expect(await readFile(join(sandbox.settings.booksDir, 'lagoon.books'), 'utf8')).toBe('');
  });

  it.each([
    ['a pattern that is none', { payees: [{ ...LAGOON.payees[0], known: '(' }] }, 'known'],
    ['an unknown field', { colour: 'blue' }, 'colour'],
    ['an id that could leave the folder', { id: '../lagoon' }, 'id'],
    ['no names', { names: { given: [], family: ['x'], shops: ['x'] } }, 'given'],
  ])('is refused with %s', (_, over, where) => {
    const read = isoScheme.safeParse({ ...LAGOON, ...over });
    expect(read.success).toBe(false);
    expect(JSON.stringify(read.error?.issues)).toContain(where);
  });
});
