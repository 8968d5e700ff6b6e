import { describe, expect, it } from '@jest/globals';
import { readIso, writeIso } from '@tonle/iso20022';
import { rejectionTexts, type RejectionFinding } from './iso-rejection.js';

/** What the other side reads of an admi.002 with these findings. */
function told(findings: readonly RejectionFinding[]) {
  const rejection = { kind: 'rejection', relatedReference: 'M1', reason: 'schema_invalid' } as const;
  const reading = readIso(
    Buffer.from(writeIso({ ...rejection, ...rejectionTexts(findings) }, 'admi.002.001.01')),
  );
  if (reading.kind === 'refused' || reading.message.kind !== 'rejection') throw new Error('it was not read');
  return reading.message;
}

const long = (length: number, sign = 'x') => `${sign.repeat(length - 1)}.`;

describe('what an admi.002 says', () => {
  it('is one finding as its description, with the element', () => {
    const { location, description, findings } = told([{ path: '/Document/A', text: 'A is missing' }]);
    expect({ location, description, findings }).toEqual({
      location: '/Document/A',
      description: 'A is missing',
    });
  });

  it('is every one of several findings, whole, in a line of its own', () => {
    const texts = Array.from({ length: 40 }, (_, index) => `${index}: ${long(300)}`);
    const { description, findings } = told(texts.map((text) => ({ text })));
    expect(description).toBe(texts[0]);
    expect(findings?.split('\n')).toEqual(texts);
  });

  it('never cuts a finding or a path', () => {
    const text = long(500, 'ក');
    const { location, description, findings } = told([{ path: `/${long(400)}`, text }]);
    expect({ location, description, findings }).toEqual({
      description: 'The findings are in AddtlData.',
      findings: text,
    });
  });

  it('counts what it has no room for', () => {
    const lines = told(Array.from({ length: 100 }, () => ({ text: long(330) }))).findings!.split('\n');
    expect(lines.slice(0, -1)).toEqual(Array.from({ length: lines.length - 1 }, () => long(330)));
    expect(lines.at(-1)).toBe(`Findings left out: ${100 - (lines.length - 1)}.`);
    expect(lines.length).toBeGreaterThan(55);
  });

  it('goes on behind one that has no room, and says the beginning of one where none has', () => {
    const huge = `/A${long(30_000)}`;
    const { findings } = told([{ text: huge }, { text: 'B is missing' }]);
    expect(findings).toBe('B is missing\nFindings left out: 1.');
    expect(told([{ text: huge }, { text: huge }]).findings).toBe(`${huge.slice(0, 19_960)} ...`);
  });

  it('keeps a line break of a finding from making two', () => {
    expect(told([{ text: 'one\ntwo' }, { text: 'three' }]).findings).toBe('one two\nthree');
  });
});
