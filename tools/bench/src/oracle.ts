import { readFileSync } from 'node:fs';
import { XmlDocument, XmlElement, XmlXPath, XsdValidator } from 'libxml2-wasm';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:';

/** `well-formed`: XML, but there is no schema at hand to say more. */
export type Verdict = 'valid' | 'invalid' | 'well-formed' | 'not-well-formed';

/** What libxml2 says about a body. Its documents live outside the garbage collector's reach: each is disposed of. */
export class Oracle {
  private readonly validators = new Map<string, XsdValidator>();

  constructor(private readonly schemas: ReadonlyMap<string, string>) {}

  /** Whether verdicts are about schemas at all. */
  get knowsSchemas(): boolean {
    return this.schemas.size > 0;
  }

  judge(bytes: Uint8Array): Verdict {
    let document: XmlDocument;
    try {
      document = XmlDocument.fromBuffer(bytes);
    } catch {
      return 'not-well-formed';
    }
    try {
      return this.knowsSchemas ? this.judgeElement(document.root) : 'well-formed';
    } finally {
      document.dispose();
    }
  }

  /** Parses and validates a message that is known to be valid. Throws when it is not. */
  validate(bytes: Uint8Array, validator: XsdValidator): void {
    const document = XmlDocument.fromBuffer(bytes);
    try {
      validator.validate(document);
    } finally {
      document.dispose();
    }
  }

  /** The ISO parts below an element, each by the schema of its own namespace; wrappers around them do not matter. */
  private judgeElement(root: XmlElement): Verdict {
    const parts = partsOf(root);
    if (parts.length === 0) return 'invalid';
    return parts.every((part) => this.isValid(part)) ? 'valid' : 'invalid';
  }

  private isValid(part: XmlElement): boolean {
    const validator = this.validatorOf(part.namespaceUri);
    if (validator === undefined) return false;
    try {
      validator.validate(part);
      return true;
    } catch {
      return false;
    }
  }

  /** The validator of a namespace; undefined when there is no schema of it. */
  validatorOf(namespace: string): XsdValidator | undefined {
    const known = this.validators.get(namespace);
    const file = namespace.startsWith(NAMESPACE)
      ? this.schemas.get(namespace.slice(NAMESPACE.length))
      : undefined;
    if (known !== undefined || file === undefined) return known;
    // The schema refers to its document for as long as it is used.
    const validator = XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(file)));
    this.validators.set(namespace, validator);
    return validator;
  }
}

/** Outermost elements that are named like ISO parts. */
function partsOf(root: XmlElement): XmlElement[] {
  if (isPart(root.name)) return [root];
  return root.find(INNER_PARTS).filter((node) => node instanceof XmlElement);
}

const isPart = (name: string): boolean => name === 'Document' || name === 'AppHdr';
const NAMED = '*[local-name()="Document" or local-name()="AppHdr"]';
const INNER_PARTS = XmlXPath.compile(`descendant::${NAMED}[not(ancestor::${NAMED})]`);
