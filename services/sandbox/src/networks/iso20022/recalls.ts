import { readIso, type Recall, type RecallReply } from '@tonle/iso20022';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import { underFault, type Operation } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import { spoilSignature } from '../../kit/signed-wire.js';
import type { SendingParts } from './delivery.js';
import { isoTime, XML } from './messages.js';
import type { PayeeReturns } from './payee-returns.js';

const ASK_MS = 10_000;
const LATE_MS = 5_000;

/** What `POST /control/<network>/recall` takes. */
const recallRequest = z.strictObject({
  /** UETR of a payment that was sent to Tonle. */
  payment: z.uuid(),
  /** ISO reason; the same again with the id of the first is the same message. */
  reason: z
    .string()
    .regex(/^[A-Z0-9]{1,4}$/)
    .default('DUPL'),
  text: z.string().min(1).max(105).optional(),
  id: z
    .string()
    .regex(/^[A-Z0-9]{1,32}$/)
    .optional(),
});

/** What was said about a case, by its id: to Tonle's question, or to one of its own. */
interface ToldRecall {
  readonly caseId: string;
  readonly uetr?: string;
  readonly status: string;
  readonly reason?: string;
  readonly text?: string;
}

interface RecallParts extends SendingParts {
  readonly randomUuid: () => string;
  readonly onError: (error: unknown) => void;
}

/** Calls payments back that were sent to Tonle, and answers what Tonle calls back: yes, unless a fault says otherwise. */
export class IsoRecalls {
  private readonly told: ToldRecall[] = [];
  /** Cases of Tonle's whose money goes back, so that it goes once. */
  private readonly accepted = new Set<string>();

  constructor(
    private readonly parts: RecallParts,
    private readonly returns: Pick<PayeeReturns, 'giveAllBack'>,
  ) {}

  /** Tonle calls a payment back that was made here. */
  answer(recall: Recall, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const { faults, scheme, pause } = this.parts;
    const reply = (content: RecallReply): HttpReply => sign(this.xml(content));
    const yes = (): RecallReply => {
      const refusal = this.whyNot(recall);
      if (refusal !== undefined) return this.reply(recall, 'RJCR', refusal);
      this.giveBack(recall);
      return this.reply(recall, 'ACCR');
    };
    const operation: Operation = {
      perform: () => Promise.resolve(reply(yes())),
      refuse: (code) =>
        Promise.resolve(
          reply(code === 'PDCR' ? this.reply(recall, 'PDCR') : this.reply(recall, 'RJCR', code)),
        ),
      duplicate: async () => {
        const content = yes();
        await this.callBack(content);
        void this.callBack(content);
        return reply(content);
      },
      late: (delayMs) => {
        void pause(delayMs).then(() => this.callBack(yes()));
        return Promise.resolve(sign({ status: 202, headers: { 'content-type': XML }, body: '' }));
      },
      special: () => Promise.resolve(reply(this.reply({ ...recall, caseId: this.newId() }, 'ACCR'))),
      spoil: spoilSignature,
    };
    const facts = { uetr: recall.originalUetr, reference: recall.caseId };
    const fault = faults.pick(scheme.id, 'camt.056', facts);
    return underFault(
      fault?.fault === 'late_callback' ? { ...fault, delayMs: fault.delayMs ?? LATE_MS } : fault,
      operation,
      pause,
    );
  }

  /** Tonle says how a case of ours ended. */
  hear(reply: RecallReply): HttpReply {
    this.told.push(toldIn(reply));
    return { status: 202, headers: { 'content-type': XML }, body: '' };
  }

  /** `POST /control/<network>/recall`: asks Tonle for a payment back, and tells what was answered. */
  async recall(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, recallRequest);
    if (body.kind === 'refused') return body.reply;
    const { payment, reason, text, id = this.newId() } = body.value;
    const debit = this.parts.books.debit(payment)?.entry;
    if (debit === undefined) return json(404, { error: `${payment} is no payment that was sent to Tonle` });
    const { messages, clock, wire } = this.parts;
    const { messageId, endToEndId, transactionId, uetr } = debit;
    const message: Recall = {
      kind: 'recall',
      messageId: id,
      createdAt: isoTime(clock.now()),
      assigner: messages.agent,
      assignee: messages.tonle,
      caseId: id,
      caseCreator: messages.agent,
      cancellationId: id,
      originalMessageId: messageId,
      originalMessageName: this.parts.scheme.versions.payment,
      originalEndToEndId: endToEndId,
      originalTransactionId: transactionId,
      originalUetr: uetr,
      reason,
      ...(text === undefined ? {} : { reasonText: [text] }),
    };
    const written = messages.write(message, this.parts.scheme.versions.recall, clock.now());
    const answer = await wire.post('/iso20022/camt.056', XML, written, ASK_MS);
    if (answer.kind !== 'answered') return json(200, { id, answer: answer.kind });
    const reading = readIso(answer.bytes);
    if (reading.kind === 'refused' || reading.message.kind !== 'recall_reply')
      return json(200, { id, answer: `HTTP ${answer.status}` });
    return json(200, { id, answer: toldIn(reading.message) });
  }

  /** `GET /control/<network>/recalls/<case>`: what Tonle has told of a case. */
  toldOf(caseId: string): HttpOutcome {
    return json(200, { told: this.told.filter((each) => each.caseId === caseId) });
  }

  private whyNot({ caseId = '', originalUetr = '' }: Recall): string | undefined {
    if (this.accepted.has(caseId)) return undefined;
    const { books } = this.parts;
    const original = books.credit(originalUetr);
    if (original?.final?.status !== 'ACCC' || original.entry.refundOf !== undefined) return 'NOOR';
    return BigInt(original.entry.minor) > books.refunded(originalUetr) ? undefined : 'ARDT';
  }

  private giveBack({ caseId = '', originalUetr = '', reason = 'CUST' }: Recall): void {
    if (this.accepted.has(caseId)) return;
    this.accepted.add(caseId);
    void this.returns
      .giveAllBack(originalUetr, reason === 'CUST' ? 'CUST' : 'FOCR')
      .catch(this.parts.onError);
  }

  private reply(recall: Recall, status: 'ACCR' | 'RJCR' | 'PDCR', reason?: string): RecallReply {
    const { messages, clock } = this.parts;
    const { caseId, caseCreator, assigner, originalMessageId, originalMessageName } = recall;
    const { originalEndToEndId, originalTransactionId, originalUetr } = recall;
    return {
      kind: 'recall_reply',
      messageId: messages.id(clock.now()),
      createdAt: isoTime(clock.now()),
      assigner: messages.agent,
      assignee: messages.tonle,
      ...(caseId === undefined ? {} : { caseId, caseCreator: caseCreator ?? assigner }),
      outcome: status === 'ACCR' ? 'CNCL' : status,
      transactionStatus: status,
      ...{ originalMessageId, originalMessageName, originalEndToEndId, originalTransactionId, originalUetr },
      ...(reason === undefined ? {} : { reason }),
    };
  }

  private async callBack(content: RecallReply): Promise<void> {
    const { wire, messages, scheme, clock } = this.parts;
    const text = messages.write(content, scheme.versions.recallReply, clock.now());
    await wire.post('/iso20022/camt.029', XML, text, ASK_MS);
  }

  private xml(content: RecallReply): HttpReply {
    const { messages, scheme, clock } = this.parts;
    const body = messages.write(content, scheme.versions.recallReply, clock.now());
    return { status: 200, headers: { 'content-type': XML }, body };
  }

  private newId(): string {
    const { scheme, randomUuid } = this.parts;
    return `${scheme.mark}K${randomUuid().replaceAll('-', '').slice(0, 24)}`.toUpperCase();
  }
}

function toldIn({
  caseId = '',
  originalUetr,
  outcome,
  transactionStatus,
  reason,
  reasonText,
}: RecallReply): ToldRecall {
  return {
    caseId,
    ...(originalUetr === undefined ? {} : { uetr: originalUetr }),
    status: transactionStatus ?? outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(reasonText === undefined ? {} : { text: reasonText.join('') }),
  };
}
