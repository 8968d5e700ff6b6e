// Where the elements of a text stand, as far as it can be told without trusting it.

export interface ElementSpan {
  readonly name: string;
  /** Index of the start tag's `<` and after its `>`. */
  readonly start: number;
  readonly open: number;
  /** Index of the end tag's `<` and after its `>`; both the end of the start tag when the element is empty. */
  readonly close: number;
  readonly end: number;
  readonly leaf: boolean;
}

const TAG = /<(\/?)([^\s/<>?!]+)([^<>]*)>/g;

/** Elements that are opened and closed again, in the order of their end tags. */
export function elementsOf(text: string): ElementSpan[] {
  const spans: ElementSpan[] = [];
  const open: { name: string; start: number; end: number; children: number }[] = [];
  for (const match of text.matchAll(TAG)) {
    const [all, slash, name = '', rest = ''] = match;
    const start = match.index;
    const end = start + all.length;
    const parent = open.at(-1);
    if (slash === '' && rest.endsWith('/')) {
      if (parent !== undefined) parent.children += 1;
      spans.push({ name, start, open: end, close: end, end, leaf: true });
    } else if (slash === '') {
      if (parent !== undefined) parent.children += 1;
      open.push({ name, start, end, children: 0 });
    } else if (parent?.name === name) {
      open.pop();
      spans.push({
        name,
        start: parent.start,
        open: parent.end,
        close: start,
        end,
        leaf: parent.children === 0,
      });
    }
  }
  return spans;
}

export function replaced(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
