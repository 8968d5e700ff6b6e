export interface SpawnedServer {
  readonly pid: number;
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

export function startServer(options: {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly pidFile?: string;
  readonly answers: () => Promise<boolean>;
  readonly startMs: number;
  readonly stopMs: number;
  readonly stopSignal?: NodeJS.Signals;
}): Promise<SpawnedServer>;
