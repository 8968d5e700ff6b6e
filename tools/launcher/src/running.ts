import type { SandboxDirectory } from './world.js';

export interface LaunchOptions {
  /** Folder for data, keys and logs. */
  readonly home: string;
  readonly portBase: number;
  /** Progress for the person at the terminal. */
  readonly say: (text: string) => void;
  /** Extra settings for every process (TONLE_...). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder of networks that are added: a folder each, `<name>/profile.json` and more (docs/add-a-network.md). */
  readonly networksDir?: string;
  /** Changes the sandbox directory before the first start: shorter timers, smaller limits. */
  readonly adjustDirectory?: (directory: SandboxDirectory) => void;
}

/** An installation that runs. */
export interface Running {
  readonly home: string;
  readonly gatewayUrl: string;
  readonly controlUrl: string;
  /** What whoever started it has to know, and what to do about it; undefined when all is as it was asked for. */
  notice(): string | undefined;
  /** Connection string of the database of a service; its tables are in the schema of its name. */
  databaseUrl(service: string): string;
  /** Live process ids by group: switch, postgres, kafka, redis, simulators. */
  pids(): Record<string, number[]>;
  /** Process ids of single processes by name, e.g. `routing`. */
  pidOf(name: string): number | undefined;
  /** Kills a supervised process or server the hard way and leaves it to the supervisor to start it again. */
  kill(name: string): void;
  stop(): Promise<void>;
}
