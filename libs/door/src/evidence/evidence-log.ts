import { Gatherer } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { Evidence } from './evidence.js';
import { insertEvidence } from './evidence.store.js';

const GATHER_MS = 50;
const BATCH_MAX = 500;
/** Beyond this, evidence that carries no money is let go rather than the memory. */
const WAITING_MAX = 10_000;

/** Keeps messages that belong to no leg: lookups, quotes, answers at the door. Behind the answer, in groups. */
export class EvidenceLog {
  private readonly gatherer: Gatherer<Evidence, undefined>;

  constructor(
    database: Database,
    private readonly telemetry: Telemetry,
  ) {
    this.gatherer = new Gatherer(
      async (batch) => {
        await insertEvidence(database, batch);
        return batch.map(() => undefined);
      },
      { batchMax: BATCH_MAX, lingerMs: GATHER_MS, waitingMax: WAITING_MAX },
    );
  }

  /** Never rejects: what cannot be kept is said in the log. */
  keep(evidence: Evidence): void {
    this.gatherer.add(evidence).catch((error: unknown) => {
      this.telemetry.log.error(
        { err: error, subject: evidence.subject, operation: evidence.operation },
        'evidence was not kept',
      );
    });
  }
}
