import type { BankStatementFormat, InstructionFormat } from '@tonle/bank-files';
import { ANSWERING, textUpTo, wholeSteps, type FaultyOperation } from '../kit/fault-check.js';
import type { CallFacts, Fault } from '../kit/fault.js';
import { underFault, type Operation } from '../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../kit/listener.js';
import type { Kit } from '../kit/network.js';
import { spoilSignature, type SignedWire } from '../kit/signed-wire.js';
import type { BankBooks } from './bank-books.js';
import type { BankDesk, Taking } from './bank-desk.js';
import type { BankPayments } from './bank-payments.js';
import { WRONG_FINALISATIONS, type BankReporting } from './bank-reporting.js';
import type { BankScheme } from './bank-scheme.js';

export interface BankParts extends Pick<Kit, 'faults' | 'pause' | 'clock' | 'onError'> {
  readonly scheme: BankScheme;
  readonly books: BankBooks;
  readonly desk: BankDesk;
  readonly payments: BankPayments;
  readonly reporting: BankReporting;
  readonly wire: SignedWire;
}

const ISO_REASON = {
  fits: (code: string) => /^[A-Z0-9]{4}$/.test(code),
  rule: 'an ISO reason of four characters',
};
const asked: FaultyOperation = {
  faults: [...ANSWERING.filter((fault) => fault !== 'reject'), 'bad_signature'],
  facts: ['currency', 'reference'],
  code: textUpTo(35),
};

/** What a bank serves, and what it can do wrong in it; `payments` is the carrying out of one transfer. */
export const BANK_OPERATIONS: Readonly<Record<string, FaultyOperation>> = {
  instructions: { ...asked, faults: [...asked.faults, 'reject', 'late_callback'], code: ISO_REASON },
  'instructions.get': asked,
  statements: {
    ...asked,
    faults: [...asked.faults, 'statement_missing', 'statement_gap', 'statement_totals_off'],
  },
  notifications: asked,
  finalisations: {
    ...asked,
    faults: [...asked.faults, 'wrong_finalisation'],
    code: {
      fits: (code) => WRONG_FINALISATIONS.some((each) => each === code),
      rule: `one of ${WRONG_FINALISATIONS.join(', ')}`,
    },
  },
  payments: {
    faults: ['pays_short', 'pays_late', 'pays_twice', 'wrong_reference'],
    facts: ['account', 'minor', 'currency', 'uetr', 'reference'],
    code: textUpTo(35),
    addMinor: wholeSteps(1n),
  },
};

/** What the bank answers over HTTP. Every request must be signed by Tonle; every answer is signed. */
export class BankGateway {
  constructor(private readonly parts: BankParts) {}

  async answer(call: HttpCall): Promise<HttpOutcome> {
    const { wire } = this.parts;
    const who = wire.check(call);
    if (who.kind === 'refused') return json(401, { reason: who.reason });
    const sign = (reply: HttpReply): HttpReply => wire.sign(reply, who.nonce);
    const [, noun = '', first = '', second] = call.path.split('/').map(decoded);
    if (call.method === 'POST' && noun === 'instructions' && first === '') return this.take(call, sign);
    if (call.method !== 'GET') return sign(json(405, { error: `there is no ${call.method} ${call.path}` }));
    if (noun === 'instructions' && second === undefined)
      return this.run('instructions.get', { reference: first }, () => this.acknowledgement(first), sign);
    if (noun === 'finalisations' && second === undefined)
      return this.run(
        'finalisations',
        { reference: first },
        (fault) => this.finalisation(first, fault),
        sign,
      );
    const facts = { currency: first, reference: second };
    if (noun === 'statements' && second !== undefined)
      return this.run('statements', facts, (fault) => this.statement(first, second, fault), sign);
    if (noun === 'notifications' && second !== undefined)
      return this.run('notifications', facts, () => this.notification(first, second), sign);
    return sign(json(404, { error: `there is no GET ${call.path}` }));
  }

  /** Orders that the bank had not decided when the process died are decided now. */
  async resume(): Promise<void> {
    const { books, clock } = this.parts;
    const open = books.allOrders().filter(({ status }) => status === 'pending');
    await Promise.all(open.map(({ entry }) => books.decide(entry.messageId, clock.now())));
  }

  private take(call: HttpCall, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const { desk, clock, faults, scheme, pause } = this.parts;
    const bytes = call.body;
    const signature = call.headers['instruction-signature'];
    const instruction = desk.read(bytes);
    const isRead = 'messageId' in instruction;
    const facts = isRead ? { currency: instruction.currency, reference: instruction.messageId } : {};
    const take = async (fault?: 'pending' | { reason: string; detail: string }): Promise<HttpReply> => {
      const given = {
        bytes,
        signature: typeof signature === 'string' ? signature : undefined,
        now: clock.now(),
      };
      return sign(
        this.taken(await desk.take(instruction, { ...given, ...(fault !== undefined && { fault }) })),
      );
    };
    const operation: Operation = {
      perform: () => take(),
      refuse: (reason) => take({ reason, detail: 'the bank does not take it' }),
      late: async (delayMs) => {
        const reply = await take('pending');
        if (isRead) void this.decideLater(instruction.messageId, delayMs).catch(this.parts.onError);
        return reply;
      },
      spoil: spoilSignature,
    };
    return underFault(faults.pick(scheme.id, 'instructions', facts), operation, pause);
  }

  private async decideLater(messageId: string, delayMs: number): Promise<void> {
    const { pause, books, clock } = this.parts;
    await pause(delayMs);
    if (books.order(messageId)?.status === 'pending') await books.decide(messageId, clock.now());
  }

  /** What is accepted for today is paid at once. */
  private taken(taking: Taking): HttpReply {
    if (taking.kind === 'unusable')
      return json(taking.status, { error: 'the instruction cannot be taken', issues: taking.issues });
    const { desk, payments, clock, onError, scheme } = this.parts;
    payments.payDue(clock.now()).catch(onError);
    const bytes = desk.acknowledgement(taking.order);
    return bytes === undefined ? accepted() : file(bytes, contentTypeOf(scheme.instruction));
  }

  private async acknowledgement(messageId: string): Promise<HttpReply> {
    const { desk, books, scheme } = this.parts;
    await books.settled();
    const order = books.order(messageId);
    if (order === undefined) return json(404, { error: `${messageId} never came` });
    const bytes = desk.acknowledgement(order);
    return bytes === undefined ? accepted() : file(bytes, contentTypeOf(scheme.instruction));
  }

  private async statement(currency: string, day: string, fault?: Fault): Promise<HttpReply> {
    const { reporting, books, clock, scheme } = this.parts;
    await books.settled();
    const bytes = reporting.statement(currency, day, clock.now(), fault);
    if (bytes === undefined)
      return json(404, { error: `there is no statement in ${currency} of ${day} (yet)` });
    return file(bytes, contentTypeOf(scheme.statement));
  }

  private async notification(currency: string, day: string): Promise<HttpReply> {
    const { reporting, books, payments, clock } = this.parts;
    await payments.payDue(clock.now());
    await books.settled();
    const bytes = reporting.notification(currency, day);
    if (bytes === undefined) return json(404, { error: `nothing was booked in ${currency} on ${day} (yet)` });
    return file(bytes, contentTypeOf(reporting.notificationFormat));
  }

  private async finalisation(messageId: string, fault?: Fault): Promise<HttpReply> {
    const { reporting, books } = this.parts;
    await books.settled();
    const order = books.order(messageId);
    const bytes = order && reporting.finalisation(order, fault);
    if (bytes === undefined) return json(404, { error: `${messageId} is not carried out (yet)` });
    return file(bytes, contentTypeOf('csv'));
  }

  /** `perform` is given the fault that it has to falsify its files by. */
  private run(
    name: string,
    facts: CallFacts,
    perform: (fault?: Fault) => Promise<HttpReply>,
    sign: (reply: HttpReply) => HttpReply,
  ): Promise<HttpOutcome> {
    const { faults, scheme, pause } = this.parts;
    const fault = faults.pick(scheme.id, name, facts);
    const operation: Operation = {
      perform: async () => sign(await perform(fault)),
      refuse: (code) => Promise.resolve(sign(json(422, { error: code }))),
      special: async (special) => sign(await perform(special)),
      spoil: spoilSignature,
    };
    return underFault(fault, operation, pause);
  }
}

/** It is here, and nothing is decided. */
function accepted(): HttpReply {
  return json(202, { status: 'pending' });
}

function file(bytes: Uint8Array, contentType: string): HttpReply {
  return { status: 200, headers: { 'content-type': contentType }, body: Buffer.from(bytes) };
}

function contentTypeOf(format: InstructionFormat | BankStatementFormat): string {
  if (format === 'csv') return 'text/csv; charset=utf-8';
  return format === 'mt940' ? 'text/plain; charset=utf-8' : 'application/xml';
}

/** What cannot be decoded is nobody's name. */
function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
