// The parts of an XLSX workbook (ECMA-376) that hold no rows.

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Indices into the cell formats of `stylesPart`; amounts have one for each number of decimals. */
export const CELL_STYLE = {
  plain: 0,
  heading: 1,
  instant: 2,
  day: 3,
  count: 4,
  flagged: 5,
  amount: 6,
} as const;
/** ISO 4217 knows no more decimals. */
const SCALE_MAX = 4;

const BUILT_IN_FORMATS = 164;
const formatOf = (scale: number): string => (scale === 0 ? '#,##0' : `#,##0.${'0'.repeat(scale)}`);
const FORMATS = [
  'yyyy\\-mm\\-dd\\ hh:mm:ss.000',
  'yyyy\\-mm\\-dd',
  ...Array.from({ length: SCALE_MAX + 1 }, (_, scale) => formatOf(scale)),
];

/** The next ones are for text, XML 1.0 and ST_Xstring: what neither can carry is written as `_xHHHH_`. */
const UNCARRIED = /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]/g;
const LOOKS_ESCAPED = /_(?=x[0-9A-Fa-f]{4}_)/g;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text as content of an element. */
export function xmlText(text: string): string {
  return text
    .replace(LONE, '\ufffd')
    .replace(LOOKS_ESCAPED, '_x005F_')
    .replace(UNCARRIED, (character) => `_x${hexOf(character)}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

const hexOf = (character: string): string =>
  character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');

/** The sheet's opening, up to its first row: the heading stays when one scrolls. */
export function sheetStart(widths: readonly number[], isFrozen: boolean): string {
  const pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  const views = `<sheetViews><sheetView workbookViewId="0">${isFrozen ? pane : ''}</sheetView></sheetViews>`;
  const columns = widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('');
  return `${XML}<worksheet xmlns="${MAIN}">${views}<cols>${columns}</cols><sheetData>`;
}

export const SHEET_END = '</sheetData></worksheet>';

function stylesPart(): string {
  const numbers = FORMATS.map(
    (format, index) => `<numFmt numFmtId="${BUILT_IN_FORMATS + index}" formatCode="${format}"/>`,
  ).join('');
  const cell = (format: number, more = '') =>
    `<xf numFmtId="${format}" fontId="0" fillId="0" borderId="0" xfId="0"${format === 0 ? '' : ' applyNumberFormat="1"'}${more}/>`;
  const cells = [
    cell(0),
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>',
    cell(BUILT_IN_FORMATS),
    cell(BUILT_IN_FORMATS + 1),
    cell(1),
    '<xf numFmtId="49" fontId="0" fillId="3" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1" applyAlignment="1"><alignment horizontal="right"/></xf>',
    ...Array.from({ length: SCALE_MAX + 1 }, (_, scale) => cell(BUILT_IN_FORMATS + 2 + scale)),
  ];
  const fill = (color: string) =>
    `<fill><patternFill patternType="solid"><fgColor rgb="${color}"/><bgColor indexed="64"/></patternFill></fill>`;
  return (
    `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${FORMATS.length}">${numbers}</numFmts>` +
    '<fonts count="2"><font><sz val="10"/><name val="Calibri"/></font><font><b/><sz val="10"/><name val="Calibri"/></font></fonts>' +
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
    `${fill('FFE7E6E6')}${fill('FFFFF2CC')}</fills>` +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${cells.length}">${cells.join('')}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
  );
}

const relationships = (links: string): string =>
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">${links}</Relationships>`;

/** All other parts, by their names: what sheets there are, and where. */
export function packageParts(sheets: readonly string[]): ReadonlyMap<string, string> {
  const each = (write: (name: string, number: number) => string) =>
    sheets.map((name, index) => write(name, index + 1)).join('');
  const styles = sheets.length + 1;
  const types = each(
    (_, n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPES}.worksheet+xml"/>`,
  );
  const links = each(
    (_, n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
  );
  const listed = each((name, n) => `<sheet name="${xmlText(name)}" sheetId="${n}" r:id="rId${n}"/>`);
  return new Map([
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>` +
        `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>${types}</Types>`,
    ],
    [
      '_rels/.rels',
      relationships(`<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>`),
    ],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${listed}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relationships(`${links}<Relationship Id="rId${styles}" Type="${OFFICE}/styles" Target="styles.xml"/>`),
    ],
    ['xl/styles.xml', stylesPart()],
  ]);
}
