import { elementsOf, replaced, type ElementSpan } from './mutate-elements.js';
import { CHARACTERS, LONG_VALUES, NAMES, NAMESPACES, REFERENCES, VALUES } from './mutate-values.js';
import { encodeSomehow } from './mutate-encoding.js';
import type { Dice } from './random.js';

/** Changes a text in one way; undefined when there is no place for it. */
type Mutation = (text: string, dice: Dice, others: readonly string[]) => string | undefined;

export interface Mutant {
  readonly bytes: Uint8Array;
  /** Names of what was done, in order. */
  readonly steps: readonly string[];
}

function element(
  text: string,
  dice: Dice,
  which: (span: ElementSpan) => boolean = () => true,
): ElementSpan | undefined {
  const spans = elementsOf(text).filter(which);
  return spans.length === 0 ? undefined : dice.of(spans);
}

const isLeaf = ({ leaf }: ElementSpan): boolean => leaf;
const aValue = (dice: Dice): string => (dice.chance(3) ? dice.of(LONG_VALUES) : dice.of(VALUES));
const blanks = (dice: Dice): string => dice.of(['', ' ', '\n', '\t', '\r\n', '  ', '\u00a0']);

/** A leaf gets another value. */
const value: Mutation = (text, dice) => {
  const leaf = element(text, dice, isLeaf);
  if (leaf === undefined) return undefined;
  const inner = text.slice(leaf.open, leaf.close);
  const at = dice.below(inner.length + 1);
  const changed = dice.of([
    () => aValue(dice),
    () => aValue(dice),
    () => inner.slice(0, at) + dice.of(CHARACTERS) + inner.slice(at + dice.below(2)),
    () => inner.slice(0, at) + dice.of(REFERENCES) + inner.slice(at),
    () => blanks(dice) + inner + blanks(dice),
    () => inner.toLowerCase(),
    () => inner + inner,
    () => inner.slice(0, -1),
    () => [...inner].map((character) => `&#${character.codePointAt(0)};`).join(''),
  ])();
  return replaced(text, leaf.open, leaf.close, changed);
};

/** A leaf gets the value of another leaf, which is often nearly right. */
const borrow: Mutation = (text, dice) => {
  const to = element(text, dice, isLeaf);
  const from = element(text, dice, isLeaf);
  if (to === undefined || from === undefined) return undefined;
  return replaced(text, to.open, to.close, text.slice(from.open, from.close));
};

const remove: Mutation = (text, dice) => {
  const span = element(text, dice);
  return span && replaced(text, span.start, span.end, '');
};

const duplicate: Mutation = (text, dice) => {
  const span = element(text, dice);
  return (
    span && replaced(text, span.end, span.end, text.slice(span.start, span.end).repeat(1 + dice.below(3)))
  );
};

const swap: Mutation = (text, dice) => {
  const spans = [element(text, dice), element(text, dice)].sort((a, b) => (a?.start ?? 0) - (b?.start ?? 0));
  const [first, second] = spans;
  if (first === undefined || second === undefined || first.end > second.start) return undefined;
  const between = text.slice(first.end, second.start);
  return (
    text.slice(0, first.start) +
    text.slice(second.start, second.end) +
    between +
    text.slice(first.start, first.end) +
    text.slice(second.end)
  );
};

/** An element of this or another message comes in somewhere. */
const insert: Mutation = (text, dice, others) => {
  const from = dice.chance(2) ? text : dice.of(others);
  const guest = element(from, dice);
  const host = element(text, dice);
  if (guest === undefined || host === undefined) return undefined;
  const at = dice.of([host.start, host.open, host.close, host.end]);
  return replaced(text, at, at, from.slice(guest.start, guest.end));
};

const rename: Mutation = (text, dice) => {
  const span = element(text, dice);
  if (span === undefined) return undefined;
  const name = dice.chance(2) ? dice.of(NAMES) : (element(text, dice)?.name ?? 'X');
  const tail = text.slice(span.open, span.end);
  const ending = dice.chance(8)
    ? tail
    : tail.replace(new RegExp(`</${escaped(span.name)}(\\s*)>$`), `</${name}$1>`);
  return (
    text.slice(0, span.start + 1) +
    name +
    text.slice(span.start + 1 + span.name.length, span.open) +
    ending +
    text.slice(span.end)
  );
};

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Something is written into a start tag. */
function intoTag(text: string, dice: Dice, addition: string): string | undefined {
  const span = element(text, dice, ({ start, open }) => text[open - 2] !== '/' || open - start > 3);
  if (span === undefined) return undefined;
  const at = span.start + 1 + span.name.length;
  return replaced(text, at, at, addition);
}

const attribute: Mutation = (text, dice) => {
  const quote = dice.of(['"', '"', "'"]);
  const known = () =>
    dice.of([
      ` Ccy=${quote}${dice.of(['THB', 'KHR', 'thb', '', ' THB', 'TH', 'XXX'])}${quote}`,
      ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x x.xsd"`,
      ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd"`,
      ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xsi:NoSuchType"`,
      ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:other="x"`,
      ' schemaLocation="urn:x x.xsd"',
      ' xml:lang="km"',
      ' xml:space="preserve"',
      ' xsi:nil="true"',
    ]);
  const any = () =>
    `${dice.of([' ', '  ', '\n', ''])}${dice.of(NAMES)}${blanks(dice)}=${blanks(dice)}${quote}${dice.of(VALUES)}${dice.of([quote, quote, quote, ''])}`;
  const twice = () => ' a="1" a="2"';
  const referenced = () => ` a="${dice.of(REFERENCES)}"`;
  return intoTag(text, dice, dice.of([known, known, any, twice, referenced])());
};

/** An attribute that is there is lost, or gets another value or other blanks. */
const currency: Mutation = (text, dice) => {
  const places = [...text.matchAll(/\s(Ccy)="([^"]*)"/g)];
  if (places.length === 0) return undefined;
  const place = dice.of(places);
  const [all, name, old = ''] = place;
  const changed = dice.of([
    '',
    `${all}${all}`,
    ` ${name} = '${old}'`,
    ` ${name}="${dice.of(VALUES)}"`,
    ` ${name}="${old}"Z="1"`,
    ` ${name}=${old}`,
    ` x="${old}"`,
    ` ${name}="&#84;HB"`,
  ]);
  return replaced(text, place.index, place.index + all.length, changed);
};

const namespace: Mutation = (text, dice) => {
  const uri = dice.of(NAMESPACES);
  return dice.of<() => string | undefined>([
    () => intoTag(text, dice, ` xmlns="${uri}"`),
    () => intoTag(text, dice, ` xmlns:${dice.of(['p', 'q', 'xsi', 'xml', 'xmlns', 'ក'])}="${uri}"`),
    () => text.replace(/xmlns="[^"]*"/, `xmlns="${uri}"`),
    () => text.replace(/ xmlns="[^"]*"/, ''),
    () => intoTag(text, dice, ` xmlns:p="${uri}" xmlns:q="${uri}" p:a="1" q:a="1"`),
    () => intoTag(text, dice, ' p:a="1"'),
  ])();
};

/** All elements, or one, move behind a prefix. */
const prefix: Mutation = (text, dice) => {
  const [declared, uri] = /xmlns="([^"]*)"/.exec(text) ?? [];
  if (declared === undefined) return undefined;
  const bound = text.replace(declared, `xmlns:p="${uri}"`);
  const named = (from: string): string => from.replace(/<(\/?)([A-Za-z][\w.-]*)(?=[\s/>])/g, '<$1p:$2');
  if (dice.chance(3)) return dice.chance(4) ? named(text) : named(bound);
  const span = element(text, dice);
  if (span === undefined) return undefined;
  const inner = named(text.slice(span.start, span.end));
  const own = dice.chance(2)
    ? inner.replace(/^<p:[\w.-]+/, `$& xmlns:p="${dice.chance(4) ? dice.of(NAMESPACES) : uri}"`)
    : inner;
  return replaced(text, span.start, span.end, own);
};

/** Comments, sections and instructions: read here as files from elsewhere are. No document types: those are refused. */
const markup: Mutation = (text, dice) => {
  // prettier-ignore
  const piece = dice.of([
    '<!---->', '<!-- x -->', '<!-- -- -->', '<!--->', '<!-- <a> & -->', '<!-- x', '<![CDATA[x]]>', '<![CDATA[]]>', '<![CDATA[<&]]>', '<![CDATA[ ]]>',
    '<![CDATA[]]]]>',
    '<![cdata[x]]>', '<![CDATA[x', '<?p?>', '<?p x?>', '<?p', '<? p?>', '<?xml version="1.0"?>', '<?XML x?>', '<?xml-stylesheet x?>', '<?1?>',
    '<?é x?>', ']]>', ']]',
  ]);
  const span = element(text, dice);
  const inside =
    span === undefined
      ? [0]
      : [span.start, span.open, span.close, span.end, span.open + dice.below(span.close - span.open + 1)];
  const at = dice.chance(6) ? dice.of([0, text.indexOf('?>') + 2, text.length]) : dice.of(inside);
  return replaced(text, at, at, piece);
};

// prettier-ignore
const SUPPLEMENTS = [
  '<X xmlns="urn:x"/>', '<x:X xmlns:x="urn:x" a="1"><x:Y>1</x:Y></x:X>', '<X/>', '<X xmlns=""><Y/></X>', 'text', '', '<A/><B/>', '<p:X/>', '<Document/>',
  '<Document><X/></Document>', '<X xmlns="urn:x"><Y a="1" a="2"/></X>', '<X xmlns="urn:x"><!-- c -->&amp;<![CDATA[<]]></X>', '<MsgId>x</MsgId>',
  ' <X xmlns="urn:x"/> ',
];

/** Open content, where many messages end. */
const supplement: Mutation = (text, dice) => {
  const host = element(text, dice, ({ leaf }) => !leaf);
  if (host === undefined) return undefined;
  const place = dice.chance(2) ? '<PlcAndNm>/Document</PlcAndNm>' : '';
  return replaced(
    text,
    host.close,
    host.close,
    `<SplmtryData>${place}<Envlp>${dice.of(SUPPLEMENTS)}</Envlp></SplmtryData>`,
  );
};

const blank: Mutation = (text, dice) => {
  const places = [...text.matchAll(/<\/|\/>|[<>=]|\s+/g)];
  if (places.length === 0) return undefined;
  const { index } = dice.of(places);
  const at = index + dice.below(2);
  return replaced(text, at, at, dice.of([' ', '\n', '\t', '\r', '\r\n', '\u00a0', '\u0085', '\u2028', 'x']));
};

const character: Mutation = (text, dice) => {
  const at = dice.below(text.length);
  return dice.of([
    () => replaced(text, at, at + 1, ''),
    () => replaced(text, at, at, dice.of(CHARACTERS)),
    () => replaced(text, at, at + 1, dice.of(CHARACTERS)),
    () => text.slice(0, at),
    () => replaced(text, at, at + dice.below(40), ''),
  ])();
};

const empty: Mutation = (text, dice) => {
  const span = element(text, dice);
  if (span === undefined) return undefined;
  const tag = text.slice(span.start, span.open).replace(/\s*\/?>$/, '');
  return replaced(text, span.start, span.end, dice.chance(2) ? `${tag}/>` : `${tag}></${span.name}>`);
};

// prettier-ignore
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  value, borrow, remove, duplicate, swap, insert, rename, attribute, currency, namespace, prefix, markup, supplement, blank, character, empty,
};
// prettier-ignore
const WEIGHTS: readonly string[] = [...Object.keys(MUTATIONS), 'value', 'value', 'value', 'value', 'value', 'remove', 'duplicate', 'swap', 'insert'];

/** A message changed in one to three ways, and sometimes in its bytes as well. */
export function mutate(text: string, dice: Dice, others: readonly string[]): Mutant {
  const steps: string[] = [];
  let changed = text;
  for (let left = dice.chance(3) ? 2 + dice.below(2) : 1; left > 0; left--) {
    const name = dice.of(WEIGHTS);
    const next = MUTATIONS[name]!(changed, dice, others);
    if (next === undefined || next.length > 200_000) continue;
    changed = next;
    steps.push(name);
  }
  if (dice.chance(12) || steps.length === 0) {
    const { bytes, step } = encodeSomehow(changed, dice);
    return { bytes, steps: [...steps, step] };
  }
  return { bytes: Buffer.from(changed), steps };
}
