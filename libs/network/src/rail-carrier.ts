import type { LegCommand } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { sharedEvidence } from '@tonle/door';
import { Gatherer } from '@tonle/messaging';
import { amountFromJson, amountText, isPayable } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { unmappedCodes } from './codes.js';
import type { WireReply } from './exchange.js';
import type {
  Agreement,
  AnswerWithEvidence,
  Evidence,
  LegAnswer,
  LegCarrier,
  LegRefusal,
  OpenLeg,
  Parties,
  PreparedLeg,
} from './leg.js';
import type { AskedLeg, BulkQuestion, FollowUp, Question, Rail, TermsQuestion } from './network.js';
import type { OpenWires } from './open-wires.js';

const GATHER_MS = 10;
const TERMS_QUESTIONS_MAX = 3;
const NOT_CARRIED = 'AG03';
const NOT_PAYABLE = 'AM12';

export interface RailCarrierOptions {
  readonly network: string;
  readonly rail: Rail;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What a reply says of one key, and the evidence of all that were asked for together. */
interface KeyAnswer extends AskedTogether {
  readonly means: (leg: AskedLeg) => LegAnswer;
}

interface AskedTogether {
  readonly evidence: readonly Evidence[];
  readonly isFirst: boolean;
  readonly isShared: boolean;
}

/** Of a question about several legs the bytes are kept once, and of each that it was about it, too. */
function evidenceOfBulk({ evidence, isFirst, isShared }: AskedTogether, legKey: string): Evidence[] {
  if (!isShared) return evidence.map((each) => ({ ...each, subject: legKey }));
  return [...(isFirst ? evidence : []), ...evidence.map((each) => sharedEvidence(each, legKey))];
}

/** Runs the pure functions of a rail over its wires: timeouts of the corridor, follow-ups, questions in bulk, evidence. */
export class RailCarrier implements LegCarrier {
  readonly network: string;
  readonly refusesRepeats: boolean;
  readonly callsOff: boolean;
  readonly sendMsMax: number;
  readonly agree?: LegCarrier['agree'];
  private readonly bulk: ReadonlyMap<string, Gatherer<string, KeyAnswer>>;
  private readonly unmapped;

  constructor(private readonly options: RailCarrierOptions) {
    const { network, rail, telemetry } = options;
    this.network = network;
    this.refusesRepeats = rail.refusesRepeats;
    this.callsOff = rail.callsOff === true;
    this.sendMsMax = rail.sendMs + (rail.followUpMs ?? 0) + TERMS_QUESTIONS_MAX * (rail.terms?.askMs ?? 0);
    if (rail.terms !== undefined) this.agree = this.agreeBy(rail.terms);
    this.bulk = new Map(
      Object.entries(rail.bulk ?? {}).map(([name, question]) => [name, this.gathererOf(name, question)]),
    );
    this.unmapped = unmappedCodes(telemetry, network);
  }

  notFoundIsFinal(command: LegCommand): boolean {
    const { rail } = this.options;
    return rail.notFoundIsFinal && rail.takesLate?.(command) !== true;
  }

  prepare(command: LegCommand, parties: Parties): PreparedLeg | LegRefusal {
    const { rail } = this.options;
    if (!rail.legs.includes(command.leg))
      return { kind: 'refused', reason: NOT_CARRIED, reasonText: `no ${command.leg} leg on this network` };
    const moved = amountFromJson(command.amount);
    if (!isPayable(moved))
      return {
        kind: 'refused',
        reason: NOT_PAYABLE,
        reasonText: `${amountText(moved)} is a part of what is paid`,
      };
    if (command.leg === 'credit' && command.refundOf !== undefined && rail.refunds !== true)
      return { kind: 'refused', reason: NOT_CARRIED, reasonText: 'no refunds on this network' };
    return rail.prepare(command, parties);
  }

  async send(prepared: PreparedLeg, parties: Parties, mayStart: () => boolean): Promise<AnswerWithEvidence> {
    const { rail, wires } = this.options;
    const { command, externalRef, terms } = prepared;
    const request = rail.send(prepared);
    const timeoutMs = this.answerMs(command);
    const carried = await wires.ask(request, { subject: command.legKey, mayStart, timeoutMs });
    const leg: AskedLeg = { command, externalRef, parties, ...(terms !== undefined && { terms }) };
    return this.conclude(rail.read(carried.reply, leg, request.operation), leg, carried.evidence);
  }

  private agreeBy(question: TermsQuestion): NonNullable<LegCarrier['agree']> {
    return async (prepared, parties): Promise<Agreement> => {
      const { command, externalRef } = prepared;
      const leg: AskedLeg = { command, externalRef, parties };
      const evidence: Evidence[] = [];
      const answers: WireReply[] = [];
      let request = question.ask(prepared);
      for (let asked = 0; asked < TERMS_QUESTIONS_MAX; asked += 1) {
        const timed = { ...request, timeoutMs: question.askMs };
        const carried = await this.options.wires.ask(timed, { subject: command.legKey });
        evidence.push(...carried.evidence);
        const said = question.read(carried.reply, leg, answers);
        answers.push(carried.reply);
        if (!('kind' in said)) request = said;
        else if (said.kind === 'agreed') return { ...said, evidence };
        else return { kind: 'none', ...this.counted(said, evidence, leg) };
      }
      return {
        kind: 'none',
        answer: { kind: 'not_sent', because: 'no terms after all questions' },
        evidence,
      };
    };
  }

  enquire(legs: readonly OpenLeg[]): Promise<AnswerWithEvidence[]> {
    return Promise.all(legs.map((leg) => this.enquireAlone(leg)));
  }

  /** A leg that breaks the network's own functions says nothing about itself, and nothing about the others of its batch. */
  private async enquireAlone(leg: OpenLeg): Promise<AnswerWithEvidence> {
    try {
      return await this.enquireOne(leg);
    } catch (error) {
      const { legKey, command } = leg;
      this.options.telemetry.log.error(
        { err: error, legKey, paymentId: command.paymentId },
        'asking about a leg broke',
      );
      return { answer: { kind: 'ambiguous', because: 'asking broke' }, evidence: [] };
    }
  }

  private async enquireOne(open: OpenLeg): Promise<AnswerWithEvidence> {
    const { rail, clock } = this.options;
    const leg = { ...open, parties: open.parties ?? this.partiesOf(open.command) };
    const question = rail.enquire(leg, clock.now());
    if ('kind' in question) return this.counted(question, [], leg);
    const { reading, evidence } = await this.ask(question, leg);
    return this.conclude(reading, leg, evidence);
  }

  private async conclude(
    reading: LegAnswer | FollowUp,
    leg: AskedLeg,
    evidence: readonly Evidence[],
  ): Promise<AnswerWithEvidence> {
    if (reading.kind !== 'follow_up') return this.counted(reading, evidence, leg);
    return this.follow(reading, { ...leg, partnerRef: reading.partnerRef ?? leg.partnerRef }, evidence);
  }

  /** Asks until there is an answer that counts; what counts otherwise the network has said. */
  private async follow(
    { question, waitsMs, meanwhile }: FollowUp,
    leg: AskedLeg,
    before: readonly Evidence[],
  ): Promise<AnswerWithEvidence> {
    const evidence = [...before];
    for (const wait of waitsMs) {
      if (wait > 0) await new Promise((next) => setTimeout(next, wait));
      const asked = await this.ask(question, leg);
      evidence.push(...asked.evidence);
      const { kind } = asked.reading;
      if (kind === 'not_found') continue;
      if (kind === 'not_sent' || kind === 'ambiguous' || kind === 'follow_up') break;
      return this.counted(asked.reading, evidence, leg);
    }
    return this.counted(meanwhile, evidence, leg);
  }

  private async ask(
    question: Question,
    leg: AskedLeg,
  ): Promise<{ reading: LegAnswer | FollowUp; evidence: readonly Evidence[] }> {
    const { rail, wires } = this.options;
    if ('bulk' in question) {
      const gatherer = this.bulk.get(question.bulk);
      if (gatherer === undefined) throw new RangeError(`the rail has no bulk question ${question.bulk}`);
      const { means, ...asked } = await gatherer.add(question.key);
      return { reading: means(leg), evidence: evidenceOfBulk(asked, leg.command.legKey) };
    }
    const { reply, evidence } = await wires.ask(question, { subject: leg.command.legKey });
    return { reading: rail.read(reply, leg, question.operation), evidence };
  }

  private gathererOf(name: string, question: BulkQuestion): Gatherer<string, KeyAnswer> {
    return new Gatherer(
      async (keys) => {
        const subject = `${name}:${keys[0]}`;
        const { reply, evidence } = await this.options.wires.ask(question.ask(keys), { subject });
        return question
          .read(reply, keys)
          .map((means, index) => ({ means, evidence, isFirst: index === 0, isShared: keys.length > 1 }));
      },
      { batchMax: question.keysMax, lingerMs: GATHER_MS },
    );
  }

  private counted(
    answer: LegAnswer,
    evidence: readonly Evidence[],
    { command }: AskedLeg,
  ): AnswerWithEvidence {
    const unmapped = 'unmapped' in answer ? answer.unmapped : undefined;
    if (unmapped !== undefined) {
      const { network, telemetry } = this.options;
      this.unmapped.inc({ partner: network });
      // The network's own words may name people: they are in the leg's evidence, not here.
      const { legKey, paymentId } = command;
      telemetry.log.warn(
        { partner: network, code: unmapped, legKey, paymentId },
        'a code of the network is not in its table',
      );
    }
    return { answer, evidence };
  }

  /** The corridor's timer of the leg (domain 6.5), never more than the network's settings allow. */
  private answerMs(command: LegCommand): number {
    const { rail, directory } = this.options;
    const timers = directory.corridorIncludingEnded(command.corridor)?.timers;
    const leg = command.leg === 'credit' ? timers?.beneficiaryLegMs : timers?.payerLegMs;
    return Math.min(rail.sendMs, leg ?? rail.sendMs);
  }

  partiesOf({ debtorAgent, creditorAgent, fxProvider }: LegCommand): Parties {
    return {
      debtorAgent: this.partyOf(debtorAgent),
      creditorAgent: this.partyOf(creditorAgent),
      fxProvider: this.partyOf(fxProvider),
    };
  }

  /** What no message carries is left out: it changes without changing a leg. */
  private partyOf(participantId: string): Parties['debtorAgent'] {
    const body = this.options.directory.participantIncludingEnded(participantId);
    return body && { ...body, keys: [], scopes: [], caps: {} };
  }
}
