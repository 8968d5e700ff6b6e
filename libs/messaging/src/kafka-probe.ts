import type { Admin, Kafka } from 'kafkajs';

/** Asks the brokers whether they answer, over a connection of its own that is made anew when it fails. */
export class KafkaProbe {
  private admin: Promise<Admin> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** Rejects when no broker answers; one that hangs is given up after the client's time for a request. */
  async check(): Promise<void> {
    this.admin ??= this.connected();
    try {
      await (await this.admin).describeCluster();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const admin = this.admin;
    this.admin = undefined;
    await admin?.then((one) => one.disconnect()).catch(() => undefined);
  }

  private async connected(): Promise<Admin> {
    const admin = this.kafka.admin({ retry: { retries: 0 } });
    await admin.connect();
    return admin;
  }
}
