export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Connection string of one of the server's databases. */
  url(database: string): string;
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

export function startPostgres(options: {
  dataFolder: string;
  port: number;
  settings?: Record<string, string>;
}): Promise<PostgresServer>;
