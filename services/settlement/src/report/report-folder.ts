import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file while it is written: its bytes are counted and hashed as they pass. */
export class ReportDraft {
  private readonly hash: Hash = createHash('sha256');
  private size = 0;

  private constructor(
    private readonly file: FileHandle,
    readonly path: string,
  ) {}

  static async create(path: string): Promise<ReportDraft> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return new ReportDraft(await open(path, 'w', 0o600), path);
  }

  readonly sink = async (bytes: Uint8Array): Promise<void> => {
    this.hash.update(bytes);
    this.size += bytes.length;
    for (let from = 0; from < bytes.length;)
      from += (await this.file.write(bytes, from, bytes.length - from)).bytesWritten;
  };

  /** It is on the disk, whatever happens next. */
  async finish(): Promise<{ readonly sha256: string; readonly bytes: number }> {
    await this.file.sync();
    await this.file.close();
    return { sha256: this.hash.digest('hex'), bytes: this.size };
  }

  async discard(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** Files of reports by their hashes: what a name in the tables stands for can be neither another nor half. */
export class ReportFileFolder {
  constructor(private readonly root: string) {}

  draft(runId: string, format: string): Promise<ReportDraft> {
    return ReportDraft.create(join(this.root, 'drafts', `${runId}.${format}`));
  }

  /** Gives a draft its place, in one step. The same bytes are one file. */
  async keep(draft: ReportDraft, sha256: string): Promise<void> {
    const path = this.pathOf(sha256);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(draft.path, path);
    const folder = await open(dirname(path), 'r');
    await folder.sync();
    await folder.close();
  }

  pathOf(sha256: string): string {
    return join(this.root, sha256.slice(0, 2), sha256);
  }

  /** A piece of a file; undefined when it is no longer there, or shorter than it was. */
  async read(sha256: string, offset: number, length: number): Promise<Buffer | undefined> {
    let file: FileHandle;
    try {
      file = await open(this.pathOf(sha256), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
      return bytesRead === length ? buffer : undefined;
    } finally {
      await file.close();
    }
  }
}
