export * from './entry.schema.js';
export { Directory, type TakeResult } from './directory.js';
export { switchServices } from './switch-services.js';
export type { KeyHolder } from './directory-index.js';
export { directionOf, sideOf, sidesOf, spelled, type Corridor, type Side } from './corridor.js';
export {
  bankingDays,
  CALENDAR_TOLD_DAYS,
  endOfBankingDay,
  isBankingDate,
  knownDaysLeft,
  opensAtMs,
  utcOffset,
} from './opening-hours.js';
export {
  closureOf,
  closureRefusal,
  throttlesOf,
  type Closure,
  type SetThrottle,
} from './corridor-standing.js';
export {
  isOver,
  pauseOf,
  pauseRefusal,
  retryAt,
  type Begun,
  type ParticipantPause,
  type Role,
} from './participant-standing.js';
export { mayWait, queueOf, refusesWhenDown } from './when-down.js';
export type { DirectionSwitches, SwitchHold, Throttle } from './switches.schema.js';
export { DirectoryFeed, type DirectoryFeedOptions } from './directory-feed.js';
export { DirectoryStore, type DirectoryChange, type StoredEntry } from './directory.store.js';
export { checkDirectory, violationText, type CheckOptions } from './check/check-directory.js';
export type { DirectoryRule, DirectoryViolation } from './check/violation.js';
export { lookupTermsOf, type LookupTerms } from './lookup-terms.js';
export { prefundReference, readPrefundReference, type PrefundReferenceRead } from './prefund-reference.js';
