import { Zip, ZipDeflate } from 'fflate';
import type { ByteSink } from './report-table.js';

/** One instant for every entry, in local time as the format has it: the same content gives the same bytes anywhere. */
const MTIME = new Date(1980, 0, 1);
const LEVEL = 6;
/** What is compressed at once is always as long: so it is compressed alike, however it came. */
const PIECE_CHARACTERS = 65_536;

/** An archive that is written as its entries come, one after the other. */
export class ZipStream {
  private readonly zip: Zip;
  private readonly made: Uint8Array[] = [];
  private failure: Error | null = null;
  private entry: ZipDeflate | undefined;
  private text = '';

  constructor(private readonly sink: ByteSink) {
    this.zip = new Zip((error, bytes) => {
      this.failure ??= error;
      if (bytes !== undefined) this.made.push(bytes);
    });
  }

  /** Begins an entry, and ends the one before. */
  async open(name: string): Promise<void> {
    await this.close();
    this.entry = new ZipDeflate(name, { level: LEVEL });
    this.entry.mtime = MTIME;
    this.zip.add(this.entry);
  }

  /** More of the entry. */
  async write(text: string): Promise<void> {
    this.text += text;
    if (this.text.length < PIECE_CHARACTERS) return;
    let from = 0;
    for (; this.text.length - from >= PIECE_CHARACTERS; from += PIECE_CHARACTERS)
      this.entry!.push(Buffer.from(this.text.slice(from, from + PIECE_CHARACTERS), 'utf8'));
    this.text = this.text.slice(from);
    await this.flush();
  }

  async end(): Promise<void> {
    await this.close();
    this.zip.end();
    await this.flush();
  }

  private async close(): Promise<void> {
    if (this.entry === undefined) return;
    this.entry.push(Buffer.from(this.text, 'utf8'), true);
    this.text = '';
    this.entry = undefined;
    await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.failure !== null) throw this.failure;
    for (const bytes of this.made.splice(0)) await this.sink(bytes);
  }
}
