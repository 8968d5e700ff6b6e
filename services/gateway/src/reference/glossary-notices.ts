/** What fields and parameters of events and webhooks mean; see glossary.ts. */
export const NOTICE_GLOSSARY: Readonly<Record<string, string>> = {
  'Event.specversion': 'Version of CloudEvents: 1.0',
  'Event.id': 'Id of the event: the same whenever it is told again. Act upon an id once',
  'Event.source': 'What tells it; with `id` unique',
  'Event.type': 'What happened',
  'Event.subject': 'Id of the payment, or of what else it is about',
  'Event.time': 'When it happened',
  'Event.datacontenttype': 'Media type of `data`',
  'Event.data': 'What happened, in ids, states, codes and amounts; never personal data',
  'Event.sequence':
    'Version of the payment: of two events of a payment the one with the higher is the later. Numbers are left out',
  'Event.state': 'As `state` of the payment',
  'Event.step': 'State of the payment inside the switch',
  'Event.isoStatus': 'ISO 20022 transaction status',
  'Event.code': 'Why it failed: a code of /errors',
  'Event.isoReason': 'ISO 20022 external status reason code',
  'Event.completedAt': 'When it completed',
  'Events.events': 'In the order in which they are told',
  'Events.next': 'Cursor: ask on with `after` of this. Without new events it may be the same',
  'Events.more': 'More can be had at once',
};
