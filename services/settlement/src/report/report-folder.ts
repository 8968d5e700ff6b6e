import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGzip } from 'node:zlib';

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Is it that a disk has no room for a file? */
export const isDiskFull = (error: unknown): boolean =>
  NO_SPACE.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');

const DRAFTS = 'drafts';
const UUID_FIRST = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\.)/;

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

  /** A draft of the same compressed, by gzip without a name or a time: the same bytes from the same. This one is discarded. */
  async compressed(): Promise<ReportDraft> {
    const small = await ReportDraft.create(`${this.path}.gz`);
    const source = await open(this.path, 'r');
    try {
      for await (const piece of source.createReadStream({ autoClose: false }).pipe(createGzip()))
        await small.sink(piece as Uint8Array);
    } catch (error) {
      await small.discard();
      throw error;
    } finally {
      await source.close();
    }
    await this.discard();
    return small;
  }

  async discard(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** Files of reports by their hashes: what a name in the tables stands for can be neither another nor half. */
export class ReportFileFolder {
  constructor(private readonly root: string) {}

  /** Each attempt writes its own: a worker that was given up for lost may write on. */
  draft(runId: string, attempt: number, format: string): Promise<ReportDraft> {
    return ReportDraft.create(join(this.root, DRAFTS, `${runId}.${attempt}.${format}`));
  }

  /** All drafts there are, with the runs that they are of. */
  async drafts(): Promise<{ readonly runId: string; readonly path: string }[]> {
    const names = await readdir(join(this.root, DRAFTS)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.flatMap((name) => {
      const runId = UUID_FIRST.exec(name)?.[0];
      return runId === undefined ? [] : [{ runId, path: join(this.root, DRAFTS, name) }];
    });
  }

  async removeDraft(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
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
