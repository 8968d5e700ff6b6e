import { storyCalls, type StoryFact, type StoryNames, STORY_FACTS_MAX } from '@tonle/contracts';
import { lettersOf } from '@tonle/messaging';
import type { Platform } from './platform.js';
import type { Service } from './service.js';

/** What one part of a service has stored about a payment. */
export interface StorySource {
  /** The oldest first. `names` are what it knows the payment by beside what was asked with. */
  facts(
    asked: StoryNames,
  ): Promise<{ readonly facts: readonly StoryFact[]; readonly names?: Partial<StoryNames> }>;
  /** Bytes of those of its facts that have some. */
  bytes?(asked: StoryNames, ids: readonly string[]): Promise<readonly StoredBytes[]>;
}

/** Bytes of a message, under the id of its fact. */
export interface StoredBytes {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Answers for what a service knows of one payment, its dead letters included. */
export function declareStory(
  service: Service,
  { service: name, database }: Pick<Platform, 'service' | 'database'>,
  source: StorySource,
): void {
  const calls = storyCalls(name);
  service.call(calls.facts, async (asked) => {
    const [{ facts, names }, letters] = await Promise.all([
      source.facts(asked),
      lettersOf(database, asked.paymentId),
    ]);
    const all = [...facts, ...letters.map(letterFact)];
    const told = { facts: all.slice(0, STORY_FACTS_MAX), cut: all.length > STORY_FACTS_MAX };
    return names === undefined ? told : { ...told, names };
  });
  service.call(calls.bytes, async ({ ids, ...asked }) => {
    const found = (await source.bytes?.(asked, ids)) ?? [];
    return {
      messages: found.map(({ id, bytes }) => ({ id, base64: Buffer.from(bytes).toString('base64') })),
    };
  });
}

function letterFact(letter: Awaited<ReturnType<typeof lettersOf>>[number]): StoryFact {
  const { letterId, reader, topic, type, messageId, cause, attempts, decision, firstAt } = letter;
  const end = decision === null ? 'nobody has decided about it' : `it was ${decision}`;
  return {
    id: `dead-letter:${letterId}`,
    at: firstAt,
    kind: 'trouble',
    words: `${type} could not be ${reader === 'outbox' ? 'sent' : 'handled'}: ${end}`,
    facts: {
      ...{ letterId, reader, topic, type, messageId, cause, attempts: String(attempts) },
      decision: decision ?? 'open',
    },
  };
}
