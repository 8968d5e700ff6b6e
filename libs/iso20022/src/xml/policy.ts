import type { MessageSchema } from '../schema/compile.js';
import type { ReadPart } from './content.js';
import type { NamespaceScope } from './tag.js';

export interface ReadPolicy {
  /** The schema of a namespace; undefined when no such message is known. */
  readonly schemaOf: (namespace: string) => MessageSchema | undefined;
  /** Namespaces around the text, when it is a piece of a larger one. */
  readonly scope?: NamespaceScope;
  readonly depthMax: number;
  readonly attributesMax: number;
  readonly elementsMax: number;
  readonly errorsMax: number;
  /** Elements around the ISO parts, at most so deep. */
  readonly wrappersMax: number;
  /**
   * CDATA sections, processing instructions and comments hide text from other readers: `between` takes comments where only
   * elements stand, as messages on the wire may have them.
   */
  readonly markup: 'refuse' | 'between' | 'accept';
  /** Called when the root of a part opens; what it returns refuses the part. */
  readonly accepts?: (version: string) => { code: string; detail: string } | undefined;
  /** Collects the index of every element by its path, where a later error wants to point at one. */
  readonly positions?: Map<string, number>;
}

/** An error by its index in the text; the caller turns it into line and byte. */
export interface TextError {
  readonly code: string;
  readonly path: string;
  readonly index: number;
  readonly detail: string;
}

export interface TextReading {
  readonly parts: readonly ReadPart[];
  readonly errors: readonly TextError[];
  /** Whether it is XML at all (errors may be of the schema only). */
  readonly wellFormed: boolean;
}
