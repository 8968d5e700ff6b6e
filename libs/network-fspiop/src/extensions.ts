import type { ExtensionList } from './bodies.js';

// Text that is longer than the value of an extension may be, in several: `<key>-1`, `<key>-2` and so on.

const VALUE_MAX = 128;
const EXTENSIONS_MAX = 16;

/** The extensions that hold a text; undefined for one that does not fit into as many as there may be. */
export function textExtensions(key: string, text: string): ExtensionList['extension'] | undefined {
  const characters = [...text];
  const count = Math.ceil(characters.length / VALUE_MAX);
  if (count === 0 || count > EXTENSIONS_MAX) return undefined;
  return Array.from({ length: count }, (_, index) => ({
    key: `${key}-${index + 1}`,
    value: characters.slice(index * VALUE_MAX, (index + 1) * VALUE_MAX).join(''),
  }));
}

/** The text that a list holds under a key; undefined when it has none. */
export function textOfExtensions(key: string, list: ExtensionList | undefined): string | undefined {
  const values = new Map(list?.extension.map((each) => [each.key, each.value]));
  let text = '';
  for (let index = 1; values.has(`${key}-${index}`); index += 1) text += values.get(`${key}-${index}`)!;
  return text === '' ? undefined : text;
}
