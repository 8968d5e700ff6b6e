import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readIso, writeIso } from '../iso.js';
import type { CanonicalMessage } from '../model.js';
import { IsoWriteError } from '../xml/writer.js';
import { kindOf, processedMessages } from './messages.js';
import { MODELS } from './model.testing.js';

// Whom a message is to: in every version that names it, at the place where that version has it.

const TO = 'TONLKHPPXXX';
const HEADER = { path: '/AppHdr/To', bic: TO };
const NAMING = ['payment', 'status_request', 'return'];
// The samples name institutions in ways that the first version does not have.
const versions = processedMessages().filter(
  (version) => NAMING.includes(kindOf(version)!) && version !== 'pacs.008.001.01',
);

function addresseesOf(xml: string) {
  const reading = readIso(Buffer.from(xml), { tellAddressees: true, maxBytes: 1 << 20 });
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
  return reading.addressees;
}
const SAMPLES = 50;

/** The first message of some that this version can carry: old ones ask for more than a name of an institution. */
function written(version: string): string {
  const header = {
    from: { bic: 'MEKOKHPPXXX' },
    to: { bic: TO },
    businessMessageId: 'M1',
    messageDefinition: version,
    createdAt: '2026-01-05T03:00:00Z',
  };
  for (const sample of fc.sample(MODELS[kindOf(version)!], { numRuns: SAMPLES, seed: 1 })) {
    const message = { ...sample, instructedAgent: { bic: TO } } as CanonicalMessage;
    try {
      return writeIso(message, version, header);
    } catch (error) {
      if (!(error instanceof IsoWriteError)) throw error;
    }
  }
  throw new Error(`${version} carries none of them`);
}

it.each(versions)('%s names it in its header and as the instructed agent', (version) => {
  const xml = written(version);
  const [header, instructed, ...more] = addresseesOf(xml)!;
  expect(header).toEqual(HEADER);
  expect(instructed).toMatchObject({ bic: TO });
  expect(more).toEqual([]);
  const [, root = '', ...steps] = instructed!.path.replaceAll('[1]', '').split('/');
  expect(xml).toMatch(new RegExp(`<${root}>.*${steps.map((step) => `<${step}>.*`).join('')}${TO}`, 's'));
});

it('a status says it in its header alone: its agents are those of the payment', () => {
  expect(addresseesOf(written('pacs.002.001.10'))).toEqual([HEADER]);
});

it('a message says it in several places, and each is told', () => {
  const agent = (bic: string) => `<InstdAgt><FinInstnId><BICFI>${bic}</BICFI></FinInstnId></InstdAgt>`;
  const xml = written('pacs.008.001.08').replace('</SttlmInf>', `$&${agent('OTHRSGSGXXX')}`);
  expect(addresseesOf(xml)).toEqual([
    HEADER,
    { path: '/FIToFICstmrCdtTrf/GrpHdr/InstdAgt', bic: 'OTHRSGSGXXX' },
    { path: '/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/InstdAgt', bic: TO },
  ]);
});

it.each([
  [
    'an organisation by its BIC',
    `<OrgId><Id><OrgId><AnyBIC>OTHRSGSGXXX</AnyBIC></OrgId></Id></OrgId>`,
    'OTHRSGSGXXX',
  ],
  ['an organisation by its name alone', '<OrgId><Nm>Tonle</Nm></OrgId>', undefined],
])('a header may name %s', (_what, end, bic) => {
  const xml = written('pacs.008.001.08').replace(/<To>.*?<\/To>/s, `<To>${end}</To>`);
  const [first] = addresseesOf(xml)!;
  expect(first).toEqual(
    bic === undefined
      ? expect.objectContaining({ path: expect.stringContaining('InstdAgt') })
      : { ...HEADER, bic },
  );
});

it('is told only when it is asked for', () => {
  expect(readIso(Buffer.from(written('pacs.008.001.08')))).not.toHaveProperty('addressees');
});
