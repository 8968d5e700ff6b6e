interface Segment {
  readonly upTo: bigint;
  /** Time of the process. */
  readonly sinceMs: number;
  published: boolean;
}

/**
 * Up to where a lane is published without a gap. Publications run side by side and may end in any order;
 * the cursor follows the oldest that has not ended.
 */
export class PublishedCursor {
  private published: bigint;
  private segments: Segment[] = [];
  private waiting: { readonly upTo: bigint; readonly done: () => void }[] = [];

  constructor(upTo: bigint) {
    this.published = upTo;
  }

  /** Everything up to here is published. */
  get upTo(): bigint {
    return this.published;
  }

  /** How many records are not published. */
  get unsent(): bigint {
    return (this.segments.at(-1)?.upTo ?? this.published) - this.published;
  }

  /** How long the oldest of what is not published has waited here, in milliseconds; 0 when nothing waits. */
  waitedMs(nowMs = performance.now()): number {
    const [oldest] = this.segments;
    return oldest === undefined ? 0 : nowMs - oldest.sinceMs;
  }

  /** `publication` resolves to true when everything up to `upTo` since the segment before is published. */
  track(upTo: bigint, publication: Promise<boolean>): void {
    const segment = { upTo, sinceMs: performance.now(), published: false };
    this.segments.push(segment);
    void publication.then((published) => {
      segment.published = published;
      this.advance();
    });
  }

  /** Resolves when everything tracked so far is published. */
  settled(): Promise<void> {
    const last = this.segments.at(-1);
    if (last === undefined) return Promise.resolve();
    return new Promise((done) => this.waiting.push({ upTo: last.upTo, done }));
  }

  private advance(): void {
    let gone = 0;
    for (const segment of this.segments) {
      if (!segment.published) break;
      this.published = segment.upTo;
      gone += 1;
    }
    if (gone === 0) return;
    this.segments = this.segments.slice(gone);
    const ready = this.waiting.filter((one) => one.upTo <= this.published);
    this.waiting = this.waiting.filter((one) => one.upTo > this.published);
    for (const one of ready) one.done();
  }
}
