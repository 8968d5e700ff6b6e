import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dataFolder, schemaFiles } from './data.js';
import { compareMutant, compareReaders } from './differential.js';
import { describe as describeComparison, messagesFor } from './fuzz.js';
import { MUTATIONS } from './mutate.js';
import { Oracle } from './oracle.js';

// The reader of libs/iso20022 against libxml2, on valid messages with something wrong (or still right) in them.
// With the schemas at hand verdicts on validity are compared, without them verdicts on well-formedness.

const RUNS = 4_000;
const oracle = new Oracle(schemaFiles(dataFolder()));
const messages = messagesFor(oracle);

describe('our reader and libxml2', () => {
  it('agree on the messages as they are', () => {
    expect(messages.length).toBeGreaterThan(8);
    for (const text of messages) {
      expect(compareReaders({ bytes: Buffer.from(text), steps: [] }, oracle)).toMatchObject({
        agreed: true,
        ours: oracle.knowsSchemas ? 'valid' : 'well-formed',
      });
    }
  });

  it('agree on every mutant', () => {
    const verdicts = new Map<string, number>();
    const steps = new Set<string>();
    const agree = (seed: number): void => {
      const comparison = compareMutant(messages, seed, oracle);
      verdicts.set(comparison.ours, (verdicts.get(comparison.ours) ?? 0) + 1);
      for (const step of comparison.mutant.steps) steps.add(step);
      if (!comparison.agreed)
        throw new Error(
          `${describeComparison(comparison)}\n${Buffer.from(comparison.mutant.bytes).toString()}`,
        );
    };
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), agree), {
      numRuns: RUNS,
      endOnFailure: true,
    });
    // Every kind of verdict came up often enough to mean something.
    const wanted = oracle.knowsSchemas
      ? ['valid', 'invalid', 'not-well-formed']
      : ['well-formed', 'not-well-formed'];
    for (const verdict of wanted) expect(verdicts.get(verdict)).toBeGreaterThan(RUNS / 20);
    for (const name of Object.keys(MUTATIONS)) expect(steps).toContain(name);
  });
});
