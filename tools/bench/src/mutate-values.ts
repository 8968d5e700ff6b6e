// Values on both sides of every rule that ISO 20022 takes from XML Schema.

// prettier-ignore
const DECIMALS = [
  '0', '00', '-0', '+1', '1.', '.5', '.', '-', '+-1', '1.10', '1e3', '1E3', 'INF', 'NaN', '0x1', '0.000000', '0.00001', '0.000001',
  '0.1000000000', '123456789012345678', '1234567890123456789', '000000000000000000000000001', '1234567890123.12345',
  '12345678901234.12345', '1.234567890', '1.2345678901', '12345678901', '123456789012', '-1', '-0.00', '1,000.00', '1 000', '１００', '٣',
];
// prettier-ignore
const DATES = [
  '2026-02-29', '2024-02-29', '1900-02-29', '2000-02-29', '2026-13-01', '2026-00-01', '2026-11-31', '2026-11-00', '2026-11-14Z',
  '2026-11-14+14:00', '2026-11-14+14:01', '2026-11-14-13:59', '2026-11-14+24:00', '-2026-11-14', '--2026-11-14', '0000-01-01', '0001-01-01',
  '-0001-01-01', '12026-01-01', '02026-01-01', '2026-1-1', '20261114', '2026-11-14z', '2026-11', '2026', '2026Z', '2026+07:00', '0000', '02026',
  '12026', '2026-11Z', '2026-13', '0000-01', '-2026-01', '26-11-14', '2026/11/14',
];
// prettier-ignore
const TIMES = [
  '2026-11-14T09:30:00', '2026-11-14T09:30:00Z', '2026-11-14T09:30:00.1', '2026-11-14T09:30:00.123456789+07:00', '2026-11-14T09:30:00.',
  '2026-11-14T24:00:00', '2026-11-14T24:00:00.000', '2026-11-14T24:00:01', '2026-11-14T24:00:00.001', '2026-11-14T23:59:60', '2026-11-14T09:60:00',
  '2026-11-14T25:00:00', '2026-11-14 09:30:00', '2026-11-14t09:30:00', '2026-11-14T9:30:00', '2026-11-14T09:30', '2026-11-14T09:30:00+7:00',
  '2026-11-14T09:30:00-00:00', '2026-11-14T09:30:00+13:60', '2026-11-14T09:30:00+15:00', '2026-02-30T09:30:00', '2026-11-14T',
  '-2026-11-14T09:30:00', '0000-11-14T09:30:00', '12026-11-14T09:30:00', '09:30:00', '24:00:00', '24:00:00.0', '24:00:01', '09:30:00Z', '09:30',
];
// prettier-ignore
const CODES = [
  'true', 'false', '1', 'TRUE', 'yes', 'THB', 'thb', 'KHR', 'XXX', 'ACCC', 'RJCT', 'SLEV', 'SHAR', 'DEBT', 'CRED', 'HIGH', 'NORM', 'CLRG', 'INDA',
  'CdtTrf', 'SUPL', 'DUPL', 'CODU', 'KH', 'kh', 'TH', 'MEKOKHPP', 'MEKOKHPPXXX', 'mekokhpp', 'MEKOKHP', 'MEKOKHPPXX', '12345678', 'AB01', 'ab01',
  '3f9f1f4e-6c2a-4c6e-9d3b-0a1b2c3d4e5f', '3F9F1F4E-6C2A-4C6E-9D3B-0A1B2C3D4E5F', '3f9f1f4e-6c2a-1c6e-9d3b-0a1b2c3d4e5f',
  '3f9f1f4e-6c2a-4c6e-cd3b-0a1b2c3d4e5f', '3f9f1f4e6c2a4c6e9d3b0a1b2c3d4e5f', 'DE89370400440532013000', 'de89370400440532013000',
  '5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R1', '+855-12345678', '+85512345678', '+855-', '0123', '123456789012345', '1234567890123456',
];
// prettier-ignore
const BINARY = [
  'AAAA', 'AAA=', 'AA==', 'A===', '=', '==', 'AAA', 'AA', 'AA AA', ' AAAA ', 'AAB=', 'AB==', 'AAAA=', 'AA=A', 'AAAA AAA=', 'A A A A', '****', 'AA-_',
];
// prettier-ignore
const TEXTS = [
  '', ' ', '   ', '\n', '\t', '\u00a0', '\u0085', '\u2028', '\u3000', ' x', 'x ', 'a  b', 'a\tb', 'a\nb', 'a\r\nb', 'a\rb', '/', '//', 'x/y', "'", '"',
  'សុខ ដារា', 'ร้านกาแฟ', 'é', 'e\u0301', '😀', '😀😀', '\ufffd', '\ufeff', 'x\ufeff', '𠮷', '\ue000', '\u200b', ']]', ']]&gt;', '&amp;amp;', '>',
  ']', '%', '\\',
];
// prettier-ignore
const LENGTHS = [1, 2, 3, 4, 5, 8, 10, 11, 12, 15, 16, 17, 32, 33, 34, 35, 36, 70, 71, 105, 106, 128, 129, 140, 141, 256, 257, 350, 351, 500, 501, 2048, 2049];
const FILLERS = ['x', '1', 'A', ' ', 'ក', '😀', 'é', '-', '&amp;', '&#x1F600;'];

export const VALUES: readonly string[] = [...DECIMALS, ...DATES, ...TIMES, ...CODES, ...BINARY, ...TEXTS];

/** Texts just within and just beyond the lengths that schemas name, of characters of one to four bytes. */
export const LONG_VALUES: readonly string[] = LENGTHS.flatMap((length) =>
  FILLERS.map((filler) => filler.repeat(length)),
);

/** References, good and bad. */
// prettier-ignore
export const REFERENCES: readonly string[] = [
  '&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#65;', '&#x41;', '&#x1F600;', '&#128512;', '&#10;', '&#13;', '&#9;', '&#32;', '&#xE000;', '&#xFFFD;',
  '&#0;', '&#x0;', '&#1;', '&#x1F;', '&#x7F;', '&#xD800;', '&#xDFFF;', '&#xFFFE;', '&#xFFFF;', '&#x10FFFF;', '&#x110000;', '&#99999999999;',
  '&#x00000041;', '&#0000000065;', '&#;', '&#x;', '&#X41;', '&#xG;', '&#6 5;', '& ', '&', '&&', '&amp', '&amp ;', '&AMP;', '&nbsp;', '&unknown;',
  '&a:b;', '&#-1;',
];

/** Characters that mean something to a parser, or to nobody. */
// prettier-ignore
export const CHARACTERS: readonly string[] = [
  '<', '>', '&', '"', "'", '/', '=', '?', '!', '-', ']', '[', ':', ';', '#', ' ', '\n', '\t', '\r', 'a', 'Z', '0', '.', '_', '\u0000', '\u0001', '\u0008',
  '\u000b', '\u000c', '\u001f', '\u007f', '\u0080', '\u0085', '\u00b7', '\u00d7', '\u00e9', '\u037e', '\u2028', '\ufeff', '\ufffd', '\ufffe',
  '\uffff', '😀', 'ក',
];

// prettier-ignore
export const NAMES: readonly string[] = [
  'Document', 'AppHdr', 'GrpHdr', 'MsgId', 'Id', 'Othr', 'Prtry', 'Cd', 'Nm', 'Ccy', 'Amt', 'SplmtryData', 'Envlp', 'X', '_', 'a-b', 'a.b', 'é', 'ក',
  'a·b', 'xml', 'Xmlns',
  '1a', '-a', '.a', 'a b', 'a&b', '·a', '×', '😀', 'a:b', ':a', 'a:', 'a:b:c', 'xml:a', 'xmlns:a', 'MSGID', 'msgid', '__proto__', 'constructor', 'toString',
];

// prettier-ignore
export const NAMESPACES: readonly string[] = [
  '', 'urn:x', 'urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08', 'urn:iso:std:iso:20022:tech:xsd:pacs.008.001.13',
  'urn:iso:std:iso:20022:tech:xsd:head.001.001.02',
  'urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10', 'URN:iso:std:iso:20022:tech:xsd:pacs.008.001.08', 'urn:iso:std:iso:20022:tech:xsd:pacs.008.001.99',
  'urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08 ', 'http://www.w3.org/2001/XMLSchema-instance', 'http://www.w3.org/XML/1998/namespace',
  'http://www.w3.org/2000/xmlns/', 'http://www.w3.org/2000/09/xmldsig#', 'urn:iso:std:iso:20022:tech:xsd:pacs.008.001.0&#56;', 'http://x/%41',
];
