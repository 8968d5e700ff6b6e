import { REASONS, type Refusal } from '@tonle/contracts';
import { codeMeaning, meaningOfCode, readCodes, type CodeMeaning } from '@tonle/network';
import { z } from 'zod';
import { VERSIONS } from './headers.js';

/**
 * What an error code means for what was asked. `refused_call`: it was not understood, which says nothing about what it
 * repeats; `expired`: its time was up, and nothing was done; `ambiguous`: anything may have been done.
 */
const MEANINGS = ['refused', 'refused_call', 'expired', 'not_found', 'other_content', 'ambiguous'] as const;
export type FspiopMeaning = CodeMeaning<(typeof MEANINGS)[number]>;

const code = z.string().regex(/^[1-9]\d{3}$/);
/**
 * `told`: an external status reason of ISO 20022 -> the code that a payee's FSP tells it by. `refusals`: the same of a reason of
 * ours that has a closer one: what broke in our hands, above all, may have been done all the same.
 */
const CODES = readCodes(
  new URL('./error-codes.json', import.meta.url),
  z.strictObject({
    errors: z.record(code, codeMeaning(...MEANINGS).extend({ words: z.string().min(1).max(128) })),
    told: z.record(z.string().length(4), code),
    refusals: z.record(z.string(), code),
  }),
);
/** The last word of a payee's FSP. */
const TOLD_BY_DEFAULT = '5000';
const DESCRIPTION_MAX = 128;
/** Of a code alone, else of its first digit; else 400. */
const STATUS: Readonly<Record<string, number>> = {
  '3001': 406,
  '3002': 404,
  '2002': 501,
  '2003': 503,
  '2005': 503,
  '1': 503,
  '2': 500,
};

/** `ErrorInformation` of the API, as it is sent. */
export interface FspiopError {
  readonly errorInformation: {
    readonly errorCode: string;
    readonly errorDescription: string;
    readonly extensionList?: {
      readonly extension: readonly { readonly key: string; readonly value: string }[];
    };
  };
}

/** What a code means; undefined for one that the API does not have: that is ambiguous, and is counted. */
export function meaningOfError(errorCode: string): FspiopMeaning | undefined {
  return meaningOfCode(CODES.errors, errorCode);
}

/** The code by which a payee's FSP tells an ISO reason. */
export function errorCodeOf(isoReason: string): string {
  return Object.hasOwn(CODES.told, isoReason) ? CODES.told[isoReason]! : TOLD_BY_DEFAULT;
}

/** The code by which a refusal of ours is told. */
export function errorCodeOfRefusal({ reason }: Pick<Refusal, 'reason'>): string {
  return CODES.refusals[reason] ?? errorCodeOf(REASONS[reason].iso);
}

/** The HTTP status of an answer that refuses by this code at once. */
export function statusOfError(errorCode: string): number {
  return STATUS[errorCode] ?? STATUS[errorCode.slice(0, 1)] ?? 400;
}

/** The body of a refusal: the words of the code, with the detail after them. Of 3001 the versions that are spoken. */
export function writeError(errorCode: string, detail?: string): FspiopError {
  const words = CODES.errors[errorCode]?.words ?? 'Error';
  const errorDescription = (detail === undefined ? words : `${words} - ${detail}`).slice(0, DESCRIPTION_MAX);
  const versions = VERSIONS.map((version) => version.split('.') as [string, string]);
  const more =
    errorCode === '3001'
      ? { extensionList: { extension: versions.map(([key, value]) => ({ key, value })) } }
      : {};
  return { errorInformation: { errorCode, errorDescription, ...more } };
}
