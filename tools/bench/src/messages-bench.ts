import { readFileSync } from 'node:fs';
import { readIso, writeIso, type IsoReading } from '@tonle/iso20022';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { measure, type Contestant, type Effort, type Measured } from './measure.js';
import { ownMessage, schemaFiles } from './data.js';

const MESSAGE = 'pacs.008.001.08';
export const OURS = 'libs/iso20022';
export const FAST_XML_PARSER = 'fast-xml-parser';
const LIBXML2 = 'libxml2-wasm';

// Texts as they stand, attributes too: what is needed to get at amounts at all.
const OPTIONS = { ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false };

export interface MessageFigures {
  readonly bytes: number;
  readonly read: readonly Measured[];
  readonly write: readonly Measured[];
  /** Why a contestant is not there. */
  readonly leftOut?: string;
}

/** One pacs.008.001.08 from bytes to what a program can use, and back. */
export function benchMessages(folder: string | undefined, effort: Effort): MessageFigures {
  const bytes = ownMessage(`${MESSAGE}-document.xml`);
  const schema = schemaFiles(folder).get(MESSAGE);
  const read = measure(
    [...readers(bytes), ...(schema === undefined ? [] : validators(bytes, schema))],
    effort,
  );
  const write = measure(writers(bytes), effort);
  const leftOut = `${LIBXML2} with schema: TONLE_CONFORMANCE_DATA names no folder with iso/xsd/${MESSAGE}.xsd`;
  return { bytes: bytes.length, read, write, ...(schema === undefined && { leftOut }) };
}

function readers(bytes: Buffer): Contestant[] {
  const parser = new XMLParser(OPTIONS);
  return [
    { name: `${OURS}: read, validated, canonical`, run: () => accepted(readIso(bytes)) },
    {
      name: `${FAST_XML_PARSER}: parsed, nothing checked`,
      run: () => parser.parse(bytes.toString()) as unknown,
    },
    { name: `${LIBXML2}: parsed, nothing checked`, run: () => XmlDocument.fromBuffer(bytes).dispose() },
  ];
}

function validators(bytes: Buffer, schema: string): Contestant[] {
  const validator = XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(schema)));
  const run = (): void => {
    const document = XmlDocument.fromBuffer(bytes);
    validator.validate(document);
    document.dispose();
  };
  return [{ name: `${LIBXML2}: parsed, validated, no values read`, run }];
}

function writers(bytes: Buffer): Contestant[] {
  const { message } = accepted(readIso(bytes));
  const parsed: unknown = new XMLParser(OPTIONS).parse(bytes.toString());
  const builder = new XMLBuilder(OPTIONS);
  return [
    { name: `${OURS}: canonical to checked XML`, run: () => writeIso(message, MESSAGE) },
    { name: `${FAST_XML_PARSER}: object to XML, nothing checked`, run: () => builder.build(parsed) },
  ];
}

function accepted(reading: IsoReading): Extract<IsoReading, { kind: 'read' }> {
  if (reading.kind === 'read') return reading;
  throw new Error(`the message of the measurement was refused: ${JSON.stringify(reading.errors[0])}`);
}
