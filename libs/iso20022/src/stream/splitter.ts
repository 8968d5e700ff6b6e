import type { ByteText } from '../xml/bytes.js';
import { readStartTag, NotWellFormed, OUTERMOST, type NamespaceScope } from '../xml/tag.js';

/** An entry's source text and what is needed to read it on its own. */
export interface EntrySource {
  readonly text: ByteText;
  readonly scope: NamespaceScope;
  /** Bytes and lines before it. */
  readonly offset: number;
  readonly line: number;
  /** Which of the message's statements it is in, from 1, and which entry of that, from 1. */
  readonly statement: number;
  readonly position: number;
  /** Where it stands in the message. */
  readonly path: string;
}

const TAG_BYTES_MAX = 64 * 1024;
const PART_BYTES_MAX = 1024 * 1024;
const ATTRIBUTES_MAX = 64;
/** Document, message, statement: entries are the children of the third element inside. */
const CONTAINERS: ReadonlySet<string> = new Set(['Stmt', 'Rpt', 'Ntfctn']);

/**
 * Cuts a statement into its entries and the rest, chunk by chunk. The rest keeps the first entry of each run, so
 * that it is a whole message that can be validated at the end; memory holds one entry and the rest, no more.
 */
export class EntrySplitter {
  private buffer: ByteText = '';
  private at = 0;
  private offset = 0;
  private line = 1;
  private readonly open: { readonly local: string; readonly scope: NamespaceScope }[] = [];
  private entryDepth = 0;
  private entryScope: NamespaceScope = OUTERMOST;
  private inRun = false;
  private statements = 0;
  private entries = 0;
  private rest = '';

  /** Takes the next piece of text and gives the entries it completes. Throws NotWellFormed. */
  *push(text: ByteText): Generator<EntrySource> {
    this.buffer += text;
    for (;;) {
      const less = this.buffer.indexOf('<', this.at);
      if (less < 0) break;
      const end = tagEnd(this.buffer, less);
      if (end < 0) {
        if (this.buffer.length - less > TAG_BYTES_MAX)
          throw new NotWellFormed('not_well_formed', less, 'a tag that does not end');
        break;
      }
      if (this.entryDepth === 0) this.outside(less, end);
      else if (this.inside(less, end)) yield this.entry(end);
    }
    if (this.buffer.length > PART_BYTES_MAX)
      throw new NotWellFormed('too_large', 0, 'an entry of more than 1 MiB');
  }

  /** What is left when the text has ended: the message with few of its entries. */
  end(): ByteText {
    return this.rest + this.buffer;
  }

  /** Looks at a tag outside the entries. */
  private outside(less: number, end: number): void {
    const text = this.buffer;
    if (text[less + 1] === '/') this.open.pop();
    else if (text[less + 1] !== '!' && text[less + 1] !== '?') {
      const tag = readStartTag(text, less, this.open.at(-1)?.scope ?? OUTERMOST, ATTRIBUTES_MAX);
      if (tag.local === 'Ntry' && CONTAINERS.has(this.open.at(-1)?.local ?? '')) {
        this.keep(less);
        this.entryScope = this.open.at(-1)!.scope;
        this.entryDepth = tag.empty ? 0 : 1;
        this.at = end - less;
        return;
      }
      if (!tag.empty) this.open.push({ local: tag.local, scope: tag.scope });
      if (CONTAINERS.has(tag.local)) {
        this.statements += 1;
        this.entries = 0;
      }
    }
    this.inRun = false;
    this.keep(end);
  }

  /** Looks at a tag inside an entry; true when it ends the entry. */
  private inside(less: number, end: number): boolean {
    const next = this.buffer[less + 1];
    if (next === '!' || next === '?') throw new NotWellFormed('comment', less, 'markup in an entry');
    if (next === '/') this.entryDepth -= 1;
    else if (this.buffer[end - 2] !== '/') this.entryDepth += 1;
    this.at = end;
    return this.entryDepth === 0;
  }

  private entry(end: number): EntrySource {
    const text = this.buffer.slice(0, end);
    this.entries += 1;
    const source = {
      text,
      scope: this.entryScope,
      offset: this.offset,
      line: this.line,
      statement: this.statements,
      position: this.entries,
      path: `${this.place()}[${this.statements}]/Ntry[${this.entries}]`,
    };
    if (this.inRun) this.drop(end);
    else this.keep(end);
    this.inRun = true;
    return source;
  }

  private place(): string {
    const names = this.open.map(({ local }) => local);
    return `/${names.slice(names.indexOf('Document')).join('/')}`;
  }

  private keep(end: number): void {
    const text = this.buffer.slice(0, end);
    // Blanks between two entries of a run belong to neither.
    if (!this.inRun || text.trim() !== '') this.rest += text;
    if (this.rest.length > PART_BYTES_MAX)
      throw new NotWellFormed('too_large', 0, 'more than 1 MiB beside the entries');
    this.drop(end);
  }

  private drop(end: number): void {
    const text = this.buffer.slice(0, end);
    this.offset += text.length;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.line += 1;
    this.buffer = this.buffer.slice(end);
    this.at = 0;
  }
}

/** Index after the tag that starts at `from`; -1 when the text ends before it does. */
function tagEnd(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const close = text.indexOf('>', at);
    if (close < 0) return -1;
    const quote = firstQuote(text, at, close);
    if (quote < 0) return close + 1;
    const other = text.indexOf(text[quote]!, quote + 1);
    if (other < 0) return -1;
    at = other + 1;
  }
}

function firstQuote(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if (text[at] === '"' || text[at] === "'") return at;
  return -1;
}
