// What the pages share: tables whose cells hold no bar and no line break.

export const NOTICE = '<!-- Made by `npm run reference`; correct the source, not this page. -->';

const cell = (text) => String(text).replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();

/** A Markdown table; rows are arrays of texts. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export const code = (text) => `\`${text}\``;
