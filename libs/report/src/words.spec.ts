import { describe, expect, it } from '@jest/globals';
import { REPORT_LANGUAGES } from './report-table.js';
import { isTranslated, wordIn } from './words.js';
import { WORDS } from './words.table.js';

/** Of what script the words of a language are, as far as its script is its own. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  km: /\p{Script=Khmer}/u,
  th: /\p{Script=Thai}/u,
  lo: /\p{Script=Lao}/u,
  zh: /\p{Script=Han}/u,
};
/** Names that are the same everywhere. */
const SAME = /^(SHA-256|UETR|p\d+ ms|of)$/;

describe('labels', () => {
  it('are there in every language, each in its own script', () => {
    const languages = REPORT_LANGUAGES.filter((language) => language !== 'en');
    for (const [english, words] of WORDS) {
      expect([english, words.length]).toEqual([english, languages.length]);
      for (const language of languages) {
        const word = wordIn(language, english);
        expect([english, language, word.trim()]).toEqual([english, language, word]);
        expect(word).not.toBe('');
        if (!SAME.test(english))
          expect([english, word]).toEqual([english, expect.stringMatching(SCRIPTS[language] ?? /./)]);
      }
    }
  });

  it('are each there once', () => {
    const lines = [...WORDS.keys()];
    expect(new Set(lines).size).toBe(lines.length);
    expect([...lines].sort((a, b) => (a < b ? -1 : 1))).toEqual(lines);
  });

  it('stay as they are in English, and where there are none', () => {
    expect(wordIn('en', 'Amount')).toBe('Amount');
    expect(wordIn('vi', 'Amount')).toBe('Số tiền');
    expect(wordIn('vi', 'nothing of the kind')).toBe('nothing of the kind');
    expect(isTranslated('nothing of the kind')).toBe(false);
  });
});
