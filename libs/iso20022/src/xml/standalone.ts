import { toByteText } from './bytes.js';
import type { ReadPolicy } from './policy.js';
import { readText } from './reader.js';

const POLICY: ReadPolicy = {
  schemaOf: () => undefined,
  depthMax: 64,
  attributesMax: 64,
  elementsMax: 10_000,
  wrappersMax: 0,
  errorsMax: 100,
  markup: 'refuse',
};

/** Whether a text is one well-formed element and nothing else, without declaration and markup. */
export function isStandalone(text: string): boolean {
  if (!text.startsWith('<') || text.startsWith('<?') || !text.endsWith('>')) return false;
  return readText(toByteText(text), POLICY).wellFormed;
}
