import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prefundReference, readPrefundReference } from './prefund-reference.js';

const id = fc.stringMatching(/^[A-Z0-9]{1,19}$/);
const read = (text: string, ...participants: string[]) =>
  readPrefundReference(text, new Map(participants.map((each) => [prefundReference(each)!, each])));

describe(prefundReference, () => {
  it('is an ISO 11649 reference', () => {
    expect(prefundReference('FXNAGA')).toBe('RF77PFFXNAGA');
    expect(prefundReference('fx-naga')).toBe('RF77PFFXNAGA');
  });

  it('is not to be had for a name that is too long, or has no letter', () => {
    expect([prefundReference('X'.repeat(20)), prefundReference('--')]).toEqual([undefined, undefined]);
  });

  it('leaves 1 when divided by 97, as its standard asks', () => {
    fc.assert(
      fc.property(id, (participant) => {
        const reference = prefundReference(participant)!;
        const turned = `${reference.slice(4)}${reference.slice(0, 4)}`;
        const digits = [...turned].map((each) => parseInt(each, 36)).join('');
        expect(BigInt(digits) % 97n).toBe(1n);
        expect(reference.length).toBeLessThanOrEqual(25);
      }),
    );
  });
});

describe(readPrefundReference, () => {
  it('finds a reference in what people write around it, and however they group it', () => {
    fc.assert(
      fc.property(
        id,
        fc.constantFrom('', 'TOP UP ', 'ref: '),
        fc.integer({ min: 1, max: 9 }),
        (of, before, size) => {
          const grouped = prefundReference(of)!
            .match(new RegExp(`.{1,${size}}`, 'g'))!
            .join(' ');
          expect(read(`${before}${grouped.toLowerCase()} / thanks`, of)).toEqual({
            kind: 'known',
            participant: of,
          });
        },
      ),
    );
  });

  it('tells one changed character from a participant', () => {
    fc.assert(
      fc.property(id, fc.nat(), fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'), (of, at, by) => {
        const right = prefundReference(of)!;
        const place = 6 + (at % of.length);
        fc.pre(right[place] !== by);
        const wrong = `${right.slice(0, place)}${by}${right.slice(place + 1)}`;
        expect(read(wrong, of)).toEqual({ kind: 'unknown', said: wrong });
      }),
    );
  });

  it('gives what names two to nobody, and says nothing of what has no reference', () => {
    const both = `${prefundReference('AAA')} ${prefundReference('BBB')}`;
    expect(read(both, 'AAA', 'BBB')?.kind).toBe('unknown');
    expect(read('W-TH-THB-20261129', 'AAA')).toBeUndefined();
  });
});
