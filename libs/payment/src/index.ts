export * from './identifiers.js';
export * from './states.js';
export * from './machine.js';
export * from './messages.js';
export * from './calls.fx.js';
export * from './calls.adapter.js';
export * from './calls.routing.js';
export * from './calls.settlement.js';
export * from './calls.audit.js';
export * from './directory.js';
export * from './reasons.js';
export * from './window.js';
export {
  TRANSITION_TABLE,
  type GuardName,
  type TableEvent,
  type TableRow,
  type TableState,
} from './machine.table.js';
export {
  holdsReservation,
  isStaleResult,
  isTerminal,
  machineEventOf,
  reasonOfMove,
  tableEventOf,
  tableStateOf,
  transit,
} from './machine.transit.js';
export {
  ADAPTER_GRACE_MS,
  deadlinesOf,
  enquiryWaitMs,
  quoteUsableUntilMs,
  timerOf,
  type CorridorTimers,
  type TimeBounds,
} from './machine.timers.js';
export { Directory, directionOf } from './directory.copy.js';
export * from './invariants.js';
