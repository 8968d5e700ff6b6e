import type { ComplexType, IsoType, MessageSchema, SimpleType } from '../schema/compile.js';
import type { IsoTree, IsoValue } from '../schema/tree.js';
import { fromByteText, type ByteText } from './bytes.js';
import { firstNonBlank, nameEnd, skipBlanks, withoutBlanks } from './characters.js';
import { allowedNames, type Frame, type ReadPart } from './content.js';
import { OpenElements } from './elements.js';
import type { ReadPolicy, TextError, TextReading } from './policy.js';
import { Source } from './source.js';
import {
  checkAttributes,
  namespaceOf,
  NotWellFormed,
  OUTERMOST,
  readStartTag,
  selfContained,
  type NamespaceScope,
  type StartTag,
} from './tag.js';

const LESS = 60;
const SLASH = 47;

/** Reads and validates a text in one pass. Never throws for what the text holds. */
export function readText(text: ByteText, policy: ReadPolicy): TextReading {
  return new TextReader(text, policy).read();
}

class TextReader extends OpenElements {
  private source!: Source;
  private readonly parts: ReadPart[] = [];
  private at = 0;
  /** Text of the open simple element so far. */
  private pending = '';
  /** The schema of the open part. */
  private schema: MessageSchema | undefined;
  /** The scope of the open part's root, when it has no prefix. */
  private home: NamespaceScope | undefined;

  constructor(
    private readonly text: ByteText,
    policy: ReadPolicy,
  ) {
    super(policy);
  }

  read(): TextReading {
    let wellFormed = true;
    try {
      this.source = new Source(this.text);
      this.at = this.source.start;
      while (this.at < this.text.length) this.step();
      this.checkEnd(this.at);
    } catch (error) {
      if (!(error instanceof NotWellFormed)) throw error;
      wellFormed = false;
      this.errors.push({ code: error.code, path: this.path(), index: error.index, detail: error.detail });
    }
    return { parts: this.parts, errors: this.errors.map(readable), wellFormed };
  }

  private step(): void {
    const { text, at } = this;
    if (text.charCodeAt(at) !== LESS) return this.skipIndent() ? undefined : this.readCharacters();
    const next = text.charCodeAt(at + 1);
    if (next === SLASH) return this.readEndTag();
    if (next === 33 || next === 63) return this.readMarkup();
    this.readElement();
  }

  /** Blanks between elements, as most messages are indented. False when there is more to look at. */
  private skipIndent(): boolean {
    if (this.depth === 0 || this.frames[this.depth - 1]!.type?.kind !== 'complex') return false;
    const end = skipBlanks(this.text, this.at);
    if (this.text.charCodeAt(end) !== LESS) return false;
    this.at = end;
    return true;
  }

  private readCharacters(): void {
    const less = this.text.indexOf('<', this.at);
    const end = less < 0 ? this.text.length : less;
    const frame = this.depth > 0 ? this.frames[this.depth - 1]! : undefined;
    if (frame === undefined || frame.type?.kind === 'complex') {
      const wrong = firstNonBlank(this.text, this.at, end);
      if (wrong >= 0 && frame === undefined)
        throw new NotWellFormed('not_well_formed', wrong, 'text outside the root element');
      if (wrong >= 0) {
        // Blanks may be written as character references, too.
        const value = this.source.decode(this.at, end);
        if (firstNonBlank(value, 0, value.length) >= 0)
          this.fail('unexpected_text', wrong, 'text where only elements are allowed');
      }
    } else {
      const value = this.source.decode(this.at, end);
      if (frame.type !== undefined) this.pending += value;
    }
    this.at = end;
  }

  private readMarkup(): void {
    const { kind, from, to, end } = this.source.markup(this.at);
    const { markup } = this.policy;
    if (markup !== 'accept' && !(markup === 'between' && kind === 'comment' && this.isBetweenElements())) {
      throw new NotWellFormed(kind, this.at, `a ${kind.replace('_', ' ')} is not allowed in a message`);
    }
    if (kind === 'cdata') this.readSection(from, to);
    this.at = end;
  }

  private readSection(from: number, to: number): void {
    const frame = this.depth > 0 ? this.frames[this.depth - 1]! : undefined;
    if (frame === undefined)
      throw new NotWellFormed('not_well_formed', from, 'text outside the root element');
    if (frame.type?.kind === 'simple')
      this.pending += fromByteText(this.text.slice(from, to)).replace(/\r\n?/g, '\n');
    else if (frame.type !== undefined)
      this.fail('unexpected_text', from, 'text where only elements are allowed');
  }

  private readEndTag(): void {
    const { text, at, depth } = this;
    const name = depth > 0 ? this.frames[depth - 1]!.name : '';
    const end = skipBlanks(text, at + 2 + name.length);
    const matches =
      depth > 0 && text.startsWith(name, at + 2) && nameEnd(text, at + 2) === at + 2 + name.length;
    if (!matches || text.charCodeAt(end) !== 62) {
      throw new NotWellFormed(
        'not_well_formed',
        at,
        depth > 0 ? `an end tag that does not close ${name}` : 'an end tag too many',
      );
    }
    this.at = end + 1;
    this.close();
  }

  private readElement(): void {
    const { policy } = this;
    this.checkStart(this.at);
    const parent = this.depth > 0 ? this.frames[this.depth - 1]! : undefined;
    const guess =
      parent?.type?.kind === 'complex' ? parent.type.followers[parent.particle + 1]?.name : undefined;
    const outer = parent?.scope ?? policy.scope ?? OUTERMOST;
    const tag = readStartTag(this.text, this.at, outer, policy.attributesMax, guess);
    if (tag.attributes.length > 0) checkAttributes(tag);
    const namespace = namespaceOf(tag.scope, tag.prefix, tag.start);
    this.at = tag.end;
    const frame = this.push(tag);
    this.classify(frame, tag, namespace);
    if (policy.positions !== undefined && this.schema !== undefined)
      policy.positions.set(this.path(), tag.start);
    if (frame.type !== undefined) this.openTyped(frame, frame.type, tag);
    if (tag.empty) this.close();
    else if (frame.type?.kind === 'simple') this.readLeaf(frame);
  }

  /** Decides what the new element is: typed by its parent, a part's root, open content, a wrapper, or a mistake. */
  private classify(frame: Frame, tag: StartTag, namespace: string): void {
    const parent = this.depth > 1 ? this.frames[this.depth - 2]! : undefined;
    if (parent === undefined || (parent.type === undefined && !parent.skipped))
      return this.openRoot(frame, tag, namespace);
    if (parent.skipped) return this.skip(frame, tag, namespace, parent.lax);
    if (parent.type?.kind !== 'complex') {
      frame.skipped = true;
      return this.fail('unexpected_element', tag.start, `${parent.local} holds text, not elements`);
    }
    this.placeChild(parent, parent.type, frame, tag, namespace);
  }

  /** Passes over an element; in lax content the message's own root is validated all the same. */
  private skip(frame: Frame, tag: StartTag, namespace: string, lax: boolean): void {
    frame.lax = lax;
    frame.type = lax && namespace === this.schema!.namespace ? this.schema!.roots.get(tag.local) : undefined;
    frame.skipped = frame.type === undefined;
  }

  /** Whether an element is in the message's namespace; nearly always by the scope of its root, without comparing texts. */
  private isAtHome(tag: StartTag, namespace: string): boolean {
    return (tag.scope === this.home && tag.prefix === '') || namespace === this.schema!.namespace;
  }

  private placeChild(parent: Frame, type: ComplexType, frame: Frame, tag: StartTag, namespace: string): void {
    const guess = type.followers[parent.particle + 1];
    const known = guess?.name === tag.local ? guess : type.slots.get(tag.local);
    const slot = this.isAtHome(tag, namespace) ? known : undefined;
    if (this.missing.length > 0) this.missing.length = 0;
    if (slot === undefined) {
      const open = parent.placeOpen(type, namespace, this.missing);
      this.failMissing(tag.start, 1);
      this.skip(frame, tag, namespace, open?.lax === true);
      frame.kept = open !== undefined;
      if (open === undefined)
        this.fail(
          'unexpected_element',
          tag.start,
          `not expected here; ${allowedNames(type, parent.particle)} may stand here`,
        );
      return;
    }
    type.followers[parent.particle + 1] = slot;
    frame.type = slot.alternative.type;
    frame.index = parent.nextIndex(slot);
    const wrong = parent.place(type, slot, this.missing);
    if (this.missing.length > 0) this.failMissing(tag.start, 1);
    if (wrong === undefined) frame.slot = slot;
    else this.failPlace(wrong, tag.start);
  }

  /** An element outside the ISO parts: the root of one, or something wrapped around them. */
  private openRoot(frame: Frame, tag: StartTag, namespace: string): void {
    const schema = this.policy.schemaOf(namespace);
    const type = schema?.roots.get(tag.local);
    if (schema !== undefined && type !== undefined) {
      this.schema = schema;
      this.partDepth = this.depth;
      this.home = tag.prefix === '' ? tag.scope : undefined;
      frame.type = type;
      this.parts.push({ root: tag.local, version: schema.message, start: tag.start, end: 0, tree: {} });
      const refusal = this.policy.accepts?.(schema.message);
      if (refusal !== undefined) throw new NotWellFormed(refusal.code, tag.start, refusal.detail);
      return;
    }
    if (tag.local === 'Document' || tag.local === 'AppHdr') {
      frame.skipped = true;
      if (namespace === '') this.fail('no_namespace', tag.start, 'no namespace says which message this is');
      else this.fail('unknown_message', tag.start, `no message definition is known for "${namespace}"`);
    }
    // What lies deeper than any envelope is not looked at.
    if (this.depth > this.policy.wrappersMax) frame.skipped = true;
  }

  private openTyped(frame: Frame, type: IsoType, tag: StartTag): void {
    if (type.kind === 'complex') frame.tree = {};
    else this.pending = '';
    const attribute = type.kind === 'simple' ? type.attribute : undefined;
    if (attribute !== undefined || tag.attributes.length > 0) this.takeAttributes(frame, attribute, tag);
  }

  /** The common case `<Name>text</Name>` in one go. */
  private readLeaf(frame: Frame): void {
    const { text, at } = this;
    const less = text.indexOf('<', at);
    if (less < 0 || text.charCodeAt(less + 1) !== SLASH) return;
    const after = less + 2 + frame.name.length;
    if (text.charCodeAt(after) !== 62 || !text.startsWith(frame.name, less + 2)) return;
    this.pending = this.source.decode(at, less);
    this.at = after + 1;
    this.close();
  }

  private close(): void {
    const frame = this.frames[this.depth - 1]!;
    const { type } = frame;
    let value: IsoValue | undefined;
    if (type?.kind === 'simple') value = this.closeSimple(frame, type);
    else if (type !== undefined) value = this.closeComplex(frame, type);
    if (frame.kept) this.keepSource(frame);
    if (value !== undefined && this.depth === this.partDepth) this.closePart(value as IsoTree);
    else if (value !== undefined && frame.slot !== undefined)
      this.frames[this.depth - 2]!.put(frame.slot, value);
    this.depth -= 1;
  }

  private closeSimple(frame: Frame, type: SimpleType): IsoValue {
    const value = withoutBlanks(this.pending, type.text.blanks);
    this.pending = '';
    const violation = type.text.check(value);
    if (violation !== undefined) this.fail(violation.code, frame.start, violation.detail);
    return type.attribute === undefined ? value : { Ccy: frame.currency ?? '', v: value };
  }

  private closeComplex(frame: Frame, type: ComplexType): IsoValue {
    if (this.missing.length > 0) this.missing.length = 0;
    frame.advance(type, type.particles.length, this.missing);
    if (this.missing.length > 0) this.failMissing(frame.start, 0);
    return frame.tree!;
  }

  private closePart(tree: IsoTree): void {
    const part = this.parts[this.parts.length - 1]!;
    part.tree = tree;
    part.end = this.at;
    this.schema = undefined;
    this.partDepth = 0;
  }

  /** Open content keeps its source, so that it can be written again as it came. */
  private keepSource(frame: Frame): void {
    const parent = this.frames[this.depth - 2]!;
    const source = this.text.slice(frame.start, this.at);
    const tag = readStartTag(this.text, frame.start, parent.scope, this.policy.attributesMax);
    parent.putOpen({ xml: selfContained(tag, source, parent.scope) });
  }
}

/** Paths and details name elements and attributes as they stand in the byte text. */
function readable({ code, path, index, detail }: TextError): TextError {
  return { code, path: fromByteText(path), index, detail: fromByteText(detail) };
}
