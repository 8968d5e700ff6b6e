import { fromByteText, type ByteText } from './bytes.js';
import { decodeText, forbiddenCharacter, isBlank, isName, nameEnd } from './characters.js';
import { NotWellFormed, readDeclaration } from './tag.js';

export interface Markup {
  readonly kind: 'comment' | 'cdata' | 'processing_instruction';
  /** Where a CDATA section's text starts and ends. */
  readonly from: number;
  readonly to: number;
  /** Index after the markup. */
  readonly end: number;
}

/** Bytes that do not stand for themselves in element content: `&`, `]`, carriage returns, parts of longer characters. */
const SPECIAL = new Uint8Array(256).fill(1, 128);
for (const character of '&]\r') SPECIAL[character.charCodeAt(0)] = 1;

/** The text of a message: its declaration, its markup, and what its content says. */
export class Source {
  /** Where the content starts: after the XML declaration. */
  readonly start: number;

  /** Throws NotWellFormed for characters that XML does not allow and for another version or encoding. */
  constructor(readonly text: ByteText) {
    const forbidden = forbiddenCharacter(text);
    if (forbidden >= 0)
      throw new NotWellFormed('not_well_formed', forbidden, 'a character that XML does not allow');
    this.start = readDeclaration(text);
  }

  /** Element content as text, with its references replaced. Throws NotWellFormed. */
  decode(from: number, to: number): string {
    const raw = this.text.slice(from, to);
    for (let at = from; at < to; at++)
      if (SPECIAL[this.text.charCodeAt(at)] === 1) return this.decodeSpecial(raw, from);
    return raw;
  }

  private decodeSpecial(raw: ByteText, from: number): string {
    if (raw.includes(']]>'))
      throw new NotWellFormed('not_well_formed', from + raw.indexOf(']]>'), ']]> in text');
    const text = fromByteText(raw);
    const decoded = decodeText(text);
    if ('value' in decoded) return decoded.value;
    throw new NotWellFormed(
      'entity',
      from + Buffer.byteLength(text.slice(0, decoded.wrongAt)),
      'only &amp; &lt; &gt; &quot; &apos; and character numbers are known',
    );
  }

  /** The comment, CDATA section or processing instruction at an index. Throws NotWellFormed for document types. */
  markup(at: number): Markup {
    const { text } = this;
    if (text.startsWith('<!--', at)) {
      const to = text.indexOf('--', at + 4);
      return this.markupTo('comment', at, at + 4, to, to >= 0 && text[to + 2] === '>' ? 3 : -1);
    }
    if (text.startsWith('<![CDATA[', at))
      return this.markupTo('cdata', at, at + 9, text.indexOf(']]>', at + 9), 3);
    if (text[at + 1] === '!') throw new NotWellFormed('doctype', at, 'document types are not read');
    return this.markupTo(
      'processing_instruction',
      at,
      at + 2,
      text.indexOf('?>', at + 2),
      this.hasTarget(at) ? 2 : -1,
    );
  }

  /** An instruction starts with a name without colon, other than `xml`, and a blank behind it unless it ends there. */
  private hasTarget(at: number): boolean {
    const end = nameEnd(this.text, at + 2);
    const name = this.text.slice(at + 2, end);
    if (name.includes(':') || name.toLowerCase() === 'xml' || !isName(fromByteText(name))) return false;
    return isBlank(this.text.charCodeAt(end)) || this.text.startsWith('?>', end);
  }

  private markupTo(kind: Markup['kind'], at: number, from: number, to: number, close: number): Markup {
    if (to < 0 || close < 0)
      throw new NotWellFormed('not_well_formed', at, `a malformed ${kind.replace('_', ' ')}`);
    return { kind, from, to, end: to + close };
  }
}
