import type { Alternative, ComplexType, IsoType, Particle, Slot } from '../schema/compile.js';
import type { AnyContent, IsoTree, IsoValue } from '../schema/tree.js';
import type { NamespaceScope } from './tag.js';

export type MutableTree = { [element: string]: IsoValue | IsoValue[] };

/** One open element. */
export class Frame {
  name = '';
  local = '';
  start = 0;
  scope!: NamespaceScope;
  /** Undefined outside the ISO parts, inside open content and below an unexpected element. */
  type: IsoType | undefined;
  tree: MutableTree | undefined;
  currency: string | undefined;
  /** Where the value goes in the parent; undefined when it is dropped. */
  slot: Slot | undefined;
  /** Position among its siblings of one name, from 1; 0 where the schema allows one only. */
  index = 0;
  /** Content is passed over: open content, or below an error. */
  skipped = false;
  /** Open content in which the message's own root element would still be validated (XML Schema: lax). */
  lax = false;
  /** Open content that is kept as source text. */
  kept = false;

  particle = -1;
  private count = 0;
  private alternative: Alternative | undefined;
  private alternativeCount = 0;

  open(name: string, local: string, start: number, scope: NamespaceScope): void {
    this.name = name;
    this.local = local;
    this.start = start;
    this.scope = scope;
    this.type = this.tree = this.currency = this.slot = this.alternative = undefined;
    this.index = this.count = this.alternativeCount = 0;
    this.skipped = this.lax = this.kept = false;
    this.particle = -1;
  }

  /** Takes the element of a slot into account. Returns what is wrong with its coming here and now. */
  place(
    type: ComplexType,
    slot: Slot,
    missing: string[],
  ): 'misplaced_element' | 'too_many_elements' | undefined {
    const { particle: at, alternative } = slot;
    if (at < this.particle) return 'misplaced_element';
    if (at > this.particle) {
      this.advance(type, at, missing);
      this.take(alternative);
      return undefined;
    }
    const particle = type.particles[at]!;
    if (
      particle.alternatives.length > 1 &&
      alternative === this.alternative &&
      this.alternativeCount < alternative.max
    ) {
      this.alternativeCount += 1;
      return undefined;
    }
    if (this.count >= particle.max) return 'too_many_elements';
    this.count += 1;
    this.alternative = alternative;
    this.alternativeCount = 1;
    return undefined;
  }

  /** Takes an element where the type is open. Undefined when it is not. */
  placeOpen(type: ComplexType, namespace: string, missing: string[]): Particle | undefined {
    for (let at = Math.max(this.particle, 0); at < type.particles.length; at++) {
      const particle = type.particles[at]!;
      const { any, max } = particle;
      if (any === undefined || (any !== '##any' && any !== namespace)) continue;
      if (at === this.particle && this.count >= max) continue;
      if (at !== this.particle) {
        this.advance(type, at, missing);
        this.take(undefined);
      } else this.count += 1;
      return particle;
    }
    return undefined;
  }

  /** Collects what is missing before the particle `next` (the number of particles at the end). */
  advance(type: ComplexType, next: number, missing: string[]): void {
    const { particles } = type;
    if (this.particle >= 0) {
      const current = particles[this.particle]!;
      const short = this.alternative !== undefined && this.alternativeCount < this.alternative.min;
      if (this.count < current.min || short) missing.push(nameOf(current));
    }
    const { nextRequired } = type;
    for (let at = nextRequired[this.particle + 1]!; at < next; at = nextRequired[at + 1]!)
      missing.push(nameOf(particles[at]!));
    this.particle = next;
  }

  private take(alternative: Alternative | undefined): void {
    this.count = 1;
    this.alternative = alternative;
    this.alternativeCount = 1;
  }

  /** Puts a child's value where it belongs. */
  put(slot: Slot, value: IsoValue): void {
    const tree = this.tree;
    if (tree === undefined) return;
    if (!slot.many) {
      tree[slot.name] = value;
      return;
    }
    const present = tree[slot.name] as IsoValue[] | undefined;
    if (present === undefined) tree[slot.name] = [value];
    else present.push(value);
  }

  /** Adds a piece of open content. */
  putOpen(content: AnyContent): void {
    if (this.tree === undefined) return;
    const present = this.tree['*'] as IsoValue[] | undefined;
    if (present === undefined) this.tree['*'] = [content];
    else present.push(content);
  }

  /** Position the next child of a slot gets. */
  nextIndex(slot: Slot): number {
    if (!slot.many) return 0;
    const present = this.tree?.[slot.name] as IsoValue[] | undefined;
    return (present?.length ?? 0) + 1;
  }

  /** The path's step of this element. */
  get step(): string {
    return this.index > 0 ? `${this.local}[${this.index}]` : this.local;
  }
}

function nameOf({ alternatives, any }: Particle): string {
  return any === undefined ? alternatives.map(({ name }) => name).join('|') : '*';
}

/** What a type allows, for a person who has to correct a message. */
export function allowedNames(type: ComplexType, from: number): string {
  const names = type.particles.slice(Math.max(from, 0)).map(nameOf);
  return names.length === 0 ? 'nothing' : `${names.slice(0, 8).join(', ')}${names.length > 8 ? ' ...' : ''}`;
}

/** A part's content once its root is closed. */
export interface ReadPart {
  /** `Document` or `AppHdr`. */
  readonly root: string;
  readonly version: string;
  readonly start: number;
  end: number;
  tree: IsoTree;
}
