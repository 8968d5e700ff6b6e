import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { readIso, writeIso } from '../iso.js';
import { kindOf, processedMessages } from './messages.js';
import { header, MODELS, statusRequest } from './model.testing.js';

// read(write(x)) = x for every canonical model, in every version that carries all of it.

/** Versions of the wires in use; older and in-between ones carry less than the model. */
const COMPLETE = [
  'pacs.008.001.08',
  'pacs.008.001.12',
  'pacs.008.001.13',
  'pacs.002.001.10',
  'pacs.002.001.14',
  'pacs.002.001.15',
  'pacs.028.001.03',
  'pacs.028.001.06',
  'acmt.023.001.03',
  'acmt.023.001.04',
  'acmt.024.001.03',
  'acmt.024.001.04',
  'camt.053.001.08',
  'camt.053.001.13',
  'admi.002.001.01',
  'camt.052.001.08',
  'camt.052.001.13',
  'camt.054.001.08',
  'camt.054.001.13',
  'pacs.004.001.09',
  'pacs.004.001.11',
  'pacs.004.001.14',
  'pacs.009.001.08',
  'pacs.009.001.12',
  'camt.056.001.08',
  'camt.056.001.11',
  'camt.029.001.09',
  'camt.029.001.13',
  'admi.004.001.02',
  'admi.011.001.01',
  'pain.001.001.05',
  'pain.002.001.06',
  'pain.007.001.05',
];

const read = (xml: string) => readIso(Buffer.from(xml), { maxBytes: 1 << 20 });

describe('canonical messages', () => {
  it.each(COMPLETE)('come back from %s as they went', (version) => {
    const model = MODELS[kindOf(version)!];
    fc.assert(
      fc.property(model, (message) => {
        expect(read(writeIso(message, version))).toEqual({ kind: 'read', version, message });
      }),
      { numRuns: 60 },
    );
  });

  it.each(['head.001.001.01', 'head.001.001.02', 'head.001.001.03'])(
    'travel with their header %s',
    (headerVersion) => {
      fc.assert(
        fc.property(header, statusRequest, (found, message) => {
          const version = 'pacs.028.001.03';
          const complete = { ...found, messageDefinition: version };
          const xml = writeIso(message, version, complete, { headerVersion });
          expect(read(xml)).toEqual({ kind: 'read', version, header: complete, headerVersion, message });
        }),
        { numRuns: 40 },
      );
    },
  );

  it('are carried by every version that has a table, but the very old ones', () => {
    const processed = processedMessages();
    for (const version of COMPLETE) expect(processed).toContain(version);
    expect(processed).toContain('pacs.008.001.02');
    expect(processed).toContain('acmt.023.001.02');
    expect(processed.length).toBeGreaterThanOrEqual(57);
  });
});
