/** What operators stop and slow down, and how networks answer: words of one glossary, see glossary.ts. */
export const SWITCH_WORDS = {
  'Switches.participants': 'Participants that do not take part in everything now',
  'Switches.expectedUntil': 'When it ends by itself',
  'Switches.words': 'The same in a sentence, as everybody is told',
  'Switches.setBy': 'Key of the operator',
  'CorridorSet.done': 'It is done',
  'Partners.call': '`sends`: payments; `enquiries`: questions about them; `lookups`: questions about payees',
  'Partners.calls': 'How many',
  'Partners.answeredShare': 'Of these: answered at all, with a refusal too',
  'Partners.p50Ms': 'Half of the answers took no longer',
  'Partners.p95Ms': '95 % of the answers took no longer',
} as const;
