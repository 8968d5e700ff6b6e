import { Pool, type Dispatcher } from 'undici';
import type { Clock } from '@tonle/platform';
import { exchange } from '@tonle/network';
import type {
  AnswerWithEvidence,
  DirectoryCopy,
  Evidence,
  LegRefusal,
  OpenLeg,
  LegAnswer,
  PartnerPort,
  PreparedLeg,
  StatementPage,
  StatementRequest,
} from '@tonle/network';
import type { LegCommand, LookupAnswer, LookupRequest } from '@tonle/contracts';
import { compareWithLeg, HashConfirmation } from './confirmation.js';
import { LEDGER_HASH, readCoreAnswer } from './core/core.reading.js';
import { railParties } from './core/parties.js';
import { writeSoapCall } from './core/soap.js';
import { operationOf, prepareLeg } from './core/transfer.js';
import { lookUp } from './lookup.js';
import { OpenApiClient } from './open-api/open-api.client.js';
import { readTransaction } from './open-api/transaction.js';
import type { BakongSettings } from './settings.js';
import { readStatementPage } from './statement.js';

/** The ledger shows a transfer a moment after the core has answered: how long to look again before enquiring. */
const CONFIRM_WAITS_MS = [25, 75, 200, 500];

/** A look that is slower makes the leg unknown. */
const CONFIRM_MS_MAX = 5_000;

/** The home network: SOAP towards the core moves money, the Open API confirms it. */
export class BakongPort implements PartnerPort {
  readonly partner = 'bakong';
  readonly sendMsMax: number;
  /** The core books whatever arrives, however late; it knows a repeat by its reference. */
  readonly notFoundIsFinal = false;
  private readonly core: Dispatcher;
  private readonly apiPool: Dispatcher;
  private readonly api: OpenApiClient;
  private readonly confirmation: HashConfirmation;

  constructor(
    private readonly settings: BakongSettings,
    private readonly directory: DirectoryCopy,
    private readonly clock: Clock,
  ) {
    // The core's answer, then the looks into the ledger.
    this.sendMsMax = settings.sendMs + CONFIRM_WAITS_MS.reduce((sum, wait) => sum + wait, 0) + CONFIRM_MS_MAX;
    const timeouts = { headersTimeout: 0, bodyTimeout: 0, pipelining: 1 };
    this.core = new Pool(settings.soapUrl.origin, {
      ...timeouts,
      connections: settings.connections,
      connect: { timeout: 3_000 },
    });
    this.apiPool = new Pool(settings.apiUrl.origin, {
      ...timeouts,
      connections: 8,
      connect: { timeout: 3_000 },
    });
    this.api = new OpenApiClient(this.apiPool, settings.email, clock);
    this.confirmation = new HashConfirmation(this.api);
  }

  prepare(command: LegCommand): PreparedLeg | LegRefusal {
    return prepareLeg(command, this.directory);
  }

  async send(leg: PreparedLeg, mayStart: () => boolean): Promise<AnswerWithEvidence> {
    const { command, externalRef, bytes } = leg;
    const operation = operationOf(command);
    const { user, password, soapUrl } = this.settings;
    const body = Buffer.from(
      writeSoapCall({
        operation,
        user,
        password,
        document: Buffer.from(bytes).toString('utf8'),
        externalRef,
      }),
    );
    const at = this.clock.now();
    const answered = await exchange(this.core, {
      method: 'POST',
      path: soapUrl.pathname,
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
      body,
      timeoutMs: this.answerMs(command),
      mayStart,
    });
    // The document is kept, not the envelope: that one holds the password.
    const evidence: Evidence[] = [];
    if (answered.kind !== 'not_sent')
      evidence.push({ subject: command.legKey, direction: 'out', at, operation, bytes });
    if (answered.kind === 'answered') {
      const { status } = answered;
      evidence.push({
        subject: command.legKey,
        direction: 'in',
        at: this.clock.now(),
        operation,
        status,
        bytes: answered.bytes,
      });
    }
    const verdict = readCoreAnswer(answered, operation, externalRef);
    if (verdict.kind === 'booked') return this.confirm(command, verdict.ledgerHash, evidence);
    if (verdict.kind === 'existed') return this.byKnownReference(command, externalRef, evidence);
    return { answer: verdict, evidence };
  }

  enquire(legs: readonly OpenLeg[]): Promise<AnswerWithEvidence[]> {
    return Promise.all(
      legs.map(({ command, externalRef, partnerRef }) => {
        if (partnerRef === undefined) return this.byReference(command, externalRef, []);
        return LEDGER_HASH.test(partnerRef)
          ? this.lookAtHash(command, partnerRef, [])
          : this.byKnownReference(command, externalRef, []);
      }),
    );
  }

  lookup(request: LookupRequest): Promise<LookupAnswer> {
    return lookUp(request, { api: this.api, directory: this.directory, clock: this.clock });
  }

  async statement(request: StatementRequest): Promise<StatementPage> {
    const { day, currency, cursor, pageMax } = request;
    const size = Math.min(pageMax, 1000);
    const { answer } = await this.api.ask(
      'list_transactions',
      { day, currency, cursor, size },
      `statement:${day}:${currency}`,
    );
    if (answer.kind !== 'data') throw new Error(`the home network gave no list: ${answer.kind}`);
    return readStatementPage(answer.data, currency);
  }

  async close(): Promise<void> {
    await Promise.all([this.core.destroy(), this.apiPool.destroy()]);
  }

  /** The corridor's timer of the leg (domain 6.5), never more than this adapter allows. */
  private answerMs(command: LegCommand): number {
    const timers = this.directory.findCorridor(command.corridor)?.timers;
    const leg = command.leg === 'credit' ? timers?.beneficiaryLegMs : timers?.payerLegMs;
    return Math.min(this.settings.sendMs, leg ?? this.settings.sendMs);
  }

  /** ACSP is final only with the hash in the ledger; until then the leg is in progress and known by its hash. */
  private async confirm(
    command: LegCommand,
    hash: string,
    evidence: readonly Evidence[],
  ): Promise<AnswerWithEvidence> {
    let last: AnswerWithEvidence = { answer: { kind: 'in_progress', partnerRef: hash }, evidence };
    for (const wait of [0, ...CONFIRM_WAITS_MS]) {
      if (wait > 0) await new Promise((next) => setTimeout(next, wait));
      last = await this.lookAtHash(command, hash, last.evidence);
      if (last.answer.kind !== 'not_found') break;
    }
    const open =
      last.answer.kind === 'not_found' || last.answer.kind === 'not_sent' || last.answer.kind === 'ambiguous';
    return open ? { ...last, answer: { kind: 'in_progress', partnerRef: hash } } : last;
  }

  private async lookAtHash(
    command: LegCommand,
    hash: string,
    before: readonly Evidence[],
  ): Promise<AnswerWithEvidence> {
    const { finding, evidence } = await this.confirmation.confirm(hash);
    const all = [...before, ...evidence];
    switch (finding.kind) {
      case 'found':
        return { answer: this.compare(command, finding.transaction), evidence: all };
      case 'not_found':
        return { answer: { kind: 'not_found' }, evidence: all };
      case 'failed':
        return {
          answer: { kind: 'rejected', reason: 'MS03', reasonText: 'failed at the ledger', partnerRef: hash },
          evidence: all,
        };
      case 'ambiguous':
        return { answer: { kind: 'ambiguous', because: finding.because, partnerRef: hash }, evidence: all };
    }
  }

  /**
   * Asks for a reference of which the core has said that it exists. No not-found is believed against that word: the
   * leg stays in progress, and our own reference in the partner's place keeps it in mind.
   */
  private async byKnownReference(
    command: LegCommand,
    externalRef: string,
    before: readonly Evidence[],
  ): Promise<AnswerWithEvidence> {
    const asked = await this.byReference(command, externalRef, before);
    const { answer } = asked;
    const open = answer.kind === 'not_found' || answer.kind === 'ambiguous';
    return open ? { ...asked, answer: { kind: 'in_progress', partnerRef: externalRef } } : asked;
  }

  private async byReference(
    command: LegCommand,
    externalRef: string,
    before: readonly Evidence[],
  ): Promise<AnswerWithEvidence> {
    const { answer, evidence } = await this.api.ask(
      'check_transaction_by_external_ref',
      { externalRef },
      command.legKey,
    );
    return { answer: this.readByReference(command, answer), evidence: [...before, ...evidence] };
  }

  private readByReference(
    command: LegCommand,
    answer: Awaited<ReturnType<OpenApiClient['ask']>>['answer'],
  ): LegAnswer {
    switch (answer.kind) {
      case 'data': {
        const found = readTransaction(answer.data);
        return found === undefined
          ? { kind: 'ambiguous', because: 'unreadable transaction' }
          : this.compare(command, found);
      }
      case 'not_found':
        return { kind: 'not_found' };
      case 'failed':
        return { kind: 'rejected', reason: answer.reason, reasonText: answer.responseMessage };
      case 'not_sent':
      case 'ambiguous':
      case 'unreadable':
        return { kind: 'ambiguous', because: answer.because };
      case 'renew_token':
      case 'account':
      case 'other':
      case 'later':
        return { kind: 'ambiguous', because: answer.responseMessage };
    }
  }

  private compare(command: LegCommand, found: Parameters<typeof compareWithLeg>[2]): LegAnswer {
    const parties = railParties(command, this.directory);
    if ('kind' in parties) return { kind: 'ambiguous', because: parties.reasonText };
    return compareWithLeg(command, parties, found);
  }
}
