import { faceHas, fontFaces, type FontFace } from './pdf-fonts.js';

/** A piece of a text that one font has all characters of. */
export interface ScriptRun {
  readonly face: string;
  readonly text: string;
}

/** What no font of ours has is shown as this, rather than as nothing. */
const REPLACEMENT = '\ufffd';
const byCharacter = new Map<number, FontFace | undefined>();

function faceOf(codePoint: number): FontFace | undefined {
  if (!byCharacter.has(codePoint))
    byCharacter.set(
      codePoint,
      fontFaces().find((face) => faceHas(face, codePoint)),
    );
  return byCharacter.get(codePoint);
}

/** A text as pieces of one font each: no Noto font has the letters of all scripts. What the font before has too stays with it. */
export function scriptRuns(text: string): ScriptRun[] {
  const runs: { face: FontFace; text: string }[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const last = runs.at(-1);
    if (last !== undefined && faceHas(last.face, code)) {
      last.text += character;
      continue;
    }
    const face = faceOf(code);
    const shown = face === undefined ? REPLACEMENT : character;
    const shownBy = face ?? faceOf(REPLACEMENT.codePointAt(0)!)!;
    if (last?.face === shownBy) last.text += shown;
    else runs.push({ face: shownBy, text: shown });
  }
  return runs.map(({ face, text: piece }) => ({ face: face.id, text: piece }));
}

/** Letters stand in another order than they are typed, or on each other: copying such text needs to be told what it says. */
export function isShaped(text: string): boolean {
  return /[\u0e00-\u0eff\u1780-\u17ff]/.test(text);
}

/** The words of any language that a line may end after: scripts without blanks have words too. */
const words = new Intl.Segmenter('en', { granularity: 'word' });
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Breaks a text into lines that are no wider than `width`; a word that is too wide by itself is broken between its letters. */
export function wrapText(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  let filled = 0;
  const add = (piece: string, size: number): void => {
    if (line !== '' && filled + size > width && piece.trim() !== '') {
      lines.push(line.trimEnd());
      line = '';
      filled = 0;
    }
    if (line === '' && piece.trim() === '') return;
    line += piece;
    filled += size;
  };
  for (const { segment } of words.segment(text.replace(/[\r\n\t]+/g, ' '))) {
    const size = widthOf(segment);
    if (size <= width) add(segment, size);
    else for (const { segment: letter } of graphemes.segment(segment)) add(letter, widthOf(letter));
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line.trimEnd()];
}
