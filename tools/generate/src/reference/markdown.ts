// What the pages share: tables whose cells hold no bar and no line break.

export const NOTICE = '<!-- Made by `npm run reference`; correct the source, not this page. -->';

const cell = (text: string | number): string =>
  String(text).replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();

/** A Markdown table; rows are lists of texts. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;
