import { toSwiftText } from './mt940-field.js';

// Field 86, information to the account owner: up to six lines of 65 characters. Ours and that of most banks is structured by
// code words between slashes; what is not is taken as remittance.

export interface SwiftInformation {
  readonly endToEndId?: string;
  readonly uetr?: string;
  /** Who paid (a credit) or got it (a debit). */
  readonly orderingParty?: string;
  readonly beneficiary?: string;
  readonly remittance?: string;
  /** Of the statement as a whole: the id of the one that it corrects. */
  readonly replaces?: string;
}

const WORDS = {
  EREF: 'endToEndId',
  UETR: 'uetr',
  ORDP: 'orderingParty',
  BENM: 'beneficiary',
  RPLC: 'replaces',
  // The last one takes the rest, whatever it holds.
  REMI: 'remittance',
} as const;
type Word = keyof typeof WORDS;

const WORD = /\/([A-Z]{4})\//g;
const LINE_MAX = 65;
const LINES_MAX = 6;
const NAME = '/NAME/';

/** What field 86 says, by its code words. */
export function readInformation(lines: readonly string[]): SwiftInformation {
  const text = lines.join('');
  const begins = wordsIn(text);
  if (begins[0]?.at !== 0) {
    const remittance = lines.join('\n').trim();
    return remittance === '' ? {} : { remittance };
  }
  const found: Partial<Record<(typeof WORDS)[Word], string>> = {};
  begins.forEach(({ word, to }, index) => {
    const value = text.slice(to, begins[index + 1]?.at);
    const plain = value.startsWith(NAME) ? value.slice(NAME.length) : value;
    if (word !== undefined && plain !== '') found[WORDS[word]] ??= plain;
  });
  return found;
}

interface WordPlace {
  /** Undefined for a code word that says nothing to us. */
  readonly word: Word | undefined;
  readonly at: number;
  readonly to: number;
}

function wordsIn(text: string): WordPlace[] {
  const places: WordPlace[] = [];
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const code = match[1]!;
    if (code === 'NAME') continue;
    const word = Object.hasOwn(WORDS, code) ? (code as Word) : undefined;
    places.push({ word, at: match.index, to: match.index + match[0].length });
    if (word === 'REMI') break;
    // The closing slash of one may be the opening one of the next.
    WORD.lastIndex = match.index + match[0].length - 1;
  }
  return places;
}

/** Lines of field 86, none when there is nothing to say; what does not fit is cut at the end, which is the remittance. */
export function writeInformation(information: SwiftInformation): string[] {
  const text = (Object.entries(WORDS) as [Word, keyof SwiftInformation][])
    .map(([word, key]) => {
      const value = information[key];
      if (value === undefined || value === '') return '';
      const isName = word === 'ORDP' || word === 'BENM';
      return `/${word}/${isName ? NAME : ''}${toSwiftText(value)}`;
    })
    .join('');
  return inLines(text);
}

/** Can it stand behind a code word and be found again? */
export function fitsInformation(text: string): boolean {
  return wordsIn(`${text}/`).length === 0 && !text.startsWith('/');
}

/** No line may begin with a colon or a hyphen, and blanks at the edges get lost. */
function inLines(text: string): string[] {
  const lines: string[] = [];
  let at = 0;
  while (at < text.length && lines.length < LINES_MAX) {
    const most = Math.min(at + LINE_MAX, text.length);
    let end = most;
    while (end < text.length && end > at && (/[:\- ]/.test(text[end]!) || text[end - 1] === ' ')) end -= 1;
    lines.push(text.slice(at, end === at ? most : end));
    // Nothing but hyphens and blanks: no loss.
    if (end === at) break;
    at = end;
  }
  return lines;
}
