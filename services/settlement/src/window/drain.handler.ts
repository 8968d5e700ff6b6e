import type { InboundRecord } from '@tonle/messaging';
import { bodiesOf } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { insertDrainMarks } from './window.store.js';
import type { WindowClosingJob } from './window-closing.job.js';

/** Takes the lanes' word that they are drained, and closes what can be closed with it. */
export class DrainHandler {
  constructor(
    private readonly database: Database,
    private readonly job: WindowClosingJob,
  ) {}

  async handle(records: readonly InboundRecord[]): Promise<void> {
    const marks = bodiesOf(records, 'window.drained');
    if (marks.length === 0) return;
    await this.database.transaction((transaction) => insertDrainMarks(transaction, marks));
    await this.job.run();
  }
}
