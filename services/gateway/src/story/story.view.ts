import { findCurrency } from '@tonle/money';
import { showAmount } from '../http/public-amount.js';
import { nameOf, type ToldFact } from './story-order.decide.js';
import type { PublicStory, StoryEntry } from './story.schema.js';
import type { Story } from './story.service.js';

const STEP_MAX = 40;
const ORDINAL_DIGITS = 4;
const ENDING = { json: '.json', xml: '.xml', other: '.bin' } as const;

/** The whole story as it is shown, page by page and in the bundle. */
export function showStory({ paymentId, payment, facts, incomplete, cut }: Story): PublicStory {
  return {
    paymentId,
    ...(payment === undefined ? {} : { payment: summaryOf(payment) }),
    entries: facts.map(showFact),
    incomplete: [...incomplete],
    cut: [...cut],
  };
}

function summaryOf(payment: NonNullable<Story['payment']>): NonNullable<PublicStory['payment']> {
  const { uetr, state, isoStatus, reason, corridor, direction, sender, source, target, receivedAt } = payment;
  return {
    uetr,
    state,
    isoStatus,
    ...(reason === undefined ? {} : { reason }),
    corridor,
    direction,
    sender,
    source: showAmount(source),
    target: showAmount(target),
    receivedAt,
  };
}

function showFact(fact: ToldFact, index: number): StoryEntry {
  const { at, service, kind, words, facts, amount, bytes } = fact;
  return {
    id: nameOf(fact),
    at: new Date(at).toISOString(),
    service,
    kind,
    words,
    ...(facts === undefined ? {} : { facts }),
    // The currency of a partner's answer may be one that we do not know.
    ...(amount === undefined || findCurrency(amount.currency) === undefined
      ? {}
      : { amount: showAmount(amount) }),
    ...(bytes === undefined ? {} : { message: { file: fileOf(fact, index), ...bytes } }),
  };
}

/** `messages/0012-adapter-thailand-out-pacs.008.xml`: in the order of the story. */
function fileOf({ service, kind, facts, bytes }: ToldFact, index: number): string {
  const way = kind === 'message_in' ? 'in' : 'out';
  const operation = (facts?.['operation'] ?? facts?.['dialect'] ?? 'message').replace(/[^A-Za-z0-9.]+/g, '-');
  const ordinal = String(index + 1).padStart(ORDINAL_DIGITS, '0');
  return `messages/${ordinal}-${service}-${way}-${operation.slice(0, STEP_MAX)}${ENDING[bytes?.form ?? 'other']}`;
}
