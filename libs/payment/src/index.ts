export * from './effect.js';
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
} from './machine.decide.js';
export { deadlinesOf, timerOf, type CorridorTimers } from './timers.js';
export {
  leftToRefund,
  isMadeExact,
  refundCauseOf,
  whyNotAsMuch,
  whyNotRefunded,
  type RefundablePayment,
} from './refund.decide.js';
