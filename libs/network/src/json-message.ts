import { hash } from 'node:crypto';
import { amountFromJson, findCurrency, isPayable, type AmountJson } from '@tonle/money';
import type { RawMessage, Reading, Unreadable } from '@tonle/door';
import { z } from 'zod';
import { asRecord } from './json.js';

// What messages in JSON are made of whose every scalar is a text, with amounts in their smallest unit.

const END_TO_END_MAX = 35;
const MINOR = /^[1-9]\d{0,15}$/;

export const wireText = z.string().min(1);
/** An id of either side. No id has a control character, and no column takes a NUL. */
export const idOfWire = wireText.max(64).regex(/^\P{Cc}+$/u);
export const instantOfWire = z.iso.datetime({ offset: true });
/** Absent and null are the same; an empty text is neither. */
export const absent = <T extends z.ZodType>(schema: T) =>
  z
    .union([schema, z.null()])
    .optional()
    .transform((value) => value ?? undefined);

/** An amount of the wire, in minor units; a JSON number is none, and neither is a part of what can be paid. */
export const minorOfWire = z
  .object({
    currency: z.string().refine((code) => findCurrency(code) !== undefined),
    value: z.string().regex(MINOR),
  })
  .transform(({ currency, value }): AmountJson => ({ currency, minor: value }))
  .refine((amount) => isPayable(amountFromJson(amount)));

/** A time as the wire has it, to the second. */
export function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** JSON of an object; undefined for anything else. */
export function readJson(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

/** A call of theirs by its schema. */
export function readCall<T>(schema: z.ZodType<T>, { bytes }: { readonly bytes: Uint8Array }) {
  return schema.safeParse(readJson(bytes));
}

/** A call of theirs that has another form than its schema: where, and why. */
export function unreadable(error: z.ZodError | undefined): Unreadable {
  const errors = (error?.issues ?? []).map(({ code, path, message }) => ({
    code,
    path: `/${path.join('/')}`,
    line: 1,
    detail: message,
  }));
  return { kind: 'unreadable', reason: 'schema_invalid', errors };
}

/** Reads a message by its schema, and what it then is by `meaning`. */
export function readingBy<Call, Asked>(
  schema: z.ZodType<Call>,
  meaning: (call: Call, message: RawMessage) => Reading<Asked>,
): (message: RawMessage) => Reading<Asked> {
  return (message) => {
    const read = readCall(schema, message);
    return read.success ? meaning(read.data, message) : unreadable(read.error);
  };
}

/** An id of theirs as it travels on. */
export function endToEndIdOf(id: string): string {
  return id.length <= END_TO_END_MAX ? id : hash('sha256', id, 'hex').slice(0, 32);
}
