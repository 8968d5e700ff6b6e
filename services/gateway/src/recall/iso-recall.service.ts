import { refused, type RecallView, type Refusal } from '@tonle/contracts';
import {
  addresseeRefusal,
  isoRejection,
  readRecall,
  readRecallReply,
  recallAnswerIn,
  writeRecallReply,
  type IsoRecallUsage,
  type OwnNames,
  type Reply,
} from '@tonle/door';
import type { Agent, RecallReply } from '@tonle/iso20022';
import type { Caller } from '../access/access.js';
import { participantUsage } from '../iso20022/iso-usage.js';
import type { PaymentDoor } from '../payment/rest-payment.service.js';
import type { BankRecallService } from './bank-recall.service.js';

// Asked in one release of the standard, answered in the same.
const ANSWERS: Readonly<Record<string, string>> = {
  'camt.056.001.08': 'camt.029.001.09',
  'camt.056.001.09': 'camt.029.001.10',
  'camt.056.001.10': 'camt.029.001.12',
  'camt.056.001.11': 'camt.029.001.13',
};
const SPOKEN_REPLIES = ['09', '10', '11', '12', '13'].map((version) => `camt.029.001.${version}`);
const RECALL_ID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** What a message is answered by, and which payment of its sender it is about. */
export interface BankRecallAnswered {
  readonly reply: Reply | Refusal;
  readonly paymentId?: string;
}

/** Recalls of banks in ISO 20022: camt.056 asks, camt.029 answers. */
export class IsoRecallService {
  private readonly usage: IsoRecallUsage;

  constructor(
    private readonly self: Agent & OwnNames,
    private readonly door: PaymentDoor,
    private readonly recalls: BankRecallService,
  ) {
    const own = Object.fromEntries(SPOKEN_REPLIES.map((version) => [version, version]));
    this.usage = { ...participantUsage(self), answers: { ...ANSWERS, ...own } };
  }

  /** A camt.056: answered by how the recall stands, or by why there is none. */
  async ask(caller: Caller, bytes: Uint8Array): Promise<BankRecallAnswered> {
    const stamp = this.door.answerStamp();
    const asked = readRecall({ bytes, headers: {} }, this.usage);
    if (asked.kind === 'unreadable') return { reply: isoRejection(asked, this.usage, stamp) };
    const elsewhere = addresseeRefusal(asked.addressees, { bic: this.self.bic! });
    if (elsewhere !== undefined) return { reply: writeRecallReply(elsewhere, asked, this.usage, stamp) };
    const original = await this.door.find(caller.participant.participantId, asked.names);
    const paymentId = original?.request.paymentId;
    const taken =
      paymentId === undefined
        ? refused('original_unknown')
        : await this.recalls.create(caller, { ...asked.request, paymentId });
    const said = taken.kind === 'refused' ? taken : taken.recall;
    const reply = writeRecallReply(said, asked, this.usage, stamp);
    return paymentId === undefined ? { reply } : { reply, paymentId };
  }

  /** A camt.029 of whoever has to answer. Refuses `recall_unknown`, `schema_invalid`, and what the answer is refused for. */
  async hear(caller: Caller, bytes: Uint8Array): Promise<BankRecallAnswered> {
    const said = readRecallReply({ bytes, headers: {} }, this.usage);
    if (said.kind === 'unreadable') return { reply: isoRejection(said, this.usage, this.door.answerStamp()) };
    const recall = await this.recallOf(caller.participant.participantId, said.reply);
    if (recall === undefined) return { reply: refused('recall_unknown') };
    const { paymentId } = recall;
    const answer = recallAnswerIn(said.reply);
    if (answer === undefined) {
      const status = said.reply.transactionStatus ?? said.reply.outcome;
      return { reply: refused('schema_invalid', `${status} is no answer.`), paymentId };
    }
    const taken = await this.recalls.answer(caller, recall, answer);
    const reply =
      taken.kind === 'refused' ? taken : { status: 202, contentType: this.usage.contentType, body: '' };
    return { reply, paymentId };
  }

  /** Its case is our id of the recall, or the asker's own, of the payment that it names. */
  private async recallOf(
    answerer: string,
    { caseId, originalUetr }: RecallReply,
  ): Promise<RecallView | undefined> {
    if (caseId === undefined) return undefined;
    const ours = RECALL_ID.exec(caseId)?.slice(1, 6).join('-');
    const found = await this.recalls.list({
      answerer,
      ...(ours === undefined ? { caseId } : { recallIds: [ours] }),
      limit: 2,
    });
    const [recall, another] = found.filter(({ uetr }) => originalUetr === undefined || uetr === originalUetr);
    return another === undefined ? recall : undefined;
  }
}
