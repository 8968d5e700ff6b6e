const CURRENCY = 'must be a currency code of three capital letters, such as KHR';
const BIC = 'must be a BIC of 8 or 11 characters, such as ABCDKHPP or ABCDKHPPXXX';
const IBAN =
  'must be an IBAN: a country code, two check digits and up to 30 letters and digits, without spaces';
const ISIN = 'must be an ISIN of 12 characters, such as US0378331005';
const digits = (count: string): string => `must be ${count}, and nothing else`;

/** What a text has to be that a pattern of the tables does not fit: its sender reads this, never the pattern. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['[A-Z]{3,3}', CURRENCY],
  ['[A-Z]{2,2}', 'must be a country code of two capital letters, such as KH'],
  ['[a-z]{2,2}', 'must be a language code of two lower-case letters, such as en'],
  ['[A-Z0-9]{4,4}[A-Z]{2,2}[A-Z0-9]{2,2}([A-Z0-9]{3,3}){0,1}', BIC],
  ['[A-Z]{6,6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3,3}){0,1}', BIC],
  ['[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}', `${IBAN}; the country code in capital letters`],
  ['[a-zA-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}', IBAN],
  ['[a-zA-Z0-9]{1,30}', 'must be 1 to 30 letters and digits, without spaces'],
  [
    '\\+[0-9]{1,3}-[0-9()+\\-]{1,30}',
    'must be a telephone number: +, the country code, a hyphen and the number, such as +855-12345678',
  ],
  ['[A-Z0-9]{18,18}[0-9]{2,2}', 'must be an LEI: 18 capital letters and digits, then two check digits'],
  [
    '[A-Z0-9]{18}[0-9]{2}[A-Z0-9]{0,32}',
    'must be a UTI: the 20 characters of an LEI, then up to 32 capital letters and digits',
  ],
  [
    '[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}',
    'must be a UUID of version 4 in lower case, such as eb6305c9-1f7f-49de-aed0-16487c27b42d',
  ],
  ['[a-zA-Z0-9]{4}', 'must be exactly four letters or digits'],
  ['[a-zA-Z0-9]{1,4}', 'must be one to four letters or digits'],
  ['[0-9]', digits('one digit')],
  ['[0-9]{2}', digits('two digits')],
  ['[0-9]{3}', digits('three digits')],
  ['[0-9]{1,3}', digits('one to three digits')],
  ['[0-9]{1,5}', digits('one to five digits')],
  ['[0-9]{1,15}', digits('1 to 15 digits')],
  ['[0-9]{2,3}', digits('two or three digits')],
  ['[0-9]{3,4}', digits('three or four digits')],
  ['[0-9]{8,28}', digits('8 to 28 digits')],
  ['[\\+]{0,1}[0-9]{1,15}', digits('1 to 15 digits, with or without a + before them')],
  ['[+]{0,1}[0-9]{1,15}', digits('1 to 15 digits, with or without a + before them')],
  ['[A-Z]{2,2}[A-Z0-9]{9,9}[0-9]{1,1}', ISIN],
  ['[A-Z0-9]{12,12}', ISIN],
  [
    '[A-Z]{2,2}[B-DF-HJ-NP-TV-XZ0-9]{7,7}[0-9]{1,1}',
    'must be an IBEI: a country code, seven consonants or digits, and a check digit',
  ],
  ['[0-9]{9,9}', 'must be a D-U-N-S number of nine digits'],
  ['[0-9]{13,13}', 'must be a GLN (EAN location number) of 13 digits'],
  ['[0-9]{8,17}', 'must be a UPIC of 8 to 17 digits'],
  ['CH[0-9]{6,6}', 'must be a CHIPS universal identifier: CH and six digits, such as CH123456'],
  [
    '[BEOVW]{1,1}[0-9]{2,2}|DUM',
    'must be an entry type: B, E, O, V or W with two digits, such as B01, or DUM',
  ],
  ['([0-9A-F][0-9A-F]){32}', 'must be a SHA-256 digest of 64 hexadecimal digits, with capital letters'],
  ['[0-9a-fA-F]+', 'must be hexadecimal digits: 0 to 9 and A to F'],
  ['.*Z', 'must be a time in UTC that ends with Z, such as 2026-11-14T09:30:00Z'],
]);

/** What to say of a text that does not fit the pattern; a scheme's own table may have patterns that nobody knows here. */
export function patternSentence(pattern: string): string {
  return SENTENCES.get(pattern) ?? 'must have the form that the schema gives this element';
}
