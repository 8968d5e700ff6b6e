import type { FileLayout } from './file-layout.js';

/** What the name of a file says. */
export interface FileName {
  readonly name: string;
  /** Local day of the network, YYYY-MM-DD; absent when its name does not tell. */
  readonly day?: string;
  readonly currency?: string;
  /** All words of the name but day and number, joined: files that agree in it are one sequence. */
  readonly series: string;
  readonly sequence?: number;
}

/** Values of a name or folder that are the network's to know: its participant id, a merchant id. */
export type FileValues = Readonly<Record<string, string>>;

const PLACE = /<(\w+)(?::(\w+))?>/g;
const WORD = '[A-Za-z0-9-]+';

/** What the name of a file says; undefined when it is not named like those of this layout. */
export function readFileName(
  name: string,
  { name: pattern }: Pick<FileLayout, 'name'>,
  values: FileValues,
): FileName | undefined {
  const words = [...pattern.matchAll(PLACE)].filter(([, word]) => values[word!] === undefined);
  const match = new RegExp(`^${sourceOf(pattern, values)}$`).exec(name);
  if (match === null) return undefined;
  let read: Omit<FileName, 'series'> = { name };
  const series: string[] = [];
  for (const [index, [, word, format]] of words.entries()) {
    const text = match[index + 1]!;
    if (word === 'sequence') read = { ...read, sequence: Number.parseInt(text, 10) };
    else if (word === 'day') {
      const day = dayOf(text, format!);
      if (day === undefined) return undefined;
      read = { ...read, day };
    } else {
      if (word === 'currency') read = { ...read, currency: text };
      series.push(text);
    }
  }
  return { ...read, series: series.join('_') };
}

/** The folder of a day's files, below the root of the place. */
export function folderOf({ folder }: Pick<FileLayout, 'folder'>, day: string, values: FileValues): string {
  return folder.replaceAll(PLACE, (_, word: string, format: string | undefined) => {
    if (word !== 'day' && word !== 'nextDay') return values[word] ?? '';
    const of = new Date(Date.parse(day) + (word === 'day' ? 0 : DAY_MS)).toISOString().slice(0, 10);
    return of.replaceAll('-', '').slice(format === 'yyMMdd' ? 2 : 0);
  });
}

const DAY_MS = 86_400_000;

function sourceOf(pattern: string, values: FileValues): string {
  let source = '';
  let at = 0;
  for (const match of pattern.matchAll(PLACE)) {
    const [whole, word, format] = match;
    source += literal(pattern.slice(at, match.index)) + sourceOfPlace(word!, format, values);
    at = match.index + whole.length;
  }
  return source + literal(pattern.slice(at));
}

function sourceOfPlace(word: string, format: string | undefined, values: FileValues): string {
  const value = values[word];
  if (value !== undefined) return literal(value);
  if (word === 'day') return `(\\d{${format!.length}})`;
  if (word === 'sequence') return `(\\d{${format!}})`;
  return word === 'currency' ? '([A-Z]{3})' : `(${WORD})`;
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function dayOf(text: string, format: string): string | undefined {
  const full = format === 'yyMMdd' ? `20${text}` : text;
  const day = `${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6)}`;
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(day) ? undefined : day;
}
