// Parameters as a partner's text holds them.

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * Reads `k=v&k=v` whose values are not encoded and may be `{...}` or `[...]` with `&` and `=` inside. Undefined when a
 * bracket stays open, a part has no name, or a name comes twice.
 */
export function readParameters(text: string): Record<string, string> | undefined {
  const read = new Map<string, string>();
  for (const part of splitOutside(text) ?? ['']) {
    const mark = part.indexOf('=');
    const name = part.slice(0, mark);
    if (mark <= 0 || read.has(name)) return undefined;
    read.set(name, part.slice(mark + 1));
  }
  return Object.fromEntries(read);
}

/** Reads a form, whose names and values are encoded. Undefined when it is empty, or a name comes twice. */
export function readForm(text: string): Record<string, string> | undefined {
  const pairs = [...new URLSearchParams(text)];
  const read = new Map(pairs);
  return read.size === 0 || read.size < pairs.length ? undefined : Object.fromEntries(read);
}

/** At each `&` that is in no bracket of a value; brackets of both kinds may be in each other. */
function splitOutside(text: string): string[] | undefined {
  const parts: string[] = [];
  const open: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (CLOSING[character] !== undefined) open.push(CLOSING[character]);
    else if (open.length > 0 && character === open.at(-1)) open.pop();
    else if (character === '&' && open.length === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return open.length > 0 ? undefined : [...parts, text.slice(from)];
}
