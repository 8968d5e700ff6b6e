import type { RecallStep, StoryFact, StoryKind } from '@tonle/contracts';
import { isOpen, type StoredRecall } from '../recall/recall.js';

/** What happens to a recall, for people; `detail` is shown where it is ours: what banks write may name people. */
const EVENTS: Readonly<Record<string, { kind: StoryKind; words: string; showsDetail?: true }>> = {
  received: { kind: 'decision', words: 'it was called back' },
  waiting: { kind: 'timer', words: 'the recall waits until the payment has ended' },
  payment_completed: {
    kind: 'decision',
    words: "the payment has completed: its recall is asked of the payee's side",
  },
  unanswered: { kind: 'trouble', words: 'the network did not answer the recall', showsDetail: true },
  no_message: { kind: 'trouble', words: 'the network has no message for recalls: people ask it' },
  pending: { kind: 'decision', words: 'the recall is being decided about' },
  accepted: { kind: 'decision', words: 'the recall was accepted' },
  refused: { kind: 'decision', words: 'the recall was refused' },
  expired: { kind: 'timer', words: 'nobody answered the recall in time' },
  early_answer: { kind: 'trouble', words: 'an answer came before it was asked for', showsDetail: true },
  late_answer: { kind: 'trouble', words: 'an answer came too late', showsDetail: true },
  told: { kind: 'notice', words: 'the network knows how its recall ended' },
  not_told: { kind: 'trouble', words: 'the network does not take how its recall ended' },
};

/** The recalls of one payment: who asked, and what became of it. The first that was asked first. */
export function recallFacts(recalls: readonly StoredRecall[]): StoryFact[] {
  return recalls.flatMap((recall) => [
    ...recall.history.map((step, index) => stepFact(recall, step, index)),
    ...(isOpen(recall) ? [waitsFact(recall)] : []),
  ]);
}

function stepFact(recall: StoredRecall, { at, event, by, detail }: RecallStep, index: number): StoryFact {
  const { id: recallId, reason, isoReason, amount, answer, direction } = recall;
  const known = EVENTS[event] ?? { kind: 'decision' as const, words: event.replaceAll('_', ' ') };
  const isAsked = event === 'received';
  const refusal = event === 'refused' ? (answer?.refusal ?? answer?.isoRefusal) : undefined;
  const because = isAsked ? reason : known.showsDetail ? detail : refusal;
  return {
    id: `recall:${recallId}:${index + 1}`,
    at,
    kind: known.kind,
    words: `${known.words} (${by})${because === undefined ? '' : `: ${because}`}`,
    facts: {
      ...{ recallId, event, by },
      ...(isAsked ? { reason, isoReason } : {}),
      ...(refusal === undefined ? {} : { refusedBecause: refusal }),
    },
    ...(isAsked ? { amount: { currency: amount.currency, minor: amount.minor.toString() } } : {}),
    chain: `recall:${recallId}`,
    // Of a bank here its messages to the network come of it; a network's own came before.
    ...(isAsked && direction === 'outbound' ? { sends: [`recall:${recallId}`] } : {}),
  };
}

function waitsFact({
  id: recallId,
  answerer,
  deadlineMs,
  carrier,
  direction,
  waits,
  history,
}: StoredRecall): StoryFact {
  const deadline = new Date(deadlineMs).toISOString();
  const byPeople = direction === 'outbound' && carrier === null;
  const asked = byPeople ? `operators, who ask ${answerer}` : answerer;
  const who = waits ? 'the payment to end' : asked;
  return {
    id: `recall:${recallId}:open`,
    at: history.at(-1)!.at,
    kind: 'timer',
    words: `the recall waits for ${who}: without an answer it ends at ${deadline}`,
    facts: { recallId, deadline, answerer },
    chain: `recall:${recallId}`,
  };
}
