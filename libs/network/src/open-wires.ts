import { processTimeMs } from '@tonle/persistence';
import type { CallBacks } from './call-backs.js';
import type { WireReply } from './exchange.js';
import type { WireRequest } from './network.js';
import { ANSWER_MS, openWire, type Carried, type OpenWire, type Wire, type WireContext } from './wire.js';

export interface AskedFor {
  /** What the evidence is filed under. */
  readonly subject: string;
  /** In place of the request's own. */
  readonly timeoutMs?: number;
  readonly mayStart?: () => boolean;
}

/** The network says that it will call back. */
const ACCEPTED = 202;
const ANSWERED = 200;

/** All wires of a network, open. */
export class OpenWires {
  private readonly wires: ReadonlyMap<string, OpenWire>;

  /** Throws when a file of their keys cannot be read. */
  constructor(
    wires: Readonly<Record<string, Wire>>,
    private readonly context: WireContext,
    /** Absent: the network does not call us. */
    private readonly callBacks?: Pick<CallBacks, 'enter'>,
  ) {
    this.wires = new Map(Object.entries(wires).map(([name, wire]) => [name, openWire(wire, context)]));
  }

  /**
   * Sends a request once, over the wire that it names; the reply to one that is answered by call-back is what that says.
   * Rejects only when there is no such wire.
   */
  async ask(request: WireRequest, about: AskedFor): Promise<Carried> {
    const wire = this.wires.get(request.wire);
    if (wire === undefined) throw new RangeError(`the network has no wire ${request.wire}`);
    const { contentType, answeredAt } = request;
    const timeoutMs = about.timeoutMs ?? request.timeoutMs ?? ANSWER_MS;
    const headers = { ...request.headers, ...(contentType !== undefined && { 'content-type': contentType }) };
    const { subject, mayStart } = about;
    const carry = () => wire.carry({ ...request, headers, subject, mayStart, timeoutMs });
    return answeredAt === undefined
      ? carry()
      : this.calledBack(carry, answeredAt, request, subject, timeoutMs);
  }

  /** Once written the request may have arrived, whatever became of its receipt: only a refusal of it ends the wait. */
  private async calledBack(
    carry: () => Promise<Carried>,
    key: string,
    { operation }: WireRequest,
    subject: string,
    timeoutMs: number,
  ): Promise<Carried> {
    if (this.callBacks === undefined)
      throw new RangeError('a network that does not call us does not call back');
    const until = processTimeMs() + timeoutMs;
    const waiter = this.callBacks.enter(key);
    try {
      const carried = await carry();
      const { reply, evidence } = carried;
      if (reply.kind === 'not_sent' || (reply.kind === 'answered' && reply.status !== ACCEPTED))
        return carried;
      const callBack = await waiter.within(until - processTimeMs());
      if (callBack === undefined) return { reply: unanswered(reply), evidence };
      const { bytes, headers } = callBack;
      const came = {
        subject,
        direction: 'in',
        at: this.context.clock.now(),
        operation,
        headers,
        bytes,
      } as const;
      return { reply: { kind: 'answered', status: ANSWERED, headers, bytes }, evidence: [...evidence, came] };
    } finally {
      waiter.leave();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.wires.values()].map((wire) => wire.close()));
  }
}

function unanswered(reply: WireReply): WireReply {
  return reply.kind === 'answered' ? { kind: 'ambiguous', because: 'timeout' } : reply;
}
