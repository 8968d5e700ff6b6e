import { endNotices, takeNotices } from '@tonle/door';
import type { InboundOutcome } from '@tonle/contracts';
import type { Platform } from '@tonle/platform';
import type { EvidenceLog } from '@tonle/door';
import type { InboundNotice } from './inbound.js';
import type { OpenWires } from './open-wires.js';

const AT_ONCE_MAX = 100;

/** Tells the network how its payments ended, until it has said that it knows. */
export class NoticeJob {
  private readonly untaken;

  constructor(
    private readonly notice: InboundNotice,
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'telemetry' | 'service'>,
    private readonly wires: Pick<OpenWires, 'ask'>,
    private readonly evidence: Pick<EvidenceLog, 'keep'>,
  ) {
    this.untaken = platform.telemetry.counter(
      'tonle_notices_given_up_total',
      'Ends of payments that a network did not take by any telling; it may still ask',
      [],
      [],
    );
  }

  /** One round: what is due is told side by side. What stops here is due again after its wait. */
  async run(): Promise<void> {
    const { database, clock } = this.platform;
    const { waitsMs } = this.notice;
    const due = await takeNotices<InboundOutcome>(database, new Date(clock.now()), waitsMs, AT_ONCE_MAX);
    const told = await Promise.all(
      due.map(async ({ request, before }) => {
        if (await this.tell(request)) return [request.paymentId];
        if (before + 1 >= waitsMs.length) this.giveUp(request.paymentId);
        return [];
      }),
    );
    await endNotices(database, told.flat());
  }

  private async tell(request: Parameters<InboundNotice['write']>[0]): Promise<boolean> {
    const asked = this.notice.write(request);
    if (asked === undefined) return true;
    const { reply, evidence } = await this.wires.ask(asked, { subject: request.paymentId });
    for (const each of evidence) this.evidence.keep(each);
    return this.notice.isTaken(reply);
  }

  private giveUp(paymentId: string): void {
    this.untaken.inc({});
    this.platform.telemetry.log.warn({ paymentId }, 'a network did not take the end of its payment');
  }
}
