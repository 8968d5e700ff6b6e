import { deadLetterCalls, refused } from '@tonle/contracts';
import { letterDeeds, letterGroups, openLetters, wholeLetterOf } from '@tonle/messaging';
import { DeadLetterDesk, type DeskHost } from './dead-letter-desk.js';
import { declareRedrives } from './dead-letter-redrives.js';
import type { Service } from './service.js';

/** Answers for the dead letters of a service, and redrives them. */
export function declareDeadLetters(service: Service, host: DeskHost): void {
  const calls = deadLetterCalls(host.service);
  const desk = new DeadLetterDesk(host, (topic) => service.handlingOf(topic));
  const { database } = host;
  service.call(calls.list, (asked) => openLetters(database, asked));
  service.call(calls.find, async ({ letterId }) => {
    const letter = await wholeLetterOf(database, letterId);
    return letter === undefined ? refused('not_found') : ({ kind: 'found', letter } as const);
  });
  service.call(calls.reveal, async (asked) => {
    const body = await desk.reveal(asked);
    return body === undefined ? refused('not_found') : ({ kind: 'found', body } as const);
  });
  service.call(calls.rehearse, ({ letterId }) => desk.rehearse(letterId));
  service.call(calls.groups, async ({ limit }) => ({ groups: await letterGroups(database, limit) }));
  service.call(calls.decide, (decision) => desk.decide(decision));
  service.call(calls.actions, async (filter) => ({
    actions: await letterDeeds(database, host.service, filter),
  }));
  declareRedrives(service, desk);
}
