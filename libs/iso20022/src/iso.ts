import { addresseesOf } from './mapping/addressees.js';
import { withAllDecimals, type AmountDecimals } from './mapping/amount-decimals.js';
import {
  fromCanonical,
  fromHeader,
  toCanonical,
  toHeader,
  unheldInDocument,
  unheldInHeader,
} from './mapping/messages.js';
import type { ValueProblem } from './mapping/shape.js';
import { readLocated, type ReadOptions } from './message.js';
import type { BusinessHeader, CanonicalMessage, IsoError, IsoReading } from './model.js';
import { checkProfile } from './profile/profile-check.js';
import { checkSums } from './profile/sums-check.js';
import { checkTexts } from './profile/texts-check.js';
import type { IsoMessage } from './schema/tree.js';
import { writePart } from './xml/writer.js';

/** Around header and document on every wire of ours. */
export const ENVELOPE_NAMESPACE = 'urn:tonle:envelope:1';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const HEADER_VERSION = 'head.001.001.02';

export interface WriteOptions {
  /**
   * `tonle` wraps header and document in the switch's envelope and needs a header; `none` writes the bare Document.
   * By default: `tonle` when a header is given.
   */
  readonly envelope?: 'tonle' | 'none';
  /** The header's definition, head.001.001.02 unless told otherwise. */
  readonly headerVersion?: string;
  /** How many decimals amounts have; by default `as_paid`. */
  readonly amounts?: AmountDecimals;
}

/**
 * Reads one message, strictly: UTF-8, well-formed, valid against its schema, one transaction, amounts that can be
 * paid. Refuses with every error it finds, each with path, line and byte offset; never throws for what bytes hold.
 */
export function readIso(bytes: Uint8Array, options: ReadOptions = {}): IsoReading {
  const { reading, locate } = readLocated(bytes, options);
  if (reading.kind === 'refused') return reading;
  return understand(reading.message, options, locate);
}

/** The canonical form of a valid message, and what is wrong with it beyond its schema. */
export function understand(
  raw: IsoMessage,
  options: ReadOptions,
  locate: (problems: readonly ValueProblem[]) => IsoError[],
): IsoReading {
  const { document, header } = raw;
  const { version } = document;
  const problems: ValueProblem[] = [];
  const read = header === undefined ? undefined : toHeader(header, problems);
  const message = toCanonical(document, problems);
  if (read !== undefined && read.messageDefinition !== version) {
    const detail = `the header announces ${read.messageDefinition}, the document is ${version}`;
    problems.push({ code: 'header_mismatch', path: '/AppHdr/MsgDefIdr', detail });
  }
  if (message === undefined) {
    problems.push({
      code: 'unsupported_message',
      path: '/Document',
      detail: `${version} is valid, but not supported`,
    });
  }
  if (options.textFault !== undefined) problems.push(...checkTexts(raw, options.textFault));
  if (options.profile === undefined) checkSums(document, problems);
  else problems.push(...checkProfile(raw, options.profile, options.on));
  if (message === undefined || problems.length > 0)
    return { kind: 'refused', version, errors: locate(problems) };
  const unheld =
    options.tellUnheld === true
      ? [
          ...(header === undefined || read === undefined ? [] : unheldInHeader(header, read)),
          ...unheldInDocument(document, message),
        ]
      : undefined;
  return {
    kind: 'read',
    version,
    ...(read !== undefined && { header: read, headerVersion: header!.version }),
    message,
    ...(unheld !== undefined && { unheld }),
    ...(options.tellAddressees === true && { addressees: addresseesOf(raw) }),
  };
}

/**
 * Writes a canonical message in the given version, e.g. `pacs.008.001.08`. What that version has no element for is
 * left out. Throws IsoWriteError or RangeError for programming errors: a value the schema does not take, a version
 * of another message, an envelope without header.
 */
export function writeIso(
  message: CanonicalMessage,
  version: string,
  header?: BusinessHeader,
  options: WriteOptions = {},
): string {
  const made = fromCanonical(message, version);
  const document = options.amounts === 'iso4217' ? withAllDecimals(made) : made;
  const envelope = options.envelope ?? (header === undefined ? 'none' : 'tonle');
  if (envelope === 'none') return writeMessage({ document });
  if (header === undefined) throw new RangeError('an envelope needs a header');
  return writeMessage({ document, header: fromHeader(header, options.headerVersion ?? HEADER_VERSION) });
}

/** Writes header and document as they are, in the envelope when there is a header. Throws IsoWriteError. */
export function writeMessage({ document, header }: IsoMessage): string {
  if (header === undefined) return DECLARATION + writePart(document);
  return `${DECLARATION}<Envelope xmlns="${ENVELOPE_NAMESPACE}">${writePart(header)}${writePart(document)}</Envelope>`;
}
