import { create } from 'fontkit';

interface Positioning {
  applyAnchor(mark: { readonly markAnchor: unknown }, base: unknown, index: number): void;
}

let isMended = false;

/**
 * A font may have no anchor for a mark on a base (OpenType, GPOS 4 to 6), as Noto Sans Khmer often has none: the mark stays where it is. fontkit
 * 2.0.4 takes each to have one, and throws (foliojs/fontkit issue 367). `font` is any with positioning: the class is mended, for all fonts.
 */
export function allowMissingAnchors(font: Buffer): void {
  if (isMended) return;
  const { GPOSProcessor } = (
    create(font) as unknown as { _layoutEngine: { engine: { GPOSProcessor: Positioning } } }
  )._layoutEngine.engine;
  const prototype = Object.getPrototypeOf(GPOSProcessor) as Positioning;
  const { applyAnchor } = prototype;
  prototype.applyAnchor = function (this: Positioning, mark, base, index) {
    if (base && mark.markAnchor) applyAnchor.call(this, mark, base, index);
  };
  isMended = true;
}
