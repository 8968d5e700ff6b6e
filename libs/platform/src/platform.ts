import type { EventTransport, ServiceCalls, SharedState } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { Lack } from './part-watch.js';

/** Time as every service sees it: database time plus the sandbox offset (decisions 7). */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** Randomness, passed in so that tests are seeded. */
export interface Random {
  bytes(size: number): Uint8Array;
  /** 0 <= value < 1; jitter and fault rates, never ids or keys. */
  unit(): number;
  /** An id that sorts by time, for `nowMs` epoch milliseconds: UUIDv7. */
  id(nowMs: number): string;
  /** An id that tells nothing, as UETR and quote ids have to be: UUIDv4. */
  uuid(): string;
}

/** Everything a service gets from outside. The same whichever way Tonle runs. */
export interface Platform {
  /** Service name, e.g. `routing`. */
  readonly service: string;
  /** Process instance, unique per start, e.g. `routing-7f3a`. */
  readonly instance: string;
  /** Name of this process's outbox lane: stable over restarts, unique among those that run. Default `main`. */
  readonly lane?: string;
  /** Something is broken that a restart cures (a fenced lane, a failed assertion): stops the process. */
  readonly fail?: (error: Error) => void;
  /** Settings by name, TONLE_...; each service parses its own with zod. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly transport: EventTransport;
  readonly calls: ServiceCalls;
  readonly shared: SharedState;
  readonly database: Database;
}

/** A service that runs. `close` stops taking work, finishes what is in hand, and frees everything. */
export interface RunningService {
  readonly name: string;
  /** Where it listens, by purpose: `public`, `door`, `internal`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Parts that are wanting while it works; shown by /health/ready. */
  impaired?(): readonly Lack[];
  close(): Promise<void>;
}

/** Each service exports one: migrate, start the Nest application, subscribe, serve calls. */
export type StartService = (platform: Platform) => Promise<RunningService>;
