import type { Clock } from '@tonle/platform';
import type {
  AnswerWithEvidence,
  DirectoryCopy,
  EvidenceLog,
  LegRefusal,
  OpenLeg,
  LegCarrier,
  PreparedLeg,
  StatementPage,
  StatementRequest,
} from '@tonle/network';
import type { LegCommand, LookupAnswer, LookupRequest, StatementLine } from '@tonle/contracts';
import { enquiryOf, prepareCredit } from './credit/credit.js';
import { readThaiAnswer } from './credit/status.reading.js';
import { lookUp } from './lookup.js';
import type { ThaiSettings } from './settings.js';
import { pageOf, readStatement, STATEMENT_BYTES_MAX } from './statement.js';
import { XML, type ThaiWire } from './wire/thai-wire.js';

const ENQUIRY_MS_MAX = 5_000;
const STATEMENT_MS_MAX = 25_000;
/** The pages of a day are read from one statement. */
const STATEMENT_KEPT_MS = 60_000;

/** The Thai side: pacs.008 moves money, pacs.028 asks, acmt.023 and the QR call find payees, camt.053 tells the day. */
export class ThailandPort implements LegCarrier {
  readonly network = 'thailand';
  readonly sendMsMax: number;
  /** It refuses an acceptance time that is too old. */
  readonly notFoundIsFinal = true;
  private kept: { day: string; at: number; lines: StatementLine[] } | undefined;

  constructor(
    private readonly settings: ThaiSettings,
    private readonly wire: ThaiWire,
    private readonly directory: DirectoryCopy,
    private readonly evidence: EvidenceLog,
    private readonly clock: Clock,
  ) {
    this.sendMsMax = settings.sendMs;
  }

  prepare(command: LegCommand): PreparedLeg | LegRefusal {
    return prepareCredit(command, this.directory, this.settings.bic);
  }

  async send(leg: PreparedLeg, mayStart: () => boolean): Promise<AnswerWithEvidence> {
    const { exchange, evidence } = await this.wire.ask({
      method: 'POST',
      path: '/iso20022/pacs.008',
      contentType: XML,
      body: leg.bytes,
      timeoutMs: this.answerMs(leg.command),
      mayStart,
      subject: leg.command.legKey,
      operation: 'pacs.008',
    });
    return { answer: readThaiAnswer(exchange, leg.command, 'payment'), evidence };
  }

  enquire(legs: readonly OpenLeg[]): Promise<AnswerWithEvidence[]> {
    return Promise.all(legs.map((leg) => this.enquireOne(leg)));
  }

  lookup(request: LookupRequest): Promise<LookupAnswer> {
    const { wire, directory, evidence, clock } = this;
    return lookUp(request, { wire, directory, evidence, clock, bic: this.settings.bic });
  }

  async statement(request: StatementRequest): Promise<StatementPage> {
    const { day, cursor, currency } = request;
    const usable =
      cursor !== undefined && this.kept?.day === day && this.clock.now() - this.kept.at < STATEMENT_KEPT_MS;
    const kept = usable ? this.kept! : { day, at: this.clock.now(), lines: await this.fetchStatement(day) };
    this.kept = kept;
    const lines = kept.lines.filter(({ amount }) => amount.currency === currency);
    return pageOf(lines, request);
  }

  close(): Promise<void> {
    return this.wire.close();
  }

  /** The corridor's timer of the beneficiary leg (domain 6.5), never more than this adapter allows. */
  private answerMs(command: LegCommand): number {
    const { sendMs } = this.settings;
    return Math.min(sendMs, this.directory.findCorridor(command.corridor)?.timers.beneficiaryLegMs ?? sendMs);
  }

  private async enquireOne(leg: OpenLeg): Promise<AnswerWithEvidence> {
    const network = this.directory.participant(leg.command.creditorAgent)?.bic;
    if (network === undefined)
      return { answer: { kind: 'ambiguous', because: 'the network is not in the directory' }, evidence: [] };
    const { exchange, evidence } = await this.wire.ask({
      method: 'POST',
      path: '/iso20022/pacs.028',
      contentType: XML,
      body: enquiryOf(leg, network, this.settings.bic, this.clock.now()),
      timeoutMs: ENQUIRY_MS_MAX,
      subject: leg.legKey,
      operation: 'pacs.028',
    });
    return { answer: readThaiAnswer(exchange, leg.command, 'enquiry'), evidence };
  }

  private async fetchStatement(day: string): Promise<StatementLine[]> {
    const { exchange, evidence } = await this.wire.ask({
      method: 'GET',
      path: `/statements/camt.053?day=${encodeURIComponent(day)}`,
      timeoutMs: STATEMENT_MS_MAX,
      maxBytes: STATEMENT_BYTES_MAX,
      subject: `statement:${day}`,
      operation: 'camt.053',
    });
    for (const each of evidence) this.evidence.keep(each);
    if (exchange.kind !== 'answered' || exchange.status !== 200) throw new Error(`no statement of ${day}`);
    return readStatement(exchange.bytes);
  }
}
