/**
 * Index of the first name that a JSON object holds twice; undefined when there is none. JSON.parse keeps the last one
 * and another reader the first: what was checked and what is used must be one. The text must be JSON already.
 */
export function duplicateName(text: string): number | undefined {
  const open: (Set<string> | undefined)[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') {
      open.push(new Set());
      expectsName = true;
    } else if (character === '[') {
      open.push(undefined);
      expectsName = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      expectsName = false;
    } else if (character === ',') expectsName = open.at(-1) !== undefined;
    else if (character === '"') {
      const end = stringEnd(text, at);
      const names = open.at(-1);
      if (expectsName && names !== undefined) {
        const name = JSON.parse(text.slice(at, end)) as string;
        if (names.has(name)) return at;
        names.add(name);
        expectsName = false;
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Index after the string that starts at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
