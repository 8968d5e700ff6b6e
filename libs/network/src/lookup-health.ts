import type { BreakerReport, CallCounts, LookupsHealth } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { CircuitBreaker } from './breaker.js';
import { CallCounter } from './call-counter.js';
import { unmappedCodes } from './codes.js';
import type { WireReply } from './exchange.js';
import type { Payees } from './network.js';

const SERVER_ERROR = 500;

type Said = ReturnType<Payees['read']>;

/**
 * How a network answers questions about payees: a breaker of its own, since an outage of these does not stop the legs of
 * payments, with metrics, and what people are shown. What it refuses is an answer.
 */
export class LookupHealth {
  private readonly breaker: CircuitBreaker;
  private readonly calls: CallCounter;
  /** Who asked about whom in the present row of failures: the bank of one payee that is silent is not the network. */
  private readonly failing = new Set<string>();
  private readonly outcomes;
  private readonly seconds;
  private readonly open;
  private readonly unmapped;
  private failingSince: number | undefined;
  private answeredAt: number | undefined;
  private because: string | undefined;

  constructor(
    private readonly partner: string,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {
    this.breaker = new CircuitBreaker(() => clock.now());
    this.calls = new CallCounter(() => clock.now());
    const labels = ['partner', 'outcome'];
    this.outcomes = telemetry.counter('tonle_partner_lookups_total', 'Lookups by what came of them', labels);
    this.seconds = telemetry.histogram('tonle_partner_lookup_seconds', 'From question to answer', labels);
    this.open = telemetry.gauge(
      'tonle_partner_lookup_breaker_open',
      '1 while the network is not asked about payees',
      ['partner'],
    );
    this.open.set({ partner }, 0);
    this.unmapped = unmappedCodes(telemetry, partner);
  }

  /**
   * Runs one question and its retry; undefined while the network is not asked. `about` names who asks about whom: however
   * often nobody answers it, it counts once for the breaker.
   */
  async ask(
    about: string,
    question: () => Promise<WireReply>,
    read: (reply: WireReply) => Said,
  ): Promise<Said | undefined> {
    const { partner } = this;
    if (!this.breaker.admit()) {
      this.outcomes.inc({ partner, outcome: 'not_asked' });
      return undefined;
    }
    const stop = this.seconds.startTimer({ partner });
    const askedAt = performance.now();
    const reply = await question();
    const said = read(reply);
    const outcome = isSilence(reply, said) ? 'silent' : said.kind;
    stop({ outcome });
    this.outcomes.inc({ partner, outcome });
    if (outcome === 'silent') this.failed(about, reply);
    else this.answered(performance.now() - askedAt);
    if (said.kind === 'refused' && said.unmapped !== undefined) this.count(said.unmapped);
    return said;
  }

  private count(code: string): void {
    const { partner } = this;
    this.unmapped.inc({ partner });
    this.telemetry.log.warn({ partner, code }, 'a code of the network is not in its table');
  }

  /** Whether the network answers, for people. */
  get shown(): LookupsHealth {
    const { breaker, because, failingSince, answeredAt } = this;
    return {
      breaker: breaker.state,
      ...(answeredAt === undefined ? {} : { answeredAt: instantOf(answeredAt) }),
      ...(failingSince === undefined ? {} : { failingSince: instantOf(failingSince) }),
      ...(because === undefined ? {} : { because }),
    };
  }

  /** For whoever decides elsewhere. */
  get report(): { readonly breaker: BreakerReport; readonly calls: CallCounts } {
    return { breaker: this.breaker.report, calls: this.calls.counts };
  }

  private failed(about: string, reply: WireReply): void {
    this.calls.failed();
    this.failingSince ??= this.clock.now();
    this.because = reply.kind === 'answered' ? `HTTP ${reply.status}` : reply.because;
    // The failure of a probe counts, whoever it is about.
    if (!this.breaker.healthy || !this.failing.has(about)) this.breaker.failed();
    if (this.breaker.healthy) this.failing.add(about);
    this.open.set({ partner: this.partner }, this.breaker.healthy ? 0 : 1);
  }

  private answered(tookMs: number): void {
    this.calls.answered(tookMs);
    this.answeredAt = this.clock.now();
    this.failingSince = undefined;
    this.because = undefined;
    this.failing.clear();
    this.breaker.succeeded();
    this.open.set({ partner: this.partner }, 0);
  }
}

/** An answer that only this question cannot make sense of says that the network is there. */
function isSilence(reply: WireReply, said: Said): boolean {
  if (reply.kind !== 'answered') return true;
  return said.kind === 'refused' && said.reason === 'partner_silent' && reply.status >= SERVER_ERROR;
}

function instantOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
