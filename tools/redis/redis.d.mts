export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

/** Installs Debian's redis-server as root when it is missing, else names it. */
export function ensureRedis(report?: (line: string) => void): Promise<void>;

export function startRedis(options: {
  port: number;
  dataFolder: string;
  memoryMb?: number;
}): Promise<RedisServer>;
