export interface KafkaServer {
  readonly port: number;
  readonly brokers: string;
  readonly pid: number;
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

/** Fetches Kafka's jars when they are missing; resolves with their folder. */
export function ensureKafka(folder?: string, report?: (line: string) => void): Promise<string>;

export function startKafka(options: {
  dataFolder: string;
  port: number;
  controllerPort: number;
  libs?: string;
  heapMb?: number;
  settings?: Record<string, string>;
}): Promise<KafkaServer>;
