import { readFileSync } from 'node:fs';
import { z } from 'zod';

// How a network's file is laid out is data: a layout in JSON in the folder of its adapter. What a file says beyond its
// layout, or lacks of it, is refused by name: what nobody has read must not move a statement.

const TIME_FORMAT = /^(yyyyMMddHHmmss|MMddHHmmss|iso)$/;

const column = z.strictObject({
  name: z.string().min(1),
  /**
   * `text` (the default) and `digits` as they stand, without blanks at the ends; `minor`: whole minor units, `-` before
   * what is negative; `credit_debit`: C or D and minor units, D is negative; `time`: an instant, by `format`.
   */
  type: z.enum(['text', 'digits', 'minor', 'credit_debit', 'time']).default('text'),
  /** Of a time: in the network's zone, or `iso` with an offset. Without a year it is the one nearest to the file's day. */
  format: z.string().regex(TIME_FORMAT).optional(),
  /** A record may leave it empty, and a file with headings may lack it. */
  optional: z.boolean().default(false),
});
export type FileColumn = z.infer<typeof column>;

/** One record a line, columns at their places, one blank between them. Lengths are bytes of the encoding. */
const fixedWidth = z.strictObject({
  kind: z.literal('fixed'),
  columns: z.array(column.extend({ length: z.number().int().positive() })).min(1),
});
export type FixedWidthForm = z.infer<typeof fixedWidth>;

/** Comma-separated: headings and one row that sums up, then headings and a row for each record. */
const sections = z.strictObject({
  kind: z.literal('csv'),
  summary: z.array(column).min(1),
  detail: z.array(column).min(1),
  totals: z.strictObject({
    /** Column of the summary that counts the records. */
    count: z.string(),
    /** Column of the summary -> column of the records that it is the sum of. */
    sums: z.record(z.string(), z.string()).default({}),
    /** Column of the records and its values under which an amount is subtracted. */
    minus: z.strictObject({ column: z.string(), values: z.array(z.string()).min(1) }).optional(),
  }),
});
export type SectionsForm = z.infer<typeof sections>;

/** The schema of a layout. */
export const fileLayout = z.strictObject({
  /**
   * How its files are named, e.g. `INN<day:yyMMdd><sequence:2>ZM_<merId>`. `<day:...>` is the day that it tells of (`yyyyMMdd`
   * or `yyMMdd`), `<sequence:n>` its number of n digits, `<currency>` three letters; any other name is a word, or the value
   * that the network has given for it. Files under one set of words are one sequence.
   */
  name: z.string(),
  /** Folder of a day's files, below the root of the place; `<nextDay:...>` is the day after. Default: the root. */
  folder: z.string().default(''),
  /** The first number of a sequence. */
  firstSequence: z.number().int().min(0).default(0),
  encoding: z.enum(['utf-8', 'gbk']),
  form: z.discriminatedUnion('kind', [fixedWidth, sections]),
});
export type FileLayout = z.infer<typeof fileLayout>;

/** Reads a layout of a network when it is loaded. Throws when it has another form. */
export function readLayout(file: URL): FileLayout {
  return fileLayout.parse(JSON.parse(readFileSync(file, 'utf8')));
}
