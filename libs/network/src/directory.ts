import {
  TOPICS,
  TryLater,
  type EventTransport,
  type ServiceCalls,
  type Subscription,
} from '@tonle/messaging';
import { corridorBody, participantBody } from '@tonle/directory';
import { directoryEntry, routingCalls } from '@tonle/contracts';
import type { CorridorBody, ParticipantBody } from '@tonle/directory';
import type { DirectoryEntry } from '@tonle/contracts';
import type { Telemetry } from '@tonle/telemetry';

const FIRST_LOAD_RETRY_MS = 200;
const RELOAD_MS = 30_000;

export interface DirectoryCopyOptions {
  readonly service: string;
  readonly calls: ServiceCalls;
  readonly transport: EventTransport;
  readonly telemetry: Telemetry;
}

/** A local copy of the directory that routing masters (decisions 8): loaded by a call, kept fresh by its topic. */
export class DirectoryCopy {
  private readonly participants = new Map<string, ParticipantBody>();
  private readonly corridors = new Map<string, CorridorBody>();
  private readonly versions = new Map<string, number>();
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private loaded = false;

  constructor(private readonly options: DirectoryCopyOptions) {}

  /** Subscribes and loads in the background: routing may start later than we do. */
  async start(): Promise<void> {
    const { transport, service } = this.options;
    this.subscription = await transport.subscribe(
      TOPICS.directory,
      (records) => {
        this.take(records.map((record) => directoryEntry.parse(JSON.parse(record.body))));
        return Promise.resolve();
      },
      { group: service },
    );
    this.schedule(0);
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.subscription?.close();
  }

  get isLoaded(): boolean {
    return this.loaded;
  }

  /** Throws TryLater while there is no whole copy yet. */
  assertLoaded(): void {
    if (!this.loaded) throw new TryLater('the directory is not here yet');
  }

  /** Takes entries that are newer than what is held. */
  take(entries: readonly DirectoryEntry[]): void {
    for (const entry of entries) {
      const key = `${entry.kind}:${entry.id}`;
      if ((this.versions.get(key) ?? 0) > entry.version) continue;
      this.versions.set(key, entry.version);
      if (entry.kind === 'participant') this.participants.set(entry.id, participantBody.parse(entry.body));
      if (entry.kind === 'corridor') this.corridors.set(entry.id, corridorBody.parse(entry.body));
    }
  }

  participant(id: string): ParticipantBody | undefined {
    return this.participants.get(id);
  }

  allParticipants(): IterableIterator<ParticipantBody> {
    return this.participants.values();
  }

  findCorridor(id: string): CorridorBody | undefined {
    return this.corridors.get(id);
  }

  /** Throws TryLater when it is not known here: the copy may be behind. */
  corridor(id: string): CorridorBody {
    const found = this.corridors.get(id);
    if (found === undefined) throw new TryLater(`corridor ${id} is not in this copy of the directory yet`);
    return found;
  }

  allCorridors(): IterableIterator<CorridorBody> {
    return this.corridors.values();
  }

  /** The bank whose home rail ids end in `@domain`. */
  participantOfRailDomain(domain: string): ParticipantBody | undefined {
    for (const participant of this.participants.values()) {
      if (participant.railDomains.includes(domain)) return participant;
    }
    return undefined;
  }

  private schedule(waitMs: number): void {
    this.timer = setTimeout(() => void this.load(), waitMs);
    this.timer.unref();
  }

  private async load(): Promise<void> {
    try {
      const { entries } = await this.options.calls.call(routingCalls.directory, {});
      this.take(entries);
      this.loaded = entries.length > 0;
      this.schedule(this.loaded ? RELOAD_MS : FIRST_LOAD_RETRY_MS);
    } catch (error) {
      this.options.telemetry.log.debug({ err: error }, 'the directory is not there yet');
      this.schedule(this.loaded ? RELOAD_MS : FIRST_LOAD_RETRY_MS);
    }
  }
}
