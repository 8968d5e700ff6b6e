import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of one folder, each read once: however many ask at the same time, all are given the same bytes. */
export class KeptFiles {
  private readonly reads = new Map<string, Promise<Buffer>>();

  constructor(private readonly folder: string) {}

  /** Rejects when the file cannot be read; who asks after that tries again. */
  bytesOf(name: string): Promise<Buffer> {
    const known = this.reads.get(name);
    if (known !== undefined) return known;
    const read = readFile(join(this.folder, name));
    read.catch(() => this.reads.delete(name));
    this.reads.set(name, read);
    return read;
  }
}
