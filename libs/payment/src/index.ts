export * from './machine.js';
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
