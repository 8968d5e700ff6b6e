import {
  knownReason,
  publicState,
  recallCalls,
  refused,
  type RecallAnswer,
  type RecallRequest,
  type RecallSearch,
  type RecallView,
  type Refusal,
} from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock, Random } from '@tonle/platform';
import type { Caller } from '../access/access.js';
import type { RestRefundService } from '../refund/rest-refund.service.js';

type Found = { readonly kind: 'recall'; readonly recall: RecallView } | Refusal;

interface BankRecallParts {
  readonly calls: ServiceCalls;
  readonly refunds: Pick<RestRefundService, 'pay'>;
  readonly clock: Clock;
  readonly random: Random;
}

const OPEN: ReadonlySet<RecallView['state']> = new Set(['RECEIVED', 'PENDING']);
/** So long the end of a refund is waited for: where it fails in that time, nothing was accepted. */
const REFUND_ENDED_MS_MAX = 10_000;

/** Recalls of banks, and their answers to those of networks, in whatever way they come. Throws ServiceUnavailable while routing is away. */
export class BankRecallService {
  constructor(private readonly parts: BankRecallParts) {}

  create({ participant, keyId }: Caller, request: Omit<RecallRequest, 'recallId' | 'asker'>): Promise<Found> {
    const { calls, random, clock } = this.parts;
    const recallId = random.id(clock.now());
    return calls.call(recallCalls.create, { ...request, recallId, asker: participant.participantId, keyId });
  }

  /** One that the participant asked or has to answer. Refuses `recall_unknown`. */
  async show(participant: string, recallId: string): Promise<Found> {
    const [recall] = await this.list({ participant, recallIds: [recallId], limit: 1 });
    return recall === undefined ? refused('recall_unknown') : { kind: 'recall', recall };
  }

  async list(search: RecallSearch): Promise<RecallView[]> {
    return (await this.parts.calls.call(recallCalls.list, search)).recalls;
  }

  /** One that the participant has to answer. Refuses `recall_unknown`. */
  async toAnswer(answerer: string, recallId: string): Promise<Found> {
    const [recall] = await this.list({ answerer, recallIds: [recallId], limit: 1 });
    return recall === undefined ? refused('recall_unknown') : { kind: 'recall', recall };
  }

  /**
   * A bank answers a recall of its own. What it accepts is given back first, once for each recall however often it says so: an
   * answer without the money would be none. Refuses `recall_ended`, and what the refund is refused for.
   */
  async answer(
    { participant: bank, keyId }: Caller,
    recall: RecallView,
    answer: RecallAnswer,
  ): Promise<Found> {
    const { participantId } = bank;
    const { recallId } = recall;
    if (answer.state === 'ACCEPTED' && OPEN.has(recall.state)) {
      const refusal = await this.giveBack(bank, recall);
      if (refusal !== undefined) return refusal;
    }
    return this.parts.calls.call(recallCalls.answer, { recallId, by: participantId, keyId, answer });
  }

  private async giveBack(
    participant: Caller['participant'],
    { recallId, paymentId, isoReason, refunds }: RecallView,
  ): Promise<Refusal | undefined> {
    const body = { paymentId, reason: `Recall ${isoReason}`, fault: 'payer_request' as const };
    const raw = Buffer.from(JSON.stringify(body));
    // One that has failed is not tried again by its key: who still accepts has another one made.
    const failed = refunds.filter(({ state }) => publicState(state) === 'failed').length;
    const key = failed === 0 ? `recall-${recallId}` : `recall-${recallId}-${failed}`;
    const taken = await this.parts.refunds.pay({ participant, key, body, raw }, REFUND_ENDED_MS_MAX);
    if (taken.kind === 'refused') return taken;
    const news = taken.news ?? taken.request.news;
    if (news === null || publicState(news.state) !== 'failed') return undefined;
    const detail = `The refund ${news.paymentId} has failed; the recall is as open as before.`;
    return refused(knownReason(news.reason ?? 'partner_rejected'), detail);
  }
}
