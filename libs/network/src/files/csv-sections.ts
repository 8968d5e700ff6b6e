import { csvRows, type CsvRow } from './csv.js';
import { FileFault } from './file-fault.js';
import type { FileColumn, SectionsForm } from './file-layout.js';
import { readValue, type FileClock, type FileRecord } from './file-values.js';

/** What a file says that sums up and then tells each. Throws a FileFault when anything is not as laid out, or does not tie. */
export function readSections(
  text: string,
  form: SectionsForm,
  clock: FileClock,
): { readonly summary: FileRecord; readonly records: FileRecord[] } {
  const [summaryHeadings, summaryRow, detailHeadings, ...rows] = csvRows(text);
  if (summaryHeadings === undefined || summaryRow === undefined)
    throw new FileFault('section_missing', 'it has no row that sums up; ask the network for the file again');
  const read = sectionReader(summaryHeadings, form.summary, clock);
  const summary = read(summaryRow);
  if (detailHeadings === undefined)
    throw new FileFault(
      'section_missing',
      'it ends before the headings of its records; ask the network for the file again',
    );
  const records = rows.map(sectionReader(detailHeadings, form.detail, clock));
  assertTies(summary, records, form.totals);
  return { summary, records };
}

/** Reads rows under these headings. A heading that the layout does not know may mean money: it is not passed over. */
function sectionReader(
  { line, cells: headings }: CsvRow,
  columns: readonly FileColumn[],
  clock: FileClock,
): (row: CsvRow) => FileRecord {
  const names = headings.map((heading) => heading.trim());
  const known = new Map(columns.map((column) => [column.name, column]));
  for (const [index, name] of names.entries()) {
    if (!known.has(name))
      throw new FileFault(
        'column_unknown',
        `${name} is not in the layout; add it there, or correct it`,
        line,
      );
    if (names.indexOf(name) < index) throw new FileFault('column_twice', `${name} is here twice`, line);
  }
  for (const { name, optional } of columns)
    if (!optional && !names.includes(name))
      throw new FileFault(
        'column_missing',
        `${name} is not here; make it optional in the layout if it may be`,
        line,
      );
  return (row) => {
    const { cells } = row;
    if (cells.length !== names.length) {
      const rule = cells.length < names.length ? 'cut_short' : 'line_wrong';
      const text = `it has ${cells.length} values under ${names.length} headings; ask the network for the file again`;
      throw new FileFault(rule, text, row.line);
    }
    const record: Record<string, string> = {};
    for (const [index, name] of names.entries()) {
      const value = readValue(cells[index]!, known.get(name)!, clock, row.line);
      if (value !== undefined) record[name] = value;
    }
    return record;
  };
}

function assertTies(
  summary: FileRecord,
  records: readonly FileRecord[],
  { count, sums, minus }: SectionsForm['totals'],
): void {
  const said = BigInt(summary[count] ?? '0');
  if (said !== BigInt(records.length))
    throw new FileFault(
      'count_wrong',
      `${count} is ${said}, and ${records.length} records are here; ask the network for the file again`,
    );
  for (const [total, of] of Object.entries(sums)) {
    const sum = records.reduce((all, record) => {
      const minor = BigInt(record[of] ?? '0');
      return minus?.values.includes(record[minus.column] ?? '') === true ? all - minor : all + minor;
    }, 0n);
    const told = BigInt(summary[total] ?? '0');
    if (told !== sum)
      throw new FileFault(
        'total_wrong',
        `${total} is ${told}, and ${of} adds up to ${sum}; ask the network for the file again`,
      );
  }
}
