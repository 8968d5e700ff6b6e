import { describe, expect, it } from '@jest/globals';
import { MESSAGES } from '@tonle/contracts';
import { ROUTES } from '../../../tools/generate/src/reference/messages.table.js';
import { typesOn } from './topic-types.js';
import { allTopics } from './transport.js';

describe(typesOn.name, () => {
  it('knows every message, on the topic that the reference says', () => {
    const carried = new Set(allTopics().flatMap(typesOn));
    expect([...carried].sort()).toEqual(Object.keys(MESSAGES).sort());
    for (const topic of allTopics())
      for (const type of typesOn(topic))
        expect(ROUTES[type].topic.replace('<adapter>', /^tonle\.(.*)\.inbox/.exec(topic)?.[1] ?? '')).toBe(
          topic,
        );
  });

  it('knows nothing of topics that are not ours', () => {
    expect(typesOn('tonle.stranger.inbox.v1')).toEqual([]);
  });
});
