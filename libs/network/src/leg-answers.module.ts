import { adapterCalls } from '@tonle/contracts';
import { key, PLATFORM, provideBy } from '@tonle/http';
import { declareStory, Service } from '@tonle/platform';
import { LEGS } from './inbound.module.js';
import { NetworkStory } from './story/network-story.view.js';

// What other services ask about legs: what statements prove of them, and what happened to them.

/** Answered by every network: where no legs are, none is open and nothing is proven. */
export function proofsProvider() {
  return provideBy(
    key<object>('what statements prove'),
    [PLATFORM, LEGS, Service],
    (platform, legs, service) => {
      const { openLegs, enquire, proofs } = adapterCalls(platform.service);
      service.call(openLegs, async (asked) => ({ legs: (await legs?.openLegs(asked)) ?? [] }));
      service.call(enquire, async ({ legKeys }) => ({ asked: (await legs?.askAgain(legKeys)) ?? [] }));
      service.call(proofs, async ({ proofs: given }) => ({
        verdicts: (await legs?.statementEvidence.take(given)) ?? given.map(() => 'not_ours' as const),
      }));
      return {};
    },
  );
}

/** What is known of one payment, for people. */
export function storyProvider(network: string, callsUs: boolean) {
  return provideBy(key<NetworkStory>('story'), [PLATFORM, LEGS, Service], (platform, legs, service) => {
    const heldBy = (): string | undefined => {
      if (legs === undefined) return undefined;
      const { sends, enquiries } = legs.health;
      const isHeld = sends !== 'closed' || enquiries !== 'closed';
      return isHeld ? `${network} does not answer: sending is ${sends}, asking is ${enquiries}` : undefined;
    };
    const story = new NetworkStory(platform.database, network, callsUs, heldBy);
    declareStory(service, platform, story);
    return story;
  });
}
