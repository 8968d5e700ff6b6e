import { WORDS_A_TO_L } from './words-a-to-l.table.js';
import { WORDS_M_TO_Z } from './words-m-to-z.table.js';

/** Labels in Khmer, Thai, Lao, Vietnamese and Chinese, in this order, by what they are in English. */
export const WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  [WORDS_A_TO_L, WORDS_M_TO_Z].flatMap((lines) =>
    lines
      .trim()
      .split(/\n(?! )/)
      .map((line) => {
        const [english, ...others] = line.replaceAll('\n ', '').split('|');
        return [english!, others] as const;
      }),
  ),
);
