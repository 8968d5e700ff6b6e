// What a record among the dead letters is told by, one or many.
const LETTER = {
  id: 'Name of the record, for what is done with it',
  reader: 'Who could not handle it; `outbox` for what could not be sent',
  topic: 'Where it came by, or was to go',
  key: "Most often a payment's id",
  cause: 'What the last attempt failed with',
  bytes: 'Size of what it says',
  firstAt: 'When it failed first',
  lastAt: 'When it failed last',
};

const of = (schema: string, texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([field, text]) => [`${schema}.${field}`, text]);

/** Fields of dead letters, their groups and their redrives, as `Schema.field`. */
export const DEAD_LETTER_GLOSSARY: Readonly<Record<string, string>> = Object.fromEntries([
  ...of('DeadLetters', { ...LETTER, deadLetters: 'Records that nobody has decided about, the latest first' }),
  ...of('DeadLetter', {
    ...LETTER,
    position: 'Its place in the topic, or `memory`',
    traceparent: 'Trace of the message, as W3C Trace Context writes it',
    headers: 'As they came',
    decision: 'What people decided; absent while it is open',
  }),
  ...of('DeadLetterGroups', {
    ...LETTER,
    groups: 'The largest first',
    cause: 'What they failed with, without ids and numbers',
    count: 'How many are open',
    attempts: 'Attempts of all together',
    firstAt: 'When the first of them failed first',
    lastAt: 'When one of them failed last',
  }),
  ...of('StartedRedrive', {
    approvalsRequired: 'How many other operators have to approve',
    expiresAt: 'Until when they have to',
  }),
  ...of('DeadLetterRedrives', {
    redrives: 'The latest first',
    what: 'What the group was at the start',
    perSecond: 'Letters a second, at most',
    stopOnFailure: 'Whether the first letter that fails again ends it',
    startedAt: 'When it began: what has come since is not of it',
    endedAt: 'When it ended',
    state: '`running`, `done`, or `stopped` by a failure or by people',
    total: 'Letters at the start',
    replayed: 'Letters that are handled now',
    failed: 'Letters that failed again, and stay',
    lastFailure: 'What the last of these failed with',
    stoppedBecause: 'Which failure, or who stopped it and why',
  }),
]) as Readonly<Record<string, string>>;
