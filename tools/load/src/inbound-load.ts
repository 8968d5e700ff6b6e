import { Agent, request } from 'undici';
import type { LoadNetwork } from './load-network.js';
import { LoadError } from './options.js';

/** The summary of the sandbox's run of inbound payments, as far as it is used here. */
export interface InboundSummary {
  readonly offered: number;
  readonly unprepared: number;
  readonly sent: number;
  readonly completed: number;
  readonly rejected: number;
  readonly open: number;
  readonly measured: number;
  readonly measuredSent: number;
  readonly measuredCompleted: number;
  readonly measuredRejected: number;
  readonly completedInWindow: number;
  readonly latencies: readonly (readonly [number, number])[];
  readonly startedLateP99Ms: number;
  readonly reasons: Readonly<Record<string, number>>;
}

export type InboundProgress = Pick<InboundSummary, 'offered' | 'sent' | 'completed' | 'rejected' | 'open'>;

export interface InboundOrder {
  readonly rate: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly skew: number;
  readonly seed: number;
  readonly leadMs: number;
  readonly drainSeconds: number;
}

/** Lets a network's simulator send its payments, and reads its progress and its summary. */
export class InboundLoad {
  progress: InboundProgress = { offered: 0, sent: 0, completed: 0, rejected: 0, open: 0 };
  private readonly abort = new AbortController();

  constructor(
    private readonly controlUrl: string,
    readonly network: Pick<LoadNetwork, 'name' | 'source'>,
    private readonly order: InboundOrder,
  ) {}

  stop(): void {
    this.abort.abort();
  }

  /** Throws when the sandbox refuses or breaks off. */
  async run(): Promise<InboundSummary> {
    const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
    try {
      const answer = await request(`${this.controlUrl}/control/${this.network.name}/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.order),
        dispatcher,
        signal: this.abort.signal,
      });
      if (answer.statusCode !== 200)
        throw new LoadError(`the sandbox refused the run: ${await answer.body.text()}`);
      let rest = '';
      for await (const chunk of answer.body) {
        rest += (chunk as Buffer).toString('utf8');
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const told = JSON.parse(line) as { type: string };
          if (told.type === 'summary') return told as unknown as InboundSummary;
          this.progress = told as unknown as InboundProgress;
        }
      }
      throw new LoadError('the sandbox broke the run off');
    } catch (error) {
      if (error instanceof LoadError || this.abort.signal.aborted) throw error;
      throw new LoadError(
        `the sandbox broke the run off: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      await dispatcher.destroy();
    }
  }
}

/** Progress or summaries of several networks as of one: sums, and the worst lateness. Reasons are told with their network. */
export function together(parts: readonly (readonly [network: string, InboundSummary])[]): InboundSummary {
  const sum = (name: keyof Omit<InboundSummary, 'latencies' | 'reasons'>): number =>
    parts.reduce((total, [, part]) => total + part[name], 0);
  const reasons = parts.flatMap(([network, part]) =>
    Object.entries(part.reasons).map(([reason, times]) => [`${network}: ${reason}`, times] as const),
  );
  return {
    offered: sum('offered'),
    unprepared: sum('unprepared'),
    sent: sum('sent'),
    completed: sum('completed'),
    rejected: sum('rejected'),
    open: sum('open'),
    measured: sum('measured'),
    measuredSent: sum('measuredSent'),
    measuredCompleted: sum('measuredCompleted'),
    measuredRejected: sum('measuredRejected'),
    completedInWindow: sum('completedInWindow'),
    latencies: parts.flatMap(([, part]) => part.latencies),
    startedLateP99Ms: Math.max(0, ...parts.map(([, part]) => part.startedLateP99Ms)),
    reasons: Object.fromEntries(reasons),
  };
}
