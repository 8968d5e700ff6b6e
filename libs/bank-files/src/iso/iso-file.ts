import type { IsoError, IsoTree } from '@tonle/iso20022';
import { readMessage } from '@tonle/iso20022';
import { BANK_FILE_BYTES_MAX } from '../field-value.js';
import { refusedFile, type BankFileError, type BankFileErrorCode, type BankFileRefusal } from '../reading.js';

// ISO 20022 files of banks: read whole by the tables of their schemas.

/** An entry has some 20 elements. */
export const FILE_OPTIONS = { maxBytes: BANK_FILE_BYTES_MAX, maxElements: 4_000_000 } as const;

const CODES: Readonly<Record<string, BankFileErrorCode>> = {
  too_large: 'too_large',
  unknown_message: 'wrong_kind',
  unsupported_message: 'wrong_kind',
  no_document: 'wrong_kind',
  unknown_currency: 'currency_unknown',
  amount_malformed: 'amount_malformed',
  amount_scale: 'amount_malformed',
  amount_not_positive: 'amount_malformed',
  amount_too_large: 'amount_malformed',
  date: 'date_malformed',
  date_time: 'date_malformed',
};

/** What the tables of ISO 20022 have against a file, in the words of bank files. */
export function fromIsoErrors(errors: readonly IsoError[]): BankFileRefusal {
  return {
    kind: 'refused',
    errors: errors.map(({ code, path, line, detail }): BankFileError => {
      return {
        code: CODES[code] ?? 'malformed',
        where: `line ${line}, ${path}`,
        detail: `${detail} (${code})`,
      };
    }),
  };
}

/** The tree of a message whose name begins so (`pacs.002.`), below its root element. */
export function readTree(
  bytes: Uint8Array,
  definition: string,
): { readonly kind: 'tree'; readonly version: string; readonly tree: IsoTree } | BankFileRefusal {
  const reading = readMessage(bytes, FILE_OPTIONS);
  if (reading.kind === 'refused') return fromIsoErrors(reading.errors);
  const { version, tree } = reading.message.document;
  if (!version.startsWith(definition))
    return refusedFile('wrong_kind', '/Document', `is ${version}, not a ${definition}`);
  return { kind: 'tree', version, tree: Object.values(tree)[0] as IsoTree };
}
