import type { SimpleType } from '../schema/compile.js';
import { Frame } from './content.js';
import type { ReadPolicy, TextError } from './policy.js';
import { isSchemaHint, NotWellFormed, type StartTag } from './tag.js';

/** The elements that are open while a text is read, and what was found wrong, each with its path. */
export class OpenElements {
  protected readonly errors: TextError[] = [];
  /** Used again and again; those below `depth` are open. */
  protected readonly frames: Frame[] = [];
  protected depth = 0;
  /** How deep the root of the open part is; 0 outside. */
  protected partDepth = 0;
  /** Names of elements that are missing at the place looked at. */
  protected readonly missing: string[] = [];
  private elements = 0;

  constructor(protected readonly policy: ReadPolicy) {}

  /** Throws NotWellFormed where no further element may start. */
  protected checkStart(index: number): void {
    const { depthMax, elementsMax } = this.policy;
    if (this.depth === 0 && this.elements > 0)
      throw new NotWellFormed('not_well_formed', index, 'a second root element');
    if (this.depth >= depthMax)
      throw new NotWellFormed('too_deep', index, `elements deeper than ${depthMax}`);
    this.elements += 1;
    if (this.elements > elementsMax)
      throw new NotWellFormed('too_many_elements', index, `more than ${elementsMax} elements`);
  }

  /** Throws NotWellFormed when the text may not end here. */
  protected checkEnd(index: number): void {
    if (this.depth > 0)
      throw new NotWellFormed('not_well_formed', index, `${this.frames[this.depth - 1]!.name} is not closed`);
    if (this.elements === 0) throw new NotWellFormed('not_well_formed', index, 'no element at all');
  }

  protected push(tag: StartTag): Frame {
    const frame = (this.frames[this.depth] ??= new Frame());
    frame.open(tag.name, tag.local, tag.start, tag.scope);
    this.depth += 1;
    return frame;
  }

  /** Takes the one attribute that the type may have. */
  protected takeAttributes(frame: Frame, attribute: SimpleType['attribute'], tag: StartTag): void {
    for (const { prefix, local, value } of tag.attributes) {
      if (attribute !== undefined && prefix === '' && local === attribute.name) {
        frame.currency = value;
        const violation = attribute.text.check(value);
        if (violation !== undefined) this.fail(violation.code, tag.start, `${local} ${violation.detail}`);
      } else if (!isSchemaHint(frame.scope, prefix, local)) {
        this.fail('unexpected_attribute', tag.start, `attribute ${local} is not allowed`);
      }
    }
    if (attribute !== undefined && frame.currency === undefined)
      this.fail('missing_attribute', tag.start, `attribute ${attribute.name} is missing`);
  }

  protected failPlace(code: 'misplaced_element' | 'too_many_elements', index: number): void {
    const late = code === 'misplaced_element';
    this.fail(code, index, late ? 'comes too late in its order' : 'occurs more often than allowed');
  }

  protected failMissing(index: number, above: number): void {
    const path = this.path(this.depth - above);
    for (const name of this.missing)
      this.fail('missing_element', index, `${name} is missing`, `${path}/${name}`);
  }

  protected fail(code: string, index: number, detail: string, path = this.path()): void {
    this.errors.push({ code, path, index, detail });
    if (this.errors.length >= this.policy.errorsMax)
      throw new NotWellFormed('too_many_errors', index, 'the rest was not read');
  }

  /** Where only elements are: whoever leaves out a comment here reads what we read. Open content is kept as it is written. */
  protected isBetweenElements(): boolean {
    const frame = this.depth > 0 ? this.frames[this.depth - 1]! : undefined;
    return frame === undefined || (!frame.skipped && !frame.kept && frame.type?.kind !== 'simple');
  }

  /** The path of the element at a depth, from the root of its part. */
  protected path(depth = this.depth): string {
    let path = '';
    for (let at = Math.max(this.partDepth - 1, 0); at < depth; at++) path += `/${this.frames[at]!.step}`;
    return path;
  }
}
