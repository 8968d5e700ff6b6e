import type { ShownStory } from './story-lines.js';

/** What a payment in a state waits for, and which command is for that. */
const WAITS: Readonly<Record<string, (command: string, paymentId: string) => string>> = {
  MANUAL_REVIEW: (command, id) =>
    `Two operators decide: ${command} review propose ${id} --decision ... --reason "..." --evidence "..."`,
  SCREENING_HOLD: (command, id) =>
    `An operator decides about the hold: ${command} ask POST /v1/ops/holds/${id}/decision '{"decision":"clear","reason":"..."}'`,
  DEBIT_UNKNOWN: (command) => unknown(command),
  CREDIT_UNKNOWN: (command) => unknown(command),
};

const unknown = (command: string): string =>
  `Nothing yet: its network is asked, and what no answer ends comes to people (${command} review list)`;

/** What people can do now about a payment, and how. Nothing: it goes on by itself, or has ended. */
export function nextSteps({ paymentId, payment, entries }: ShownStory, command: string): string[] {
  const waits = WAITS[payment?.state ?? ''];
  const letters = entries.filter(
    ({ facts }) => facts?.['letterId'] !== undefined && facts['decision'] === 'open',
  );
  const hasBreak = entries.some(({ facts }) => facts?.['breakId'] !== undefined);
  return [
    ...(waits === undefined ? [] : [waits(command, paymentId)]),
    ...letters.map(
      ({ service, facts }) =>
        `A message about it could not be handled: ${command} deadletter show ${service}.${facts!['letterId']}`,
    ),
    ...(hasBreak ? [`It had a break; is it open still? ${command} ops breaks`] : []),
  ];
}
