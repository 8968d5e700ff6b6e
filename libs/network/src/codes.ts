import { readFileSync } from 'node:fs';
import { isReason, type Reason } from '@tonle/contracts';
import type { Telemetry } from '@tonle/telemetry';
import { z } from 'zod';

// What the codes and texts of a network mean is data: the codes.json of its adapter; of networks that speak ISO 20022,
// libs/network-iso/src/standard-codes.json and their profile. What is not in it is ambiguous, and counted.

/** What one code or text means: a word of the network's reading, and the ISO reason or refusal that it stands for. */
export interface CodeMeaning<Means extends string = string> {
  readonly means: Means;
  /** An external status reason of ISO 20022. */
  readonly iso?: string;
  /** The reason of a payee that is refused. */
  readonly refusal?: Reason;
}

/** Code -> meaning; or text -> meaning, in lower case, in the order in which they are tried. */
export type CodeTable<Means extends string = string> = Readonly<Record<string, CodeMeaning<Means>>>;

/** The schema of one meaning, with the words that the reading knows. */
export function codeMeaning<const Means extends string>(...means: readonly Means[]) {
  return z.strictObject({
    means: z.enum(means),
    iso: z.string().length(4).optional(),
    refusal: z.custom<Reason>((code) => typeof code === 'string' && isReason(code)).optional(),
  });
}

/** The schema of a table. */
export function codeTable<const Means extends string>(...means: readonly Means[]) {
  return z.record(z.string(), codeMeaning(...means));
}

/** Reads the tables of a network when it is loaded. Throws when they have another form. */
export function readCodes<Tables>(file: URL, schema: z.ZodType<Tables>): Tables {
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The meaning of the code; undefined when the table does not have it. */
export function meaningOfCode<Means extends string>(
  table: CodeTable<Means>,
  code: string | number,
): CodeMeaning<Means> | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** The meaning of the first text of the table that is contained in `text`, in whatever case. */
export function meaningOfText<Means extends string>(
  table: CodeTable<Means>,
  text: string,
): CodeMeaning<Means> | undefined {
  const lower = text.toLowerCase();
  return Object.entries(table).find(([part]) => lower.includes(part))?.[1];
}

/** Counts the answers of a network with what its tables do not have. */
export function unmappedCodes(telemetry: Telemetry, partner: string): ReturnType<Telemetry['counter']> {
  const help = 'Answers with a code or text that the tables of the network do not have';
  return telemetry.counter('tonle_partner_unmapped_codes_total', help, ['partner'], [{ partner }]);
}
