import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { XsdValidator } from 'libxml2-wasm';
import fc from 'fast-check';
import { readParts } from '../index.js';
import { schemaRefusal, validatorFor } from '../schema/xsd.testing.js';

// Mutated messages get the same verdict from our reader and from libxml2. The schemas are made from our tables; where
// TONLE_CONFORMANCE_DATA is set its schemas and samples are used instead. TONLE_FUZZ_RUNS makes the run longer.

const RUNS = parseInt(process.env['TONLE_FUZZ_RUNS'] ?? '3000', 10);
const DATA = process.env['TONLE_CONFORMANCE_DATA'];
const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:';

interface Base {
  readonly version: string;
  readonly text: string;
}

describe('the reader and libxml2', () => {
  it('agree on every mutated message', () => {
    const validators = new Map<string, XsdValidator>();
    const validatorOf = (version: string): XsdValidator => {
      const ready = validators.get(version) ?? validatorFor(version);
      validators.set(version, ready);
      return ready;
    };
    const seen = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...bases()),
        fc.array(mutation, { minLength: 1, maxLength: 2 }),
        ({ version, text }, mutations) => {
          const mutated = Buffer.from(
            mutations.reduce(
              (at, { kind, place, other, value }) => MUTATIONS[kind]!(at, place, other, value),
              text,
            ),
          );
          const { parts, errors, wellFormed } = readParts(mutated, {
            markup: 'accept',
            encoding: 'declared',
          });
          const ours = wellFormed && errors.length === 0 && parts.length === 1;
          const reason = schemaRefusal(validatorOf(version), mutated);
          if (ours !== (reason === undefined))
            throw new Error(`we ${JSON.stringify(errors[0])}, libxml2 ${reason}\n${mutated.toString()}`);
          seen[ours ? 'valid' : 'invalid'] += 1;
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    for (const validator of validators.values()) validator.dispose();
    // A run in which everything is refused would prove nothing.
    expect(seen.valid).toBeGreaterThan(RUNS / 20);
    expect(seen.invalid).toBeGreaterThan(RUNS / 5);
  });
});

/** Bare documents: envelopes have no schema. */
function bases(): readonly Base[] {
  const folder =
    DATA === undefined ? new URL('../../samples/', import.meta.url).pathname : join(DATA, 'iso/samples');
  const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    files: { file: string; status: string; message: string }[];
  };
  return files
    .filter(({ status }) => status === 'valid')
    .map(({ file, message }) => ({ version: message, text: bare(readFileSync(join(folder, file), 'utf8')) }))
    .filter(
      ({ version, text }) =>
        text.startsWith(`<Document`) &&
        text.includes(NAMESPACE + version) &&
        text.length < 12_000 &&
        !/<[!?]/.test(text),
    );
}

/** The Document of a message without what stands around it. */
function bare(text: string): string {
  const match = /<Document[\s\S]*<\/Document>/.exec(text);
  return match === null ? '' : match[0];
}

const VALUES = [
  '',
  '  ',
  '0',
  '-1',
  '1e3',
  '00012.50',
  '+5',
  '.5',
  '5.',
  'true',
  'TRUE',
  '1',
  '2026-02-29',
  '2024-02-29',
  '2026-11-14T24:00:00Z',
  '2026-11-14T09:30:00',
  '2026-11-14T09:30:00.123+14:00',
  '0000-01-01',
  '-2026-01-01',
  '12026-01-01',
  'ABCDEFGH',
  'A'.repeat(36),
  'A'.repeat(141),
  '😀'.repeat(35),
  '😀'.repeat(36),
  '12345678901234567.12',
  '1234567890123456789',
  '0.123456',
  ' 12.00 ',
  '\n5\t',
  ' 2026-11-14',
  '2026-11-14\n',
  '\t2026-11-14T09:30:00Z',
  '2026-11-14T09:30:00Z ',
  ' 09:30:00',
  ' true ',
  ' 2026',
  '2026-11 ',
  '&amp;',
  '&#65;',
  '&lt;&gt;',
  'GB29NWBK60161331926819',
  'KHR',
  '+66-12',
  'YWJj',
  'YW Jj',
  '2026',
  '2026-13',
  '09:30:00',
  '25:00:00',
  'é',
  '្',
  ' ',
  '1\r\n2',
  '-0.00',
  '0.0000000000',
  '100000000000',
];
const ATTRIBUTES = [
  ' Ccy="EUR"',
  ' a="1"',
  ' xmlns="urn:x"',
  ' xmlns=""',
  ' xmlns:q="urn:x"',
  ' q:a="1"',
  ' xml:lang="en"',
  ' xmlns:xml="urn:y"',
  ' Ccy="eur"',
  ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"',
];
const PIECES = [
  '<',
  '>',
  '&',
  '"',
  "'",
  '/',
  ' ',
  '\n',
  'x',
  '<a/>',
  '<Id>1</Id>',
  '\u0001',
  ']]>',
  '=',
  '<!---->',
  '\uffff',
];
const OPEN = [
  '',
  '<x/>',
  '<x xmlns="urn:z"><y/></x>',
  '<x xmlns="">t</x>',
  '<a/><b/>',
  'text',
  '<Document/>',
  '<q:z/>',
];

const LEAF = /<([A-Za-z0-9]+)( [^>]*)?>[^<]*<\/\1>/g;

const mutation = fc.record({ kind: fc.nat(9), place: fc.nat(), other: fc.nat(), value: fc.nat() });
type Mutate = (text: string, place: number, other: number, value: number) => string;
const at = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(items.length, 1)];

/** Replaces the match at a place. */
const replaceMatch = (
  text: string,
  pattern: RegExp,
  place: number,
  replace: (match: string) => string,
): string => {
  const match = at([...text.matchAll(pattern)], place);
  return match === undefined
    ? text
    : text.slice(0, match.index) + replace(match[0]) + text.slice(match.index + match[0].length);
};

const MUTATIONS: readonly Mutate[] = [
  (text, place, _other, value) =>
    replaceMatch(text, /(?<=>)[^<>]*\S[^<>]*(?=<)/g, place, () => at(VALUES, value)!),
  (text, place) => replaceMatch(text, LEAF, place, () => ''),
  (text, place) => replaceMatch(text, LEAF, place, (leaf) => leaf + leaf),
  (text, place, other) =>
    replaceMatch(text, LEAF, place, (leaf) => (at([...text.matchAll(LEAF)], other)?.[0] ?? '') + leaf),
  (text, place, _other, value) =>
    replaceMatch(text, /<[A-Za-z0-9]+(?=[ >/])/g, place, (tag) => tag + at(ATTRIBUTES, value)!),
  (text, place, _other, value) =>
    text.slice(0, place % text.length) + at(PIECES, value)! + text.slice(place % text.length),
  (text, place, other) =>
    text.slice(0, place % text.length) + text.slice((place % text.length) + 1 + (other % 3)),
  (text) => text.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1p:').replace('xmlns=', 'xmlns:p='),
  (text, place, _other, value) =>
    replaceMatch(text, / Ccy="[^"]*"/g, place, () =>
      at(
        ['', ' Ccy=""', ' Ccy="EURO"', ' Ccy=" EUR"', ' ccy="EUR"', " Ccy = 'USD'", ' Ccy="U&#83;D"'],
        value,
      )!,
    ),
  (text, place, _other, value) =>
    replaceMatch(
      text,
      /<\/(?:RmtInf|CdtTrfTxInf|TxInf|TxInfAndSts|Ntry)>/g,
      place,
      (tag) => `<SplmtryData><Envlp>${at(OPEN, value)!}</Envlp></SplmtryData>${tag}`,
    ),
];
