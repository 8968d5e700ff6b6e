// Who sends what to whom: the part of the page of events that no schema knows.
import { ADAPTERS, type MessageType } from '@tonle/contracts';

/** How a message travels. */
export interface MessageRoute {
  readonly topic: string;
  readonly key: string;
  readonly messageId: string;
  readonly to: string;
}

const ALL = 'every service';

/** Messages over the transport, in the order of a payment's life. */
export const ROUTES: Readonly<Record<MessageType, MessageRoute>> = {
  'payment.submit': {
    topic: 'tonle.routing.inbox.v1',
    key: 'payment id',
    messageId: '`<paymentId>`',
    to: 'routing',
  },
  'leg.command': {
    topic: 'tonle.<adapter>.inbox.v1',
    key: 'payment id',
    messageId: '`<legKey>:<attempt>`',
    to: ADAPTERS,
  },
  'leg.result': {
    topic: 'tonle.routing.inbox.v1',
    key: 'payment id',
    messageId: '`<legKey>:<attempt>:<outcome>`',
    to: 'routing',
  },
  'leg.decided': {
    topic: 'tonle.<adapter>.inbox.v1',
    key: 'payment id',
    messageId: '`<legKey>:<proposalId>`',
    to: ADAPTERS,
  },
  'payment.event': {
    topic: 'tonle.payment.event.v1',
    key: 'payment id',
    messageId: '`<paymentId>:<version>`',
    to: 'gateway, settlement, fx',
  },
  'payment.outcome': {
    topic: 'tonle.<adapter>.inbox.v1',
    key: 'payment id',
    messageId: '`<paymentId>:<version>`',
    to: 'the adapter that asked',
  },
  'window.drained': {
    topic: 'tonle.settlement.inbox.v1',
    key: 'window id',
    messageId: '`<lane>:<windowId>`',
    to: 'settlement',
  },
  'position.clear': {
    topic: 'tonle.routing.inbox.v1',
    key: '-',
    messageId: '`<windowId>:<participant>:<currency>`',
    to: 'routing',
  },
  'funds.moved': {
    topic: 'tonle.routing.inbox.v1',
    key: '-',
    messageId: '`<statementLineId>`',
    to: 'routing',
  },
  'directory.entry': {
    topic: 'tonle.directory.v1',
    key: '`<kind>:<id>`',
    messageId: '`<kind>:<id>:<version>`',
    to: ALL,
  },
};

/** Who asks a call, by its name; who serves it stands in its contract. */
export const ASKED_BY: Readonly<Record<string, string>> = {
  'fx.quote': `gateway, ${ADAPTERS} (inbound, and payment codes)`,
  'fx.price': 'gateway',
  'fx.quotes-by-id': 'routing, gateway',
  'fx.push-rates': 'gateway',
  'fx.withdraw-rates': 'gateway',
  'adapter.recall': 'routing',
  'adapter.tell-recall': 'routing',
  'routing.create-recall': `gateway, ${ADAPTERS} (inbound)`,
  'routing.recalls': `gateway, ${ADAPTERS} (inbound)`,
  'routing.find-switch-fault': 'gateway',
  'routing.recall-news': 'gateway',
  'routing.answer-recall': `gateway, ${ADAPTERS} (inbound)`,
  'adapter.lookup': `gateway, ${ADAPTERS} (inbound)`,
  'adapter.statement': 'settlement',
  'adapter.payment-code': 'gateway',
  'adapter.health': 'gateway',
  'adapter.lookup-use': 'gateway',
  'adapter.open-legs': 'settlement',
  'adapter.proofs': 'settlement',
  'adapter.legs': 'gateway, routing',
  'routing.directory': ALL,
  'routing.payments': `gateway, ${ADAPTERS} (inbound)`,
  'routing.search-payments': 'gateway',
  'routing.inbound-payments': 'gateway',
  'routing.actions': 'gateway',
  'routing.holds': 'gateway',
  'routing.decide-hold': 'gateway',
  'routing.unknowns': 'gateway',
  'routing.reviews': 'gateway',
  'routing.propose-review': 'gateway',
  'routing.decide-review': 'gateway',
  'routing.set-corridor': 'gateway',
  'routing.set-switch': 'gateway',
  'routing.under-way': 'gateway',
  'routing.stops': 'gateway',
  'routing.audited': 'gateway',
  'routing.liquidity': 'gateway',
  'routing.known': `settlement, gateway, ${ADAPTERS} (inbound)`,
  'routing.note-reading': 'gateway',
  'routing.breaks': 'settlement',
  'routing.windows': 'settlement, fx',
  'routing.completed': 'settlement, fx',
  'routing.undone': 'settlement',
  'routing.ended': 'gateway',
  'settlement.windows': 'gateway',
  'settlement.breaks': 'gateway',
  'settlement.missing-statements': 'gateway',
  'settlement.propose-correction': 'gateway',
  'settlement.decide-correction': 'gateway',
  'settlement.decide-break': 'gateway',
  'settlement.actions': 'gateway',
  'settlement.run-job': 'gateway',
  'settlement.job': 'gateway',
  audit: 'gateway',
  'audit-log': 'gateway',
  'audit-log-heads': 'gateway',
  'service-state': 'gateway',
  story: 'gateway',
  'story-bytes': 'gateway',
  'dead-letters': 'gateway',
  'decide-dead-letter': 'gateway',
  'dead-letter-actions': 'gateway',
  'dead-letter': 'gateway',
  'reveal-dead-letter': 'gateway',
  'rehearse-dead-letter': 'gateway',
  'dead-letter-groups': 'gateway',
  'redrive-dead-letters': 'gateway',
  'stop-redrive': 'gateway',
  'dead-letter-redrives': 'gateway',
  'discard-dead-letters': 'gateway',
};

/** Named parts that messages share: shown once, linked where used. */
export const PARTS = [
  ['amountJson', 'amount'],
  ['customer', 'customer'],
  ['payeeLookup', 'payee lookup'],
  ['replyTo', 'reply to'],
  ['historyStep', 'history step'],
  ['windowRef', 'window reference'],
  ['obligation', 'obligation'],
  ['quote', 'quote'],
  ['quoteCandidate', 'quote candidate'],
  ['quoteRequest', 'quote request'],
  ['quoteAnswer', 'quote answer'],
  ['lookupRequest', 'lookup request'],
  ['lookupAnswer', 'lookup answer'],
  ['statementLine', 'statement line'],
  ['paymentView', 'payment view'],
  ['directoryEntry', 'directory entry'],
  ['paymentEvent', 'payment event'],
  ['settlementWindow', 'settlement window'],
  ['settlementBreak', 'settlement break'],
  ['auditFinding', 'audit finding'],
] as const;
